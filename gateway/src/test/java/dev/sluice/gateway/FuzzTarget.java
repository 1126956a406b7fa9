package dev.sluice.gateway;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.http.MultipartReader;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.framing.EventStreamParser;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import dev.sluice.protocol.framing.WrappedEvents;
import dev.sluice.protocol.media.RequestContent;
import dev.sluice.protocol.translate.Translation;
import dev.sluice.protocol.translate.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import tools.jackson.databind.json.JsonMapper;

/// What is fed with bytes of any kind: everything that reads what clients and providers send. Each
/// may refuse its input with a [FaultException] and nothing else, and keeps the promise that stands
/// at its name. The first byte of most inputs says which of several readers gets the rest.
enum FuzzTarget {
    /// Any split of the bytes gives the same frames, and all frames in a row are the bytes.
    SSE {
        @Override
        void run(byte[] input) {
            byte[] bytes = rest(input);
            List<SseFrame> whole = frames(bytes, bytes.length);
            List<SseFrame> split = frames(bytes, 1 + pick(input, 7));
            require(texts(whole).equals(texts(split)), "a split changes the frames");
        }

        private static List<String> texts(List<SseFrame> frames) {
            return frames.stream()
                    .map(frame -> frame.event() + "|" + frame.hasData() + "|" + frame.dataText())
                    .toList();
        }
    },

    /// Any split gives the same messages, with checksums that fit and with those that came.
    EVENT_STREAM {
        @Override
        void run(byte[] input) {
            byte[] bytes = pick(input, 4) == 0 ? rest(input) : sealed(rest(input));
            require(
                    messages(bytes, bytes.length).equals(messages(bytes, 1 + pick(input, 5))),
                    "a split changes the messages");
        }

        /// A message whose lengths and checksums are right, which chance would not make.
        private static byte[] sealed(byte[] input) {
            byte[] body = rest(input);
            int total = 16 + body.length;
            ByteBuffer out = ByteBuffer.allocate(total);
            out.putInt(total).putInt(pick(input, body.length + 1));
            out.putInt(sum(out.array(), 8));
            out.put(body);
            out.putInt(sum(out.array(), total - 4));
            return out.array();
        }

        private static int sum(byte[] bytes, int length) {
            CRC32 sum = new CRC32();
            sum.update(bytes, 0, length);
            return (int) sum.getValue();
        }

        private static List<String> messages(byte[] bytes, int step) {
            List<String> messages = new ArrayList<>();
            EventStreamParser parser =
                    new EventStreamParser(
                            LIMIT,
                            message ->
                                    messages.add(
                                            message.headers()
                                                    + text(WrappedEvents.event(message))));
            try {
                for (int at = 0; at < bytes.length; at += step) {
                    parser.push(bytes, at, Math.min(step, bytes.length - at));
                }
            } catch (FaultException e) {
                messages.add(e.fault().message());
            }
            return messages;
        }
    },

    /// What is taken can be sent on, in every dialect it can be asked in, and is JSON then.
    REQUESTS {
        @Override
        void run(byte[] input) {
            List<Endpoint> all =
                    Endpoint.ALL.stream().filter(one -> one.bodies().take("")).toList();
            Endpoint endpoint = all.get(fromZero(input, all.size()));
            String path = endpoint.path().replace("{model}", "m");
            byte[] body = endpoint.addressed(path, rest(input));
            Decoded decoded = endpoint.decode(path, new RequestContent.Json(body));
            require(decoded.facts().textBytes() >= 0, "less than no text");
            sendable(decoded);
            Wire wire = endpoint.wire();
            if (wire == null) {
                return;
            }
            for (Wire to : Wire.all()) {
                try {
                    sendable(Translation.between(decoded, body, wire, to, 1));
                } catch (FaultException e) {
                    require(e.fault().status() == 400, "a refusal is the client's");
                }
            }
        }

        private static void sendable(Decoded decoded) {
            byte[] sent = decoded.upstreamBody("other", OptionalLong.of(9), "max_tokens");
            if (decoded.contentType().contains("json")) {
                parse(text(sent));
            }
        }
    },

    /// A form that is taken can be written again and is the same then.
    MULTIPART {
        private static final String TYPE = "multipart/form-data; boundary=b";

        @Override
        void run(byte[] input) {
            RequestContent.Multipart form = MultipartReader.read(TYPE, rest(input), Limits.DEFAULT);
            List<Endpoint> all =
                    Endpoint.ALL.stream().filter(one -> one.bodies().take(TYPE)).toList();
            Endpoint endpoint = all.get(fromZero(input, all.size()));
            Decoded decoded = endpoint.decode(endpoint.path(), form);
            byte[] sent = decoded.upstreamBody("other", OptionalLong.empty(), "max_tokens");
            RequestContent.Multipart again =
                    MultipartReader.read(decoded.contentType(), sent, Limits.DEFAULT);
            require(again.parts().size() == form.parts().size(), "a part was lost or made");
        }
    },

    /// An answer is told in the client's dialect, as JSON, or is the provider's failure.
    ANSWERS {
        @Override
        void run(byte[] input) {
            Decoded asked = FuzzQuestions.of(pick(input, FuzzQuestions.count()), false);
            Answer answer = asked.readAnswer("application/json", rest(input));
            credible(answer.facts().usage());
            if (!asked.relayed()) {
                parse(text(answer.body()));
            }
        }
    },

    /// Whatever a provider streams, the client reads events of its own dialect.
    STREAMS {
        @Override
        void run(byte[] input) {
            int which = pick(input, FuzzQuestions.conversations());
            Decoded asked = FuzzQuestions.of(which, true);
            StreamReader reader = asked.streamReader();
            ByteArrayOutputStream shown = new ByteArrayOutputStream();
            boolean failed = false;
            for (SseFrame frame : frames(rest(input), LIMIT)) {
                if (failed || reader.done()) {
                    break;
                }
                StreamReader.Step step = reader.read(frame);
                failed = step == StreamReader.Step.FAIL;
                if (step == StreamReader.Step.FORWARD) {
                    shown.writeBytes(reader.shown(frame));
                }
            }
            StreamReport report = reader.report();
            require(!failed || report.fault() != null, "a failure without a fault");
            require(report.contentBytes() >= 0 && report.deltas() >= 0, "less than nothing");
            credible(report.usage());
            if (!failed && !reader.done()) {
                shown.writeBytes(reader.ending());
            }
            if (FuzzQuestions.isTranslated(which)) {
                readable(FuzzQuestions.client(which), shown.toByteArray());
            }
        }

        private static void readable(Wire client, byte[] shown) {
            StreamReader reader = FuzzQuestions.own(client).streamReader();
            for (SseFrame frame : frames(shown, LIMIT)) {
                require(frame.terminated(), "the client gets half an event");
                boolean fails = reader.read(frame) == StreamReader.Step.FAIL;
                require(!fails, "the client gets what is no event: " + frame.dataText());
            }
        }
    },

    /// No count is believed that is negative or beyond what a call can use.
    USAGE {
        @Override
        void run(byte[] input) {
            String usage = text(rest(input));
            int which = pick(input, FuzzQuestions.conversations());
            String answer =
                    switch (FuzzQuestions.upstream(which).id()) {
                        case "openai-chat" ->
                                "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}],\"usage\":%s}";
                        case "openai-responses" ->
                                "{\"status\":\"completed\",\"output\":[],\"usage\":%s}";
                        case "anthropic-messages" ->
                                "{\"type\":\"message\",\"content\":[],\"stop_reason\":\"end_turn\",\"usage\":%s}";
                        default ->
                                "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":%s}";
                    };
            byte[] body = answer.formatted(usage).getBytes(StandardCharsets.UTF_8);
            credible(FuzzQuestions.of(which, false).readAnswer(body).facts().usage());
        }
    },

    /// Whatever a provider's failure says, the client gets an error of its own dialect.
    FAILURES {
        @Override
        void run(byte[] input) {
            byte[] body = rest(input);
            int status = 300 + pick(input, 256);
            String header = text(Arrays.copyOf(body, Math.min(40, body.length)));
            told(UpstreamFaults.decode(status, _ -> header, body, Instant.EPOCH));
            told(UpstreamFaults.inStream(body, 0, body.length));
        }

        private static void told(UpstreamFaults.Classified failure) {
            require(failure.fault().status() >= 400, "a failure is no success");
            for (Dialect dialect : Dialect.values()) {
                parse(text(Faults.body(dialect, failure.fault(), "req_1")));
                List<SseFrame> events =
                        frames(Faults.event(dialect, failure.fault(), "req_1"), LIMIT);
                require(events.size() == 1, "an error is one event");
                parse(events.getFirst().dataText());
            }
        }
    };

    private static final int LIMIT = 1 << 20;
    private static final long MOST_TOKENS = 5_000_000_000L;
    private static final JsonMapper JSON = new JsonMapper();

    /// Reads one input; throws an [AssertionError] or whatever else where it should not.
    abstract void run(byte[] input);

    /// As [#run], where a refusal is an answer like another.
    void feed(byte[] input) {
        try {
            run(input);
        } catch (FaultException e) {
            require(e.fault().status() >= 400, "a fault is no success");
        }
    }

    /// The name of its folder.
    String folder() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// As [#pick], where `0` is the first one whatever their number: an endpoint that is added does
    /// not make other inputs of those that are kept.
    private static int fromZero(byte[] input, int of) {
        return input.length == 0 ? 0 : Math.floorMod((input[0] & 0xff) - '0', of);
    }

    private static int pick(byte[] input, int of) {
        return input.length == 0 ? 0 : (input[0] & 0xff) % of;
    }

    private static byte[] rest(byte[] input) {
        return input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void parse(String json) {
        require(JSON.readTree(json).isContainer(), "no JSON document");
    }

    private static List<SseFrame> frames(byte[] bytes, int step) {
        List<SseFrame> frames = new ArrayList<>();
        SseParser parser = new SseParser(LIMIT, "limit", frames::add);
        for (int at = 0; at < bytes.length; at += step) {
            parser.push(bytes, at, Math.min(step, bytes.length - at));
        }
        SseFrame last = parser.end();
        if (last != null) {
            frames.add(last);
        }
        return frames;
    }

    private static void credible(UsageReport report) {
        if (report instanceof UsageReport.Reported(Usage usage)) {
            long all = usage.allTokens();
            require(all >= 0 && all <= MOST_TOKENS, "usage beyond belief: " + usage);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
