package dev.sluice.protocol.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class FileReferencesTest {

    private static final String PDF = "file-01jd0000000000000000000001";
    private static final String PNG = "file-01jd0000000000000000000002";
    private static final String TEXT = "file-01jd0000000000000000000003";

    private static final Map<String, NamedFile> KNOWN =
            Map.of(
                    PDF, file("a.bin", "%PDF-1.7"),
                    PNG, file("b.bin", "\u0089PNG\r\n\u001a\n"),
                    TEXT, file("c.csv", "x;y"));

    private static NamedFile file(String name, String latin) {
        return new NamedFile(name, latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"')
                .replace("PDF", PDF)
                .replace("PNG", PNG)
                .replace("TEXT", TEXT)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode resolved(String json) {
        FileReferences references = Objects.requireNonNull(FileReferences.of(bytes(json)));
        return Trees.read(references.resolved(KNOWN));
    }

    @Test
    void chatGetsADataUriAndKeepsTheNameItHas() {
        JsonNode content =
                resolved(
                                """
                                {'model':'m','messages':[{'role':'user','content':[
                                 {'type':'file','file':{'file_id':'PDF'}},
                                 {'type':'file','file':{'file_id':'TEXT','filename':'mine'}}]}]}
                                """)
                        .at("/messages/0/content");
        assertThat(content.at("/0/file").toString())
                .isEqualTo(
                        "{\"filename\":\"a.bin\",\"file_data\":\"data:application/pdf;base64,JVBERi0xLjc=\"}");
        assertThat(content.at("/1/file/filename").asString()).isEqualTo("mine");
        assertThat(content.at("/1/file/file_data").asString())
                .isEqualTo("data:text/csv;base64,eDt5");
    }

    @Test
    void responsesGetThemInMessagesAndInWhatToolsGave() {
        JsonNode input =
                resolved(
                                """
                                {'input':[
                                 {'role':'user','content':[{'type':'input_file','file_id':'PDF'}]},
                                 {'type':'function_call_output','call_id':'c','output':[
                                  {'type':'input_image','detail':'low','file_id':'PNG'}]}]}
                                """)
                        .path("input");
        assertThat(input.at("/0/content/0/file_data").asString())
                .startsWith("data:application/pdf;base64,");
        JsonNode image = input.at("/1/output/0");
        assertThat(image.path("image_url").asString()).startsWith("data:image/png;base64,iVBORw0K");
        assertThat(image.path("detail").asString()).isEqualTo("low");
        assertThat(image.has("file_id")).isFalse();
    }

    @Test
    void messagesGetThemAsSourcesAlsoInResultsOfTools() {
        JsonNode content =
                resolved(
                                """
                                {'messages':[{'role':'user','content':[
                                 {'type':'tool_result','tool_use_id':'t','content':[
                                  {'type':'image','source':{'type':'file','file_id':'PNG'}}]},
                                 {'type':'document','title':'T','source':{'type':'file','file_id':'TEXT'}},
                                 {'type':'document','source':{'type':'file','file_id':'PDF'}}]}]}
                                """)
                        .at("/messages/0/content");
        assertThat(content.at("/0/content/0/source/media_type").asString()).isEqualTo("image/png");
        assertThat(content.at("/1/source").toString())
                .isEqualTo("{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"x;y\"}");
        assertThat(content.at("/1/title").asString()).isEqualTo("T");
        assertThat(content.at("/2/source/data").asString()).isEqualTo("JVBERi0xLjc=");
    }

    @Test
    void imagesAndVideosGetPictures() {
        JsonNode edit =
                resolved(
                        "{'images':[{'file_id':'PNG'},{'image_url':'u'}],'mask':{'file_id':'PNG'}}");
        assertThat(edit.at("/images/0/image_url").asString()).startsWith("data:image/png");
        assertThat(edit.at("/images/1/image_url").asString()).isEqualTo("u");
        assertThat(edit.at("/mask/image_url").asString()).startsWith("data:image/png");
        assertThat(resolved("{'input_reference':{'file_id':'PNG'}}").toString())
                .contains("data:image/png");
    }

    /// A tool's own arguments are its own business, and so are ids of providers.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'messages':[{'role':'user','content':[{'type':'file','file':{'file_id':'file-abc123'}}]}]}",
                "{'messages':[{'role':'assistant','content':[{'type':'tool_use','input':{'type':'file','file':{'file_id':'PDF'}}}]}]}",
                "{'messages':'PDF file_id'}",
                "['PDF file_id']",
                "{'file_id':",
            },
            quoteCharacter = '`')
    void whatNamesNoneOfOursIsLeftAlone(String json) {
        assertThat(FileReferences.of(bytes(json))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'input':[{'content':[{'type':'input_image','file_id':'PDF'}]}]} |"
                        + " input[0].content[0].file_id",
                "{'messages':[{'content':[{'type':'document','source':{'file_id':'PNG'}}]}]} |"
                        + " messages[0].content[0].source.file_id",
                "{'images':[{'file_id':'TEXT'}]} | images[0].file_id",
                "{'mask':{'file_id':'file-01jd0000000000000000000009'}} | mask.file_id",
            },
            quoteCharacter = '`')
    void whatCannotStandThereIsRefusedByItsPath(String json, String path) {
        assertThatThrownBy(() -> resolved(json))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        refused -> {
                            assertThat(refused.fault().status()).isEqualTo(400);
                            assertThat(refused.fault().param()).isEqualTo(path);
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "a.md,# Hi,text/markdown",
        "a,Hi,text/plain",
        "a,GIF89a,image/gif",
        "a.txt,RIFF0000WEBPVP8,image/webp",
        "a.docx,PK,application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "a,\u00ff\u00fe,application/octet-stream",
    })
    void kindsAreToldByTheirFirstBytesElseByTheirNames(String name, String content, String type) {
        assertThat(file(name, content).type()).isEqualTo(type);
    }
}
