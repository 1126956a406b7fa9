package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.LoopLoad;
import dev.sluice.gateway.limits.OverloadLimits;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Turns calls away from their bytes, before anything is made of them: what a loop that is behind
/// spends on a refusal, it lacks for the calls that it took.
///
/// Only what cannot be misunderstood is answered here: a whole HTTP/1.1 request that is all there,
/// in the plainest form, on a connection that owes no answer. Everything else goes the usual way.
/// One for each event loop.
public final class EarlyRefusal {

    private static final int POST = 'P' << 24 | 'O' << 16 | 'S' << 8 | 'T';
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int TARGET_FROM = "POST ".length();

    private final LoopLoad load;
    private final Deadlines deadlines;
    private final long answerMillis;
    private final Predicate<String> isCall;
    private final Fault fault;
    private final Supplier<String> ids;
    private final Map<Dialect, Prepared> prepared = new EnumMap<>(Dialect.class);

    /// @param isCall whether a POST to the path is a call to a model
    public EarlyRefusal(
            LoopLoad load,
            Deadlines deadlines,
            OverloadLimits limits,
            Predicate<String> isCall,
            Fault fault,
            Supplier<String> ids) {
        this.load = load;
        this.deadlines = deadlines;
        this.answerMillis = limits.overloadAnswer().toMillis();
        this.isCall = isCall;
        this.fault = fault;
        this.ids = ids;
    }

    /// An answer with the id of some request, and where that stands in it.
    private record Prepared(String bytes, int idLength, List<Integer> places) {}

    /// For one connection.
    ///
    /// @param owes whether requests on it are not answered that were not turned away here
    public OnConnection on(BooleanSupplier owes) {
        return new OnConnection(owes);
    }

    /// What is turned away on one connection, one at a time.
    public final class OnConnection {
        private final BooleanSupplier owes;
        private @Nullable Runnable waiting;

        private OnConnection(BooleanSupplier owes) {
            this.owes = owes;
        }

        /// @param in begins with a request, which is taken out of it when it is turned away
        boolean turnsAway(ChannelHandlerContext ctx, ByteBuf in) {
            Runnable before = waiting;
            if (before != null) {
                // who does not wait for an answer is not made to
                before.run();
            }
            if (!load.isTooLate()) {
                return false;
            }
            int from = in.readerIndex();
            int end = in.writerIndex();
            int lf = in.indexOf(from, end, (byte) '\n');
            String path = lf < 0 ? null : pathOfCall(in, from, lf);
            int after = path == null ? -1 : endOfRequest(in, lf + 1, end);
            // what does not fit into the channel waits above it
            boolean free = ctx.channel().isWritable() && !owes.getAsBoolean();
            if (path == null || after < 0 || !free) {
                return false;
            }
            in.readerIndex(after);
            load.turnAway();
            answerLater(ctx, path);
            return true;
        }

        private void answerLater(ChannelHandlerContext ctx, String path) {
            Runnable say =
                    () -> {
                        waiting = null;
                        if (ctx.channel().isActive()) {
                            var unused = ctx.writeAndFlush(Unpooled.wrappedBuffer(answer(path)));
                        }
                    };
            Deadlines.Deadline due = deadlines.in(answerMillis, say);
            waiting =
                    () -> {
                        due.cancel();
                        say.run();
                    };
        }
    }

    private @Nullable String pathOfCall(ByteBuf in, int from, int lf) {
        int version = lf + 1 - VERSION.length;
        if (version <= from + TARGET_FROM
                || in.getInt(from) != POST
                || in.getByte(from + TARGET_FROM - 1) != ' '
                || in.getByte(from + TARGET_FROM) != '/') {
            return null;
        }
        for (int i = 0; i < VERSION.length; i++) {
            if (in.getByte(version + i) != VERSION[i]) {
                return null;
            }
        }
        int end = version;
        for (int i = from + TARGET_FROM; i < version; i++) {
            byte b = in.getByte(i);
            if (b <= ' ' || b == 0x7f || b == '#') {
                return null;
            }
            if (b == '?' && end == version) {
                end = i;
            }
        }
        int length = end - from - TARGET_FROM;
        String path = in.toString(from + TARGET_FROM, length, StandardCharsets.US_ASCII);
        return isCall.test(path) ? path : null;
    }

    /// Where the next request begins; -1 for whatever is not plain or not all there.
    private static int endOfRequest(ByteBuf in, int headers, int end) {
        int at = headers;
        int length = -1;
        boolean host = false;
        while (true) {
            int lf = in.indexOf(at, end, (byte) '\n');
            if (lf <= at || in.getByte(lf - 1) != '\r') {
                return -1;
            }
            if (lf - at == 1) {
                boolean whole = host && length >= 0 && length <= end - lf - 1;
                return whole ? lf + 1 + length : -1;
            }
            int colon = in.indexOf(at, lf, (byte) ':');
            if (colon <= at || !isPlain(in, at, colon, lf - 1)) {
                return -1;
            }
            String name = name(in, at, colon);
            switch (name) {
                case "host" -> {
                    if (host || !isHost(in, colon + 1, lf - 1)) {
                        return -1;
                    }
                    host = true;
                }
                case "content-length" -> {
                    int told = length(in, colon + 1, lf - 1);
                    if (length >= 0 || told < 0) {
                        return -1;
                    }
                    length = told;
                }
                case "connection" -> {
                    if (!isKept(in, colon + 1, lf - 1)) {
                        return -1;
                    }
                }
                case "" -> {}
                default -> {
                    return -1;
                }
            }
            at = lf + 1;
        }
    }

    /// Letters, digits and hyphens before the colon, nothing that controls after it.
    private static boolean isPlain(ByteBuf in, int from, int colon, int end) {
        for (int i = from; i < colon; i++) {
            byte b = in.getByte(i);
            int small = b | 0x20;
            boolean letter = small >= 'a' && small <= 'z';
            if (!letter && (b < '0' || b > '9') && b != '-') {
                return false;
            }
        }
        for (int i = colon + 1; i < end; i++) {
            byte b = in.getByte(i);
            if (b < ' ' || b == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /// Of headers that say how a request is read or what becomes of its connection, in small
    /// letters; else empty.
    private static String name(ByteBuf in, int from, int colon) {
        String like =
                switch (colon - from) {
                    case 4 -> "host";
                    case 6 -> "expect";
                    case 7 -> "upgrade";
                    case 10 -> "connection";
                    case 14 -> "content-length";
                    case 17 -> "transfer-encoding";
                    default -> "";
                };
        for (int i = 0; i < like.length(); i++) {
            if ((in.getByte(from + i) | 0x20) != (like.charAt(i) | 0x20)) {
                return "";
            }
        }
        return like;
    }

    private static boolean isHost(ByteBuf in, int from, int end) {
        return StrictHttpDecoder.isHost(value(in, from, end));
    }

    private static boolean isKept(ByteBuf in, int from, int end) {
        return value(in, from, end).equalsIgnoreCase("keep-alive");
    }

    private static String value(ByteBuf in, int from, int end) {
        return in.toString(from, end - from, StandardCharsets.ISO_8859_1).strip();
    }

    /// -1 for what is no number of at most eight digits.
    private static int length(ByteBuf in, int from, int end) {
        int at = from < end && in.getByte(from) == ' ' ? from + 1 : from;
        if (at >= end || end - at > 8) {
            return -1;
        }
        int length = 0;
        for (; at < end; at++) {
            int digit = in.getByte(at) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            length = 10 * length + digit;
        }
        return length;
    }

    private byte[] answer(String path) {
        Dialect dialect = Dialect.ofPath(path);
        String id = ids.get();
        Prepared ready = prepared.get(dialect);
        if (ready == null || ready.idLength() != id.length()) {
            ready = prepare(dialect, id);
            prepared.put(dialect, ready);
        }
        byte[] answer = ready.bytes().getBytes(StandardCharsets.ISO_8859_1);
        byte[] its = id.getBytes(StandardCharsets.US_ASCII);
        for (int place : ready.places()) {
            System.arraycopy(its, 0, answer, place, its.length);
        }
        return answer;
    }

    private Prepared prepare(Dialect dialect, String id) {
        byte[] body = Faults.body(dialect, fault, id);
        StringBuilder head =
                new StringBuilder("HTTP/1.1 ")
                        .append(HttpResponseStatus.valueOf(fault.status()))
                        .append("\r\n");
        FaultAnswer.headers(fault, id, dialect)
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("content-length: ").append(body.length).append("\r\n\r\n");
        // a character for each byte, so that places in it are places in the answer
        String bytes = head + new String(body, StandardCharsets.ISO_8859_1);
        List<Integer> places = new ArrayList<>();
        for (int at = bytes.indexOf(id); at >= 0; at = bytes.indexOf(id, at + 1)) {
            places.add(at);
        }
        return new Prepared(bytes, id.length(), List.copyOf(places));
    }
}
