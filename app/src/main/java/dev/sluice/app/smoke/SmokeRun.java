package dev.sluice.app.smoke;

import dev.sluice.app.smoke.SmokeRow.Verdict;
import dev.sluice.protocol.translate.Wire;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks one endpoint check by check. Each call is small: a whole run costs a few hundred tokens.
public final class SmokeRun {

    /// In the order in which they are run.
    public static final Set<String> CHECKS =
            new LinkedHashSet<>(
                    List.of("auth", "text", "stream", "tools", "image", "errors", "usage"));

    private static final String WRONG_KEY = "sk-smoke-this-key-does-not-exist";
    private static final String WRONG_MODEL = "smoke-this-model-does-not-exist";
    private static final String QUESTION = "Answer with the one word: hello";
    private static final String WEATHER = "What is the weather in Paris?";
    private static final String COLOUR = "Which colour is this picture? One word.";
    private static final Set<Integer> AUTH_REFUSALS = Set.of(401, 403);

    /// Refusals that say that the endpoint does not do it, not that something went wrong.
    private static final Set<Integer> SAYS_NO = Set.of(400, 404, 405, 415, 422, 501);

    private final SmokeTarget target;
    private final Speech speech;
    private final SmokeHttp http;
    private final long maxTokens;
    private final Consumer<SmokeRow> rows;
    private @Nullable Tokens plainUsage;
    private @Nullable Tokens streamUsage;

    /// A run over one endpoint.
    ///
    /// @param maxTokens of each answer; reasoning models need some to think
    /// @param rows hears of each check as it ends
    public SmokeRun(
            SmokeTarget target,
            Duration timeout,
            long maxTokens,
            LongSupplier nanoTime,
            Consumer<SmokeRow> rows) {
        this.target = target;
        this.speech = target.speech();
        this.http = new SmokeHttp(timeout, nanoTime);
        this.maxTokens = maxTokens;
        this.rows = rows;
    }

    /// Runs the named ones of [#CHECKS], then the prompts.
    public void run(Set<String> checks, List<SmokePrompt> prompts) {
        for (String check : CHECKS) {
            if (checks.contains(check)) {
                switch (check) {
                    case "auth" -> auth();
                    case "text" -> text();
                    case "stream" -> stream();
                    case "tools" -> tools();
                    case "image" -> image();
                    case "errors" -> errors();
                    default -> usage();
                }
            }
        }
        prompts.forEach(this::prompt);
    }

    private @Nullable String key() {
        return target.key() == null ? null : target.key().reveal();
    }

    private SmokeAnswer ask(ObjectNode body, boolean stream) {
        return http.post(target, speech.url(target.base(), target.model(), stream), key(), body);
    }

    private void auth() {
        if (target.key() == null) {
            skip("auth", "no key is given, so that no wrong one can be told from it");
            return;
        }
        SmokeAnswer answer =
                http.post(
                        target,
                        speech.url(target.base(), target.model(), false),
                        WRONG_KEY,
                        speech.text(target.model(), QUESTION, maxTokens));
        boolean invalidArgument =
                speech.dialect().equals(Wire.GEMINI.id()) && answer.status() == 400;
        if (AUTH_REFUSALS.contains(answer.status()) || invalidArgument) {
            refusal("auth", answer, "a wrong key is refused");
        } else if (answer.ok()) {
            row("auth", Verdict.FAILED, "a wrong key is let in", answer, null);
        } else {
            failed("auth", answer, "a wrong key should be answered with 401");
        }
    }

    private void text() {
        SmokeAnswer answer = ask(speech.text(target.model(), QUESTION, maxTokens), false);
        JsonNode body = whole("text", answer);
        if (body == null) {
            return;
        }
        plainUsage = speech.usage(body);
        boolean says = !speech.textOf(body).isBlank();
        row(
                "text",
                says ? Verdict.PASSED : Verdict.FAILED,
                says ? "answers" : "the answer has no text",
                answer,
                plainUsage);
    }

    /// The answer when it is whole; else the row is written.
    private @Nullable JsonNode whole(String check, SmokeAnswer answer) {
        JsonNode body = answer.json();
        if (!answer.ok()) {
            failed(check, answer, "refused");
            return null;
        }
        if (answer.trouble() != null || body == null || !body.isObject()) {
            String trouble = answer.trouble();
            row(
                    check,
                    Verdict.FAILED,
                    trouble == null ? "the answer is no JSON object" : trouble,
                    answer,
                    null);
            return null;
        }
        List<String> missing =
                speech.required().stream().filter(p -> body.at(p).isMissingNode()).toList();
        if (!missing.isEmpty()) {
            row(
                    check,
                    Verdict.FAILED,
                    "the answer lacks " + String.join(", ", missing),
                    answer,
                    speech.usage(body));
            return null;
        }
        return body;
    }

    private void stream() {
        SmokeAnswer answer =
                ask(speech.streamed(speech.text(target.model(), QUESTION, maxTokens)), true);
        if (!answer.ok()) {
            failed("stream", answer, "refused");
            return;
        }
        String type = answer.headers().firstValue("content-type").orElse("");
        if (!type.startsWith("text/event-stream")) {
            row("stream", Verdict.FAILED, "the answer is no stream: " + type, answer, null);
            return;
        }
        List<Event> events = Event.split(answer.body());
        StreamEnd end = speech.end(events);
        streamUsage = end.usage();
        String problem =
                answer.trouble() != null
                        ? answer.trouble()
                        : end.problem() != null
                                ? end.problem()
                                : !end.ended()
                                        ? "the stream does not say that it is complete"
                                        : end.text().isBlank() ? "the stream has no text" : null;
        row(
                "stream",
                problem == null ? Verdict.PASSED : Verdict.FAILED,
                problem == null ? events.size() + " events" : problem,
                answer,
                streamUsage);
    }

    private void tools() {
        ObjectNode request = speech.withTool(speech.text(target.model(), WEATHER, maxTokens));
        SmokeAnswer answer = ask(request, false);
        JsonNode body = whole("tools", answer);
        if (body == null) {
            return;
        }
        ToolCall call = speech.toolCall(body);
        JsonNode arguments = call == null ? null : call.arguments();
        String problem =
                call == null
                        ? "the tool that was demanded is not called"
                        : !call.name().equals(Speech.TOOL)
                                ? "another tool is called: " + call.name()
                                : arguments == null || !arguments.path(Speech.ARGUMENT).isString()
                                        ? "the arguments are not what the tool takes"
                                        : null;
        row(
                "tools",
                problem == null ? Verdict.PASSED : Verdict.FAILED,
                problem == null ? "calls the tool" : problem,
                answer,
                speech.usage(body));
        if (problem == null) {
            secondTurn(speech.afterTool(request, body, "Sunny, 21 degrees."));
            streamedTool(request);
        }
    }

    private void streamedTool(ObjectNode request) {
        SmokeAnswer answer = ask(speech.streamed(request), true);
        if (!answer.ok()) {
            failed("tools_stream", answer, "refused");
            return;
        }
        StreamEnd end = speech.end(Event.split(answer.body()));
        ToolCall call = end.call();
        JsonNode arguments = call == null ? null : call.arguments();
        boolean good = arguments != null && arguments.path(Speech.ARGUMENT).isString();
        String problem =
                end.problem() != null
                        ? end.problem()
                        : !end.ended()
                                ? "the stream does not say that it is complete"
                                : good ? null : "the pieces of the call do not make one";
        row(
                "tools_stream",
                problem == null ? Verdict.PASSED : Verdict.FAILED,
                problem == null ? "streams the call" : problem,
                answer,
                end.usage());
    }

    private void secondTurn(ObjectNode request) {
        SmokeAnswer answer = ask(request, false);
        JsonNode body = whole("tools_result", answer);
        if (body != null) {
            row(
                    "tools_result",
                    Verdict.PASSED,
                    "goes on after the tool's result",
                    answer,
                    speech.usage(body));
        }
    }

    private void image() {
        SmokeAnswer answer =
                ask(speech.image(target.model(), COLOUR, RedSquare.png(), maxTokens), false);
        JsonNode body = whole("image", answer);
        if (body != null) {
            boolean red = speech.textOf(body).toLowerCase(Locale.ROOT).contains("red");
            row(
                    "image",
                    Verdict.PASSED,
                    red ? "sees the picture" : "takes the picture; did not name its colour",
                    answer,
                    speech.usage(body));
        }
    }

    private void errors() {
        SmokeAnswer broken = ask(speech.broken(target.model()), false);
        if (broken.status() >= 400 && broken.status() < 500) {
            refusal("errors", broken, "a broken request is refused");
        } else {
            failed("errors", broken, "a broken request should be answered with 400");
        }
        SmokeAnswer unknown =
                http.post(
                        target,
                        speech.url(target.base(), WRONG_MODEL, false),
                        key(),
                        speech.text(WRONG_MODEL, QUESTION, maxTokens));
        if (unknown.status() >= 400 && unknown.status() < 500) {
            refusal("errors_model", unknown, "an unknown model is refused");
        } else {
            failed("errors_model", unknown, "an unknown model should be answered with 404");
        }
    }

    /// A refusal that was wanted, in the right envelope.
    private void refusal(String check, SmokeAnswer answer, String words) {
        JsonNode body = answer.json();
        String message = body == null ? null : speech.errorMessage(body);
        row(
                check,
                message == null ? Verdict.FAILED : Verdict.PASSED,
                message == null ? words + ", but not in the wire format's envelope" : words,
                answer,
                null);
    }

    private void usage() {
        Tokens plain = plainUsage;
        Tokens streamed = streamUsage;
        if (plain == null && streamed == null) {
            note("usage", Verdict.FAILED, "neither the answer nor the stream says what it used");
        } else if (plain == null || streamed == null) {
            note(
                    "usage",
                    Verdict.FAILED,
                    (plain == null ? "the answer" : "the stream") + " does not say what it used");
        } else if (plain.input() != streamed.input()) {
            note(
                    "usage",
                    Verdict.FAILED,
                    "the same input is counted as %d tokens plain and %d streamed"
                            .formatted(plain.input(), streamed.input()));
        } else {
            note("usage", Verdict.PASSED, "plain and stream agree on the input");
        }
    }

    private void prompt(SmokePrompt prompt) {
        String check = "prompt: " + prompt.name();
        SmokeAnswer answer =
                ask(speech.text(target.model(), prompt.prompt(), prompt.maxTokens()), false);
        JsonNode body = whole(check, answer);
        if (body == null) {
            return;
        }
        String text = speech.textOf(body);
        String wanted = prompt.contains();
        boolean good = !text.isBlank() && (wanted == null || text.contains(wanted));
        row(
                check,
                good ? Verdict.PASSED : Verdict.FAILED,
                good ? "answers" : "the answer does not contain what was wanted",
                answer,
                speech.usage(body));
    }

    private void failed(String check, SmokeAnswer answer, String words) {
        JsonNode body = answer.json();
        String message = body == null ? null : speech.errorMessage(body);
        boolean saysNo = SAYS_NO.contains(answer.status()) && message != null;
        String trouble = answer.trouble();
        row(
                check,
                saysNo && !check.startsWith("errors") && !check.equals("auth")
                        ? Verdict.UNSUPPORTED
                        : Verdict.FAILED,
                trouble != null ? trouble : words + (message == null ? "" : ": " + message),
                answer,
                null);
    }

    private void skip(String check, String why) {
        note(check, Verdict.SKIPPED, why);
    }

    private void note(String check, Verdict verdict, String words) {
        rows.accept(
                new SmokeRow(
                        target.name(),
                        check,
                        verdict,
                        words,
                        0,
                        null,
                        null,
                        List.of(),
                        null,
                        -1,
                        -1,
                        null));
    }

    private void row(
            String check,
            Verdict verdict,
            String note,
            SmokeAnswer answer,
            @Nullable Tokens usage) {
        JsonNode body = answer.json();
        JsonNode model = body == null ? null : body.path("model");
        if (body != null && !body.path("model").isString()) {
            model = body.path("modelVersion");
        }
        JsonNode shaped = body;
        if (body == null && answer.body().contains("data:")) {
            List<Event> events = Event.split(answer.body());
            shaped = events.isEmpty() ? null : events.getFirst().data();
        }
        rows.accept(
                new SmokeRow(
                        target.name(),
                        check,
                        verdict,
                        note,
                        answer.status(),
                        answer.requestId(),
                        model != null && model.isString() ? model.stringValue() : null,
                        SmokeJson.shape(shaped),
                        usage,
                        answer.firstByteMillis(),
                        answer.totalMillis(),
                        answer.cost()));
    }
}
