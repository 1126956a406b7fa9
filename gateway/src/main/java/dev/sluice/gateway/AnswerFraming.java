package dev.sluice.gateway;

import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// How the events of a stream reach the client.
sealed interface AnswerFraming {

    String contentType();

    /// Frames complete events.
    byte[] next(byte[] events);

    /// Frames the last events, or none; nothing follows.
    byte[] last(byte[] events);

    /// Clients of Gemini ask for events; those who do not get an array.
    static AnswerFraming of(Exchange exchange) {
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
