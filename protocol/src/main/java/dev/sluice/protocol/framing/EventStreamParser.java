package dev.sluice.protocol.framing;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/// Cuts a stream of bytes into the messages of AWS's binary event-stream format. Feed it as bytes
/// arrive; any split gives the same messages.
///
/// A message is a prelude (its whole length, the length of its headers, and their checksum), the
/// headers, the payload, and a checksum over all of it, each number big-endian. A checksum that
/// does not fit ends the stream: nothing that follows can be trusted. Holds at most one message of
/// `maxMessageBytes`.
public final class EventStreamParser {

    private static final int PRELUDE = 12;
    private static final int CHECKSUM = 4;
    private static final int FIRST_BYTES = 1_024;
    private static final int TEXT = 7;

    /// Bytes of a header's value by its type; -1 for those that say their own length.
    private static final int[] SIZES = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};

    private final int maxMessageBytes;
    private final Consumer<EventStreamMessage> sink;
    private byte[] held = new byte[FIRST_BYTES];
    private int count;

    /// A parser at the start of a stream.
    ///
    /// @param maxMessageBytes a message that is longer is a fault
    /// @param sink takes each message as soon as it is whole
    public EventStreamParser(int maxMessageBytes, Consumer<EventStreamMessage> sink) {
        this.maxMessageBytes = maxMessageBytes;
        this.sink = sink;
    }

    /// Reads more of the stream; the bytes may be reused afterwards.
    ///
    /// @throws dev.sluice.domain.FaultException `upstream_error` when it is no event stream;
    ///     nothing may be pushed after that
    public void push(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int wanted = (count < PRELUDE ? PRELUDE : total()) - count;
            int taken = Math.min(wanted, end - at);
            grow(count + taken);
            System.arraycopy(bytes, at, held, count, taken);
            count += taken;
            at += taken;
            if (count == PRELUDE && taken == wanted) {
                checkPrelude();
            }
            if (count >= PRELUDE && count == total()) {
                sink.accept(message());
                count = 0;
            }
        }
    }

    /// Whether the stream may end here: no message is half read.
    public boolean atBoundary() {
        return count == 0;
    }

    private int total() {
        return ByteBuffer.wrap(held).getInt(0);
    }

    private int headerBytes() {
        return ByteBuffer.wrap(held).getInt(4);
    }

    private void grow(int size) {
        if (size > held.length) {
            held = Arrays.copyOf(held, Math.max(size, Math.min(2 * held.length, maxMessageBytes)));
        }
    }

    private void checkPrelude() {
        if (ByteBuffer.wrap(held).getInt(8) != sum(8)) {
            throw broken("the checksum of a message's beginning does not fit");
        }
        int total = total();
        int headers = headerBytes();
        if (total < PRELUDE + CHECKSUM || headers < 0 || headers > total - PRELUDE - CHECKSUM) {
            throw broken("a message's lengths cannot be");
        }
        if (total > maxMessageBytes) {
            throw broken("a message is longer than Sluice takes");
        }
    }

    private int sum(int length) {
        CRC32 sum = new CRC32();
        sum.update(held, 0, length);
        return (int) sum.getValue();
    }

    private EventStreamMessage message() {
        int total = total();
        if (ByteBuffer.wrap(held).getInt(total - CHECKSUM) != sum(total - CHECKSUM)) {
            throw broken("the checksum of a message does not fit");
        }
        int body = PRELUDE + headerBytes();
        return new EventStreamMessage(
                headers(ByteBuffer.wrap(held, PRELUDE, headerBytes())),
                Arrays.copyOfRange(held, body, total - CHECKSUM));
    }

    private static Map<String, String> headers(ByteBuffer in) {
        Map<String, String> headers = new HashMap<>();
        try {
            while (in.hasRemaining()) {
                String name = text(in, in.get() & 0xff);
                int type = in.get();
                if (type < 0 || type >= SIZES.length) {
                    throw broken("a header is of an unknown type");
                }
                if (SIZES[type] < 0) {
                    String value = text(in, in.getShort() & 0xffff);
                    if (type == TEXT) {
                        headers.put(name, value);
                    }
                } else {
                    in.position(in.position() + SIZES[type]);
                }
            }
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw broken("a header does not fit into its message");
        }
        return headers;
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static RuntimeException broken(String why) {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream's event stream is broken: " + why + ".")
                .asException();
    }

    /// A message as it is sent; for those who play an upstream.
    public static byte[] encode(Map<String, String> headers, byte[] payload) {
        ByteBuffer head = ByteBuffer.allocate(16 * 1024);
        headers.forEach((name, value) -> {
            byte[] key = name.getBytes(StandardCharsets.UTF_8);
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            head.put((byte) key.length).put(key).put((byte) TEXT);
            head.putShort((short) text.length).put(text);
        });
        int total = PRELUDE + head.position() + payload.length + CHECKSUM;
        ByteBuffer message = ByteBuffer.allocate(total);
        message.putInt(total).putInt(head.position());
        message.putInt(crc(message.array(), 8));
        message.put(head.array(), 0, head.position()).put(payload);
        return message.putInt(crc(message.array(), total - CHECKSUM)).array();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }
}
