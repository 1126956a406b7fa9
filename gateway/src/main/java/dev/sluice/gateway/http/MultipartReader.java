package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.protocol.media.Part;
import dev.sluice.protocol.media.RequestContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
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
import java.util.Locale;
import java.util.UUID;

/// Takes a multipart form apart, with Netty's decoder. What is not well-formed, has too many parts
/// or ends before its last boundary is a 400.
public final class MultipartReader {

    private static final String FORM = "multipart/form-data";

    private MultipartReader() {}

    public static boolean isForm(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    /// Throws the fault of a form that is not well-formed.
    public static RequestContent.Multipart read(String contentType, byte[] body, Limits limits) {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        head.headers().set("content-type", contentType);
        HttpPostMultipartRequestDecoder decoder = null;
        try {
            decoder =
                    new HttpPostMultipartRequestDecoder(
                            new DefaultHttpDataFactory(false),
                            head,
                            StandardCharsets.UTF_8,
                            limits.formParts(),
                            limits.formHeaderBytes());
            requireEnd(body);
            ByteBuf bytes = Unpooled.wrappedBuffer(body);
            decoder.offer(new DefaultLastHttpContent(bytes));
            List<Part> parts = new ArrayList<>();
            for (InterfaceHttpData data : decoder.getBodyHttpDatas()) {
                parts.add(part((HttpData) data, limits));
            }
            return new RequestContent.Multipart("sluice-" + UUID.randomUUID(), parts);
        } catch (HttpPostRequestDecoder.TooManyFormFieldsException _) {
            throw invalid("has more than " + limits.formParts() + " parts");
        } catch (HttpPostRequestDecoder.TooLongFormFieldException _) {
            throw invalid(
                    "has a part whose headers are longer than "
                            + limits.formHeaderBytes()
                            + " bytes");
        } catch (HttpPostRequestDecoder.ErrorDataDecoderException
                | HttpPostRequestDecoder.NotEnoughDataDecoderException
                | HttpPostRequestDecoder.EndOfDataDecoderException
                // what the decoder makes of a part's headers that it did not expect
                | IndexOutOfBoundsException
                | IllegalArgumentException _) {
            throw invalid("is not well-formed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (decoder != null) {
                release(decoder);
            }
        }
    }

    /// The decoder frees what it has read, and forgets the part that it was reading.
    private static void release(HttpPostMultipartRequestDecoder decoder) {
        InterfaceHttpData unfinished = decoder.currentPartialHttpData();
        if (unfinished != null && unfinished.refCnt() > 0) {
            unfinished.release();
        }
        decoder.destroy();
    }

    /// The decoder is content with a form that is cut after any part.
    private static void requireEnd(byte[] body) {
        int end = body.length;
        while (end > 0 && (body[end - 1] == '\r' || body[end - 1] == '\n')) {
            end--;
        }
        if (end < 4 || body[end - 1] != '-' || body[end - 2] != '-') {
            throw invalid("ends before its last boundary");
        }
    }

    private static Part part(HttpData data, Limits limits) throws IOException {
        if (!data.isCompleted()) {
            throw invalid("ends before its last boundary");
        }
        if (data instanceof FileUpload file) {
            return new Part(file.getName(), file.getFilename(), file.getContentType(), file.get());
        }
        requireShort(data.length(), limits);
        return Part.text(data.getName(), data.get());
    }

    /// Fields are read into memory, files need not be.
    static void requireShort(long fieldBytes, Limits limits) {
        if (fieldBytes > limits.formFieldBytes()) {
            throw invalid(
                    "has a field longer than "
                            + limits.formFieldBytes()
                            + " bytes: send what is so long as a file, with a filename");
        }
    }

    private static RuntimeException invalid(String what) {
        return Fault.invalid("The form in the request's body " + what + ".", null).asException();
    }
}
