package dev.sluice.app.cli;

import dev.sluice.app.smoke.SmokePrompt;
import dev.sluice.app.smoke.SmokeReport;
import dev.sluice.app.smoke.SmokeRow;
import dev.sluice.app.smoke.SmokeRun;
import dev.sluice.app.smoke.SmokeTarget;
import dev.sluice.domain.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice smoke`: what an endpoint can do, seen from outside.
final class SmokeCommand {

    private static final String DIALECTS =
            "openai-chat, openai-responses, anthropic-messages or gemini";
    private static final String KEY = "SLUICE_KEY";
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration RECORD_PAUSE = Duration.ofMillis(500);
    private static final int MOST_RECORDINGS = 10;

    private static final Field BASE =
            Field.text("--base-url", "URL", "as an SDK takes it; default: this Sluice's /v1");
    private static final Field MODEL = Field.text("--model", "MODEL", "that is asked").must();
    private static final Field DIALECT =
            Field.text("--dialect", "NAME", DIALECTS + "; default openai-chat");
    private static final Field KEY_ENV =
            Field.text("--key-env", "NAME", "variable that holds the key; default " + KEY);
    private static final Field KEY_HEADER =
            Field.text("--key-header", "NAME", "header of the bare key, such as api-key");
    private static final Field DIRECT =
            Field.text("--direct-url", "URL", "the provider itself, asked beside it");
    private static final Field DIRECT_MODEL =
            Field.text("--direct-model", "MODEL", "its name there; default the same");
    private static final Field DIRECT_DIALECT =
            Field.text("--direct-dialect", "NAME", "spoken there; default the same");
    private static final Field DIRECT_KEY_ENV =
            Field.text("--direct-key-env", "NAME", "variable that holds the key there");
    private static final Field DIRECT_KEY_HEADER =
            Field.text("--direct-key-header", "NAME", "header of the bare key there");
    private static final Field CHECKS =
            Field.words(
                    "--checks",
                    "NAME",
                    String.join(", ", SmokeRun.CHECKS) + "; default all, 'none' for prompts alone");
    private static final Field PROMPTS =
            Field.text(
                    "--prompts",
                    "FILE",
                    "own prompts, one a line: text, or JSON with prompt, name, max_tokens,"
                            + " contains; '-' reads input");
    private static final Field TOKENS = Field.whole("--max-tokens", "of each answer; default 256");
    private static final Field TIMEOUT =
            Field.whole("--timeout", "seconds that one answer may take; default 60");
    private static final Field KEEP =
            Field.text("--keep", "FILE", "write the report as JSON, as evidence");

    private static final Field RECORD =
            Field.flag("--record", "keep the gateway's checks there, as availability");

    private SmokeCommand() {}

    static Verb command() {
        return Verb.named("smoke", "Ask an endpoint what it can do, as a client would.")
                .options(
                        BASE,
                        MODEL,
                        DIALECT,
                        KEY_ENV,
                        KEY_HEADER,
                        DIRECT,
                        DIRECT_MODEL,
                        DIRECT_DIALECT,
                        DIRECT_KEY_ENV,
                        DIRECT_KEY_HEADER,
                        CHECKS,
                        PROMPTS,
                        TOKENS,
                        TIMEOUT,
                        KEEP,
                        RECORD)
                .note("Works on any base URL: a Sluice, a provider, another gateway.")
                .note(
                        "Ends with 0 when nothing failed, 1 when a check failed, 3 when nobody"
                                + " answers. What an endpoint says it does not do is no failure.")
                .note(
                        "Keeps no prompt and no answer: model, request id, shape, usage, errors,"
                                + " times and cost.")
                .example("SLUICE_KEY=… sluice smoke --model sim-chat")
                .example(
                        "sluice smoke --base-url https://api.example.com/v1 --key-env KEY --model"
                                + " small --checks text,stream")
                .example(
                        "sluice smoke --model gpt-5-mini --direct-url https://api.openai.com/v1"
                                + " --direct-key-env OPENAI_API_KEY --keep evidence.json")
                .example("sluice smoke --model sim-chat --record")
                .runs(SmokeCommand::run);
    }

    private static int run(Invocation in) {
        List<SmokeTarget> targets = targets(in);
        Set<String> checks = checks(in);
        List<SmokePrompt> prompts = prompts(in);
        Duration timeout = Duration.ofSeconds(whole(in, TIMEOUT, 60, LONGEST.toSeconds()));
        long tokens = whole(in, TOKENS, 256, 100_000);
        List<SmokeRow> rows = new ArrayList<>();
        for (SmokeTarget target : targets) {
            new SmokeRun(
                            target,
                            timeout,
                            tokens,
                            System::nanoTime,
                            row -> {
                                rows.add(row);
                                progress(in, row);
                            })
                    .run(checks, prompts);
        }
        SmokeReport report = new SmokeReport(in.context().clock().instant(), targets, rows);
        ObjectNode json = report.json();
        keep(in, json);
        if (in.flag(RECORD.option())) {
            ApiAnswer kept = record(in, report.probes());
            if (!kept.ok()) {
                return in.refuse(kept);
            }
        }
        if (in.form() == Form.JSON) {
            in.context().out().println(json.toPrettyString());
        } else if (in.form() == Form.YAML) {
            in.show(json, List.of());
        } else if (in.form() == Form.CSV) {
            in.show(json.path("checks"), List.of());
        } else {
            new Table(in.context().out())
                    .rows(
                            json.path("checks"),
                            List.of(
                                    "check",
                                    "target",
                                    "verdict",
                                    "status",
                                    "first_byte_ms",
                                    "total_ms",
                                    "input_tokens",
                                    "output_tokens",
                                    "cost_usd",
                                    "request_id",
                                    "note"),
                            "");
            report.differences().forEach(line -> in.context().out().println("differs: " + line));
            in.context().out().println(report.summary());
        }
        return report.nobodyAnswered()
                ? ExitCode.UNREACHABLE
                : report.failed() ? ExitCode.REFUSED : ExitCode.OK;
    }

    /// The log shows a call within seconds of its end: what it does not know is told again.
    private static ApiAnswer record(Invocation in, ObjectNode probes) {
        ApiAnswer kept = in.post("probes", probes);
        for (int i = 0; i < MOST_RECORDINGS && lacksSome(kept); i++) {
            LockSupport.parkNanos(RECORD_PAUSE.toNanos());
            kept = in.post("probes", probes);
        }
        return kept;
    }

    private static boolean lacksSome(ApiAnswer kept) {
        JsonNode answer = kept.json();
        return kept.ok() && answer != null && !answer.path("unknown").isEmpty();
    }

    /// A run takes a while: who watches sees it move.
    private static void progress(Invocation in, SmokeRow row) {
        if (in.context().interactive() && !in.isForPrograms()) {
            in.context()
                    .err()
                    .println(row.target() + " " + row.check() + ": " + row.verdict().words());
        }
    }

    private static List<SmokeTarget> targets(Invocation in) {
        String base = in.one(BASE.option());
        String model = required(in, MODEL);
        String dialect = dialect(in, DIALECT, "openai-chat");
        List<SmokeTarget> targets = new ArrayList<>();
        targets.add(
                new SmokeTarget(
                        "gateway",
                        base == null ? in.client().url() + "/v1" : url(BASE, base),
                        dialect,
                        model,
                        key(in, KEY_ENV, KEY),
                        in.one(KEY_HEADER.option())));
        String direct = in.one(DIRECT.option());
        if (direct != null) {
            String directModel = in.one(DIRECT_MODEL.option());
            targets.add(
                    new SmokeTarget(
                            "direct",
                            url(DIRECT, direct),
                            dialect(in, DIRECT_DIALECT, dialect),
                            directModel == null ? model : directModel,
                            key(in, DIRECT_KEY_ENV, null),
                            in.one(DIRECT_KEY_HEADER.option())));
        }
        return targets;
    }

    private static String required(Invocation in, Field field) {
        String value = in.one(field.option());
        if (value == null) {
            throw CliException.usage("Missing required option: " + field.option());
        }
        return value;
    }

    private static String dialect(Invocation in, Field field, String absent) {
        String given = in.one(field.option());
        if (given != null && !SmokeTarget.knows(given)) {
            throw CliException.usage(field.option() + " must be " + DIALECTS + ": " + given);
        }
        return given == null ? absent : given;
    }

    private static String url(Field field, String given) {
        try {
            URI uri = URI.create(given);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return given.replaceAll("/+$", "");
            }
        } catch (IllegalArgumentException _) {
            // answered below
        }
        throw CliException.usage(
                field.option() + " must look like https://api.example.com/v1: " + given);
    }

    /// Never from the command line itself: others could read it in the list of processes.
    private static @Nullable Secret key(Invocation in, Field field, @Nullable String absent) {
        String given = in.one(field.option());
        String name = given == null ? absent : given;
        String value = name == null ? null : in.context().variable(name);
        if (given != null && value == null) {
            throw CliException.usage(field.option() + ": the variable " + given + " is not set.");
        }
        return value == null ? null : new Secret(value);
    }

    private static Set<String> checks(Invocation in) {
        List<String> given = in.all(CHECKS.option());
        if (given.isEmpty()) {
            return SmokeRun.CHECKS;
        }
        Set<String> checks = new LinkedHashSet<>(given);
        if (checks.equals(Set.of("none"))) {
            return Set.of();
        }
        for (String check : checks) {
            if (!SmokeRun.CHECKS.contains(check)) {
                throw CliException.usage(
                        CHECKS.option()
                                + " has '"
                                + check
                                + "'; there are "
                                + String.join(", ", SmokeRun.CHECKS)
                                + ".");
            }
        }
        return checks;
    }

    private static List<SmokePrompt> prompts(Invocation in) {
        String file = in.one(PROMPTS.option());
        if (file == null) {
            return List.of();
        }
        try {
            return SmokePrompt.read(in.read(file));
        } catch (IllegalArgumentException e) {
            throw CliException.usage(file + ": " + e.getMessage());
        }
    }

    private static long whole(Invocation in, Field field, long absent, long most) {
        String given = in.one(field.option());
        if (given == null) {
            return absent;
        }
        if (!given.matches("[0-9]{1,9}") || Long.parseLong(given) < 1) {
            throw CliException.usage(field.option() + " must be a whole number: " + given);
        }
        return Math.min(most, Long.parseLong(given));
    }

    private static void keep(Invocation in, ObjectNode report) {
        String file = in.one(KEEP.option());
        if (file == null) {
            return;
        }
        Path path = in.context().directory().resolve(file);
        try {
            Files.writeString(path, report.toPrettyString() + "\n");
        } catch (IOException e) {
            throw CliException.usage(
                    KEEP.option() + ": " + file + " cannot be written: " + e.getMessage());
        }
    }
}
