package dev.sluice.gateway.calls;

import dev.sluice.domain.Usage;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import dev.sluice.protocol.openai.CostEvents;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the events of a stream reach the client.
sealed interface AnswerFraming {

    String contentType();

    /// Frames complete events.
    byte[] next(byte[] events);

    /// Frames the last events, or none; nothing follows.
    byte[] last(byte[] events);

    /// What the call costs, told before [#last]; for those who show it.
    ///
    /// @param cost US dollars in plain digits; null where it is not known
    default void charged(@Nullable String cost, Usage used) {}

    /// Clients of Gemini ask for events; those who do not get an array.
    ///
    /// @param withCost whether the client wants to read in `usage` what the call costs
    static AnswerFraming of(Exchange exchange, boolean withCost) {
        if (withCost) {
            return new WithCost();
        }
        String query = exchange.request.query();
        boolean events =
                exchange.endpoint != Endpoint.GEMINI
                        || (query != null && List.of(query.split("&")).contains("alt=sse"));
        return events ? new Events() : new JsonArray();
    }

    /// As they are.
    record Events() implements AnswerFraming {
        @Override
        public String contentType() {
            return "text/event-stream; charset=utf-8";
        }

        @Override
        public byte[] next(byte[] events) {
            return events;
        }

        @Override
        public byte[] last(byte[] events) {
            return events;
        }
    }

    /// With the cost in the last of them.
    final class WithCost implements AnswerFraming {
        private final CostEvents events = new CostEvents();
        private @Nullable String cost;
        private Usage used = Usage.NONE;

        @Override
        public String contentType() {
            return "text/event-stream; charset=utf-8";
        }

        @Override
        public void charged(@Nullable String amount, Usage usage) {
            cost = amount;
            used = usage;
        }

        @Override
        public byte[] next(byte[] bytes) {
            return events.next(bytes);
        }

        @Override
        public byte[] last(byte[] bytes) {
            return events.last(bytes, cost, used);
        }
    }

    /// Elements of one JSON array.
    final class JsonArray implements AnswerFraming {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final SseParser parser =
                new SseParser(Integer.MAX_VALUE, "limits.event_bytes", this::element);
        private boolean begun;

        @Override
        public String contentType() {
            return "application/json; charset=utf-8";
        }

        private void element(SseFrame frame) {
            if (frame.hasData() && frame.dataLength() > 0) {
                text(begun ? ",\r\n" : "[");
                begun = true;
                out.write(frame.dataArray(), frame.dataOffset(), frame.dataLength());
            }
        }

        private void text(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public byte[] next(byte[] events) {
            parser.push(events, 0, events.length);
            byte[] framed = out.toByteArray();
            out.reset();
            return framed;
        }

        @Override
        public byte[] last(byte[] events) {
            parser.push(events, 0, events.length);
            text(begun ? "]" : "[]");
            return out.toByteArray();
        }
    }
}
