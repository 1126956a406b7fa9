package dev.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Signatures of the published test suite, and of requests as they are sent here (worked out with
/// another implementation of the published algorithm).
class AwsSigV4Test {

    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Instant AT = Instant.parse("2015-08-30T12:36:00Z");

    private static Map<String, String> sign(
            AwsCredential credential,
            String service,
            String method,
            String uri,
            Map<String, String> headers,
            String body) {
        return new AwsSigV4(credential, "us-east-1", service)
                .sign(method, uri, headers, body.getBytes(StandardCharsets.UTF_8), AT);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "POST, /, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "GET, /?Param2=value2&Param1=value1,"
                + " b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    })
    void thePublishedExamples(String method, String uri, String signature) {
        Map<String, String> added =
                sign(
                        new AwsCredential("AKIDEXAMPLE", SECRET, null),
                        "service",
                        method,
                        uri,
                        Map.of("host", "example.amazonaws.com"),
                        "");
        assertThat(added).containsEntry("x-amz-date", "20150830T123600Z");
        assertThat(added.get("authorization"))
                .isEqualTo(
                        "AWS4-HMAC-SHA256"
                                + " Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                                + " SignedHeaders=host;x-amz-date, Signature="
                                + signature);
    }

    @Test
    void aNameThatIsEncodedInThePathIsEncodedOnceMoreToBeSigned() {
        Map<String, String> headers =
                Map.of(
                        "host",
                        "bedrock-runtime.us-east-1.amazonaws.com",
                        "content-type",
                        "application/json");
        String uri = "/model/anthropic.claude-v1%3A0/invoke";
        AwsCredential lasting = new AwsCredential("AKIDEXAMPLE", SECRET, null);
        assertThat(sign(lasting, "bedrock", "POST", uri, headers, "{\"a\":1}").get("authorization"))
                .contains("SignedHeaders=content-type;host;x-amz-date")
                .endsWith("a1ed57c6b6330bbb7d8807de1de23d235e885fb3d22ba55bac2a9f4d8d2dd7c2");
        AwsCredential session = new AwsCredential("AKIDEXAMPLE", SECRET, "tok/en+1==");
        Map<String, String> added = sign(session, "bedrock", "POST", uri, headers, "{\"a\":1}");
        assertThat(added).containsEntry("x-amz-security-token", "tok/en+1==");
        assertThat(added.get("authorization"))
                .contains("x-amz-date;x-amz-security-token")
                .endsWith("53658c50845f04c235cec90fedbd74413d0315d7c76759cb7ba1ffa7f10dc6bd");
    }

    @Test
    void aCredentialIsAnAccessKeyOrSomethingElse() {
        assertThat(AwsCredential.parse("AKIAIOSFODNN7EXAMPLE:" + SECRET))
                .contains(new AwsCredential("AKIAIOSFODNN7EXAMPLE", SECRET, null));
        assertThat(AwsCredential.parse("ASIAIOSFODNN7EXAMPLE:" + SECRET + ":tok/en+1=="))
                .contains(new AwsCredential("ASIAIOSFODNN7EXAMPLE", SECRET, "tok/en+1=="));
        assertThat(new AwsCredential("AKIAIOSFODNN7EXAMPLE", SECRET, null).toString())
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bedrock-api-key-YmVk", "ABC:short", "sk-1:two", ""})
    void whatIsNoAccessKeyIsAKeyOfTheService(String credential) {
        assertThat(AwsCredential.parse(credential)).isEmpty();
    }
}
