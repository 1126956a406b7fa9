package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.telemetry.CallLog;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.testkit.Talker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Canaries: keys of clients, keys of upstreams and the content of calls turn up nowhere but where
/// they are meant to go, with every logger at its most talkative.
class SecretsTest {

    private static final String WRONG = "sk-sluice-wrongcanary";
    private static final String CONTENT = "contentcanary";
    private static final String ANSWER = "answercanary";
    private static final String UPSTREAM = "sk-up-echoing";

    private static final List<String> SECRETS =
            List.of(GatewayFixture.KEY, WRONG, CONTENT, ANSWER, "sk-up-", "forgedcanary");

    /// Keeps all that is logged, with the stacks of what was thrown.
    private static final class Kept extends Handler {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord logged) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);
            out.println(logged.getLoggerName() + " " + logged.getMessage());
            if (logged.getParameters() != null) {
                out.println(List.of(logged.getParameters()));
            }
            if (logged.getThrown() != null) {
                logged.getThrown().printStackTrace(out);
            }
            lines.add(text.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void noSecretIsLoggedRecordedOrAnswered() throws Exception {
        Logger root = Logger.getLogger("");
        Logger own = Logger.getLogger("dev.sluice");
        Kept kept = new Kept();
        kept.setLevel(Level.ALL);
        Level before = own.getLevel();
        own.setLevel(Level.ALL);
        root.addHandler(kept);
        String clientSecret;
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture gateway =
                        new GatewayFixture(
                                GatewayFixture.Setup.USUAL.withUpstream(
                                        "echoing", upstream.baseUrl()))) {
            List<String> answers = new ArrayList<>();
            for (boolean stream : new boolean[] {false, true}) {
                calls(gateway, upstream, stream, answers);
            }
            refusals(gateway, answers);
            clientSecret = sessions(gateway);
            gateway.awaitQuiet();
            for (String request : upstream.requests) {
                assertThat(request)
                        .contains(UPSTREAM)
                        .doesNotContain(GatewayFixture.KEY)
                        .doesNotContainIgnoringCase("x-sluice")
                        .doesNotContain("forgedcanary");
            }
            assertThat(answers).noneMatch(answer -> answer.contains("sk-up-"));
            assertThat(answers).noneMatch(answer -> answer.contains(GatewayFixture.KEY));
            List<CallRecord> records = new ArrayList<>(gateway.ledger.settled());
            records.addAll(gateway.ledger.refusals());
            assertThat(records).hasSizeGreaterThan(20);
            records.forEach(record -> kept.lines.add(CallLog.line(record)));
            records.forEach(record -> kept.lines.add(record.toString()));
        } finally {
            root.removeHandler(kept);
            own.setLevel(before);
        }
        for (String secret : SECRETS) {
            assertThat(kept.lines).noneMatch(line -> line.contains(secret));
        }
        assertThat(kept.lines).noneMatch(line -> line.contains(clientSecret));
    }

    /// A secret that opens sessions, in both carriers, to a good model and to none.
    private static String sessions(GatewayFixture gateway) throws Exception {
        String made = gateway.post("/v1/realtime/client_secrets", "{}").body();
        String secret = JsonMapper.shared().readTree(made).path("value").asString();
        assertThat(secret).startsWith("ek_");
        for (String model : List.of("sim-realtime", "nobody")) {
            for (String carrier :
                    List.of(
                            "authorization: Bearer ",
                            "sec-websocket-protocol: realtime, openai-insecure-api-key.")) {
                List<String> lines = new ArrayList<>(Talker.upgrade());
                lines.add(carrier + secret);
                assertThat(
                                Talker.handshake(
                                        gateway.plane.port(),
                                        "GET",
                                        "/v1/realtime?model=" + model,
                                        lines.toArray(String[]::new)))
                        .startsWith(model.equals("nobody") ? "HTTP/1.1 404" : "HTTP/1.1 101")
                        .doesNotContain(secret);
            }
        }
        return secret;
    }

    private static void calls(
            GatewayFixture gateway, ScriptedUpstream upstream, boolean stream, List<String> answers)
            throws Exception {
        for (String how :
                List.of("", "status=401", "status=400", "status=500", "body=html", "cut_at=2")) {
            String text = "[[sim text=" + ANSWER + " " + how + "]] " + CONTENT;
            answers.add(send(gateway, GatewayFixture.chatBody("sim-chat", text, stream)));
        }
        for (int status : new int[] {400, 401, 403, 404, 422, 429, 500, 529}) {
            upstream.answers(socket -> {
                // A provider that repeats what it was sent, credential included.
                String sent = upstream.requests.getLast();
                String body =
                        "{\"error\":{\"message\":\"Incorrect API key provided: "
                                + sent.lines()
                                        .filter(l -> l.contains(UPSTREAM))
                                        .findFirst()
                                        .orElseThrow()
                                + "\",\"type\":\"invalid_request_error\",\"code\":\""
                                + UPSTREAM
                                + "\",\"param\":\""
                                + UPSTREAM
                                + "\"}}";
                ScriptedUpstream.write(
                        socket,
                        "HTTP/1.1 "
                                + status
                                + " No\r\n"
                                + "connection: close\r\n"
                                + "content-type: application/json\r\n"
                                + "content-length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body);
            });
            answers.add(send(gateway, GatewayFixture.chatBody("to-echoing", CONTENT, stream)));
        }
    }

    private static String send(GatewayFixture gateway, String body) throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            RawHttp.Answer answer =
                    raw.send(
                                    RawHttp.call(
                                            body,
                                            "x-sluice-made-up: forgedcanary",
                                            "x-sluice-authorization: forgedcanary",
                                            "cookie: a=forgedcanary",
                                            "x-forwarded-for: forgedcanary",
                                            "openai-organization: forgedcanary"))
                            .answer();
            return answer.toString();
        }
    }

    private static void refusals(GatewayFixture gateway, List<String> answers) throws Exception {
        String good = GatewayFixture.chatBody("sim-chat", CONTENT, false);
        Set<String> broken =
                Set.of(
                        good.substring(0, good.length() - 3),
                        good + CONTENT,
                        good.replace("\"user\"", "5"),
                        good.replace("{\"role\"", "{\"role\":\"" + CONTENT + "\",\"role\""),
                        "{\"" + CONTENT);
        for (String body : broken) {
            answers.add(send(gateway, body));
        }
        for (String request :
                List.of(
                        RawHttp.call(good).replace(GatewayFixture.KEY, WRONG),
                        RawHttp.call(good, "x-api-key: " + WRONG),
                        RawHttp.call(good, "content-length: 1"),
                        RawHttp.call(good, "x-bad header: " + WRONG),
                        RawHttp.call(good)
                                .replace("completions ", "completions?key=" + WRONG + " "),
                        RawHttp.call(good)
                                .replace("/v1/chat/completions ", "/nowhere?key=" + WRONG + " "))) {
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                answers.add(raw.send(request).answer().toString());
            }
        }
    }
}
