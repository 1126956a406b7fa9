package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Refuses HTTP/1 requests that two readers could understand differently, where the codec below it
/// repairs them: folded headers, loose request lines, codings other than `chunked`, a missing or
/// second Host, hop-by-hop names that take framing away (RFC 9112, sections 2.2, 3.2, 5.2, 6.1).
///
/// What follows a refused request on its connection is never read.
public final class StrictHttpDecoder extends VertxHttpRequestDecoder {

    /// Says that a request is not well-formed HTTP.
    public static final class MalformedHttpException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        MalformedHttpException(String flaw, @Nullable Throwable cause) {
            super(flaw, cause);
        }
    }

    private enum State {
        REQUEST_LINE,
        HEADERS,
        BODY,
        REFUSED
    }

    private static final int HTTP_VERSION_BYTES = " HTTP/1.1".length();

    private final int maxLineBytes;
    private final EarlyRefusal.@Nullable OnConnection early;
    private State state = State.REQUEST_LINE;

    /// @param early what turns calls away, null where none are served
    public StrictHttpDecoder(Http1ServerConfig config, EarlyRefusal.@Nullable OnConnection early) {
        super(config);
        this.early = early;
        this.maxLineBytes = config.getMaxInitialLineLength();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        if (state == State.REFUSED) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (early != null && state == State.REQUEST_LINE && early.turnsAway(ctx, in)) {
            return;
        }
        if (state != State.BODY) {
            String flaw = flawOfHead(in);
            if (flaw != null) {
                refuse(in, out, out.size(), flaw);
                return;
            }
        }
        int from = out.size();
        super.decode(ctx, in, out);
        for (int i = from; i < out.size(); i++) {
            Object decoded = out.get(i);
            if (decoded instanceof HttpRequest request) {
                state = State.BODY;
                String flaw = request.decoderResult().isFailure() ? null : flawOfRequest(request);
                if (flaw != null) {
                    refuse(in, out, i, flaw);
                    return;
                }
            }
            if (decoded instanceof HttpContent content && !(decoded instanceof HttpRequest)) {
                mark(content);
            }
            if (decoded instanceof LastHttpContent) {
                state = State.REQUEST_LINE;
            }
        }
    }

    private void refuse(ByteBuf in, List<Object> out, int from, String flaw) {
        while (out.size() > from) {
            ReferenceCountUtil.release(out.removeLast());
        }
        HttpRequest refused = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        refused.setDecoderResult(DecoderResult.failure(new MalformedHttpException(flaw, null)));
        out.add(refused);
        in.skipBytes(in.readableBytes());
        state = State.REFUSED;
    }

    /// A body's own flaw is told apart from a peer that left.
    private static void mark(HttpContent content) {
        DecoderResult result = content.decoderResult();
        if (result.isFailure()) {
            content.setDecoderResult(
                    DecoderResult.failure(
                            new MalformedHttpException("chunked body", result.cause())));
        }
    }

    /// Looks at the whole lines of a head that are here; the codec takes lines one by one, so that
    /// the buffer begins with a line whenever this is called.
    private @Nullable String flawOfHead(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        if (state == State.REQUEST_LINE) {
            while (at < end && (in.getByte(at) == '\r' || in.getByte(at) == '\n')) {
                at++;
            }
            int lf = in.indexOf(at, end, (byte) '\n');
            if (lf < 0 || lf - at > maxLineBytes) {
                return null;
            }
            if (!isRequestLine(in, at, lf)) {
                return "request line";
            }
            state = State.HEADERS;
            at = lf + 1;
        }
        while (at < end) {
            byte first = in.getByte(at);
            if (first == '\r') {
                return null;
            }
            if (first == ' ' || first == '\t') {
                return "folded header";
            }
            if (first == ':') {
                return "header without a name";
            }
            int lf = in.indexOf(at, end, (byte) '\n');
            if (lf < 0) {
                return null;
            }
            at = lf + 1;
        }
        return null;
    }

    /// `method SP target SP HTTP/1.0|1 CR`, visible ASCII without `#`, from `at` to the LF.
    private static boolean isRequestLine(ByteBuf in, int at, int lf) {
        int end = lf - 1;
        int version = end - HTTP_VERSION_BYTES;
        if (version <= at || in.getByte(end) != '\r') {
            return false;
        }
        for (int i = 0; i < HTTP_VERSION_BYTES - 1; i++) {
            if (in.getByte(version + i) != " HTTP/1.".charAt(i)) {
                return false;
            }
        }
        byte minor = in.getByte(end - 1);
        int blanks = 0;
        for (int i = at; i < version; i++) {
            byte b = in.getByte(i);
            if (b == ' ') {
                blanks++;
                if (i == at || i == version - 1) {
                    return false;
                }
            } else if (b < 0x21 || b == 0x7f || b == '#') {
                return false;
            }
        }
        return blanks == 1 && (minor == '0' || minor == '1');
    }

    private static @Nullable String flawOfRequest(HttpRequest request) {
        String target = request.uri();
        boolean known =
                target.startsWith("/")
                        || target.startsWith("http://")
                        || target.startsWith("https://")
                        || (target.equals("*") && request.method().equals(HttpMethod.OPTIONS));
        if (!known || request.method().equals(HttpMethod.CONNECT)) {
            return "target";
        }
        HttpHeaders headers = request.headers();
        boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1
                || (hosts.isEmpty() && !http10)
                || (!hosts.isEmpty() && !isHost(hosts.getFirst()))) {
            return "host";
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && (http10
                        || codings.size() > 1
                        || !codings.getFirst().equalsIgnoreCase("chunked"))) {
            return "transfer-encoding";
        }
        for (String options : headers.getAll(HttpHeaderNames.CONNECTION)) {
            if (takesFramingAway(options)) {
                return "connection";
            }
        }
        return null;
    }

    static boolean isHost(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c >= 0x7f || "/\\@?#,<>\"".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean takesFramingAway(String options) {
        if (options.equalsIgnoreCase("keep-alive") || options.equalsIgnoreCase("close")) {
            return false;
        }
        for (String option : options.toLowerCase(Locale.ROOT).split(",", -1)) {
            switch (option.strip()) {
                case "content-length", "transfer-encoding", "host", "trailer" -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }
}
