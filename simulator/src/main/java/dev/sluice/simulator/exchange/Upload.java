package dev.sluice.simulator.exchange;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpData;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request as its fields and files, whether it came as JSON or as a form.
///
/// @param fields those of a form as if they had come as JSON: numbers and flags are no texts
public record Upload(JsonNode fields, List<Upload.File> files) {

    /// A file of a form.
    public static final class File {
        private final String name;
        private final byte[] bytes;

        File(String name, byte[] bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        public byte[] bytes() {
            return bytes;
        }
    }

    private static final String FORM = "multipart/form-data";

    public static Upload read(Inbound request) {
        String type = request.route().header("content-type");
        if (!type.startsWith(FORM)) {
            return new Upload(Json.body(request.body()), List.of());
        }
        DefaultHttpRequest head =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        head.headers().set("content-type", type);
        HttpPostMultipartRequestDecoder decoder = null;
        try {
            decoder =
                    new HttpPostMultipartRequestDecoder(
                            new DefaultHttpDataFactory(false), head, StandardCharsets.UTF_8);
            decoder.offer(
                    new DefaultLastHttpContent(Unpooled.wrappedBuffer(request.body().getBytes())));
            return of(decoder.getBodyHttpDatas());
        } catch (HttpPostRequestDecoder.ErrorDataDecoderException _) {
            throw Json.bad("Could not parse multipart form.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (decoder != null) {
                decoder.destroy();
            }
        }
    }

    private static Upload of(List<InterfaceHttpData> parts) throws IOException {
        ObjectNode fields = Json.object();
        List<File> files = new ArrayList<>();
        for (InterfaceHttpData part : parts) {
            byte[] bytes = ((HttpData) part).get();
            if (part instanceof FileUpload) {
                files.add(new File(part.getName().replace("[]", ""), bytes));
            } else {
                put(fields, part.getName(), new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return new Upload(fields, List.copyOf(files));
    }

    private static void put(ObjectNode fields, String name, String value) {
        switch (name) {
            case "n", "partial_images" -> {
                if (value.matches("\\d{1,9}")) {
                    fields.put(name, Integer.parseInt(value));
                } else {
                    fields.put(name, value);
                }
            }
            case "stream" -> fields.put(name, Boolean.parseBoolean(value));
            default -> fields.put(name, value);
        }
    }

    /// The files under a name.
    public List<File> named(String name) {
        return files.stream().filter(file -> file.name.equals(name)).toList();
    }
}
