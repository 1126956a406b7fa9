package dev.sluice.app.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Calls and what they used: `requests`, `logs`, `usage`.
final class CallCommands {

    /// With what is wide enough for nearly all of them, where rows come one by one.
    private static final Map<String, Integer> WIDTHS = widths();

    private static final String[] COLUMNS = WIDTHS.keySet().toArray(String[]::new);
    private static final CsvRows CSV = new CsvRows(List.of(COLUMNS));
    private static final Field[] FILTERS = {
        Field.text("--from", "TIME", "admitted at or after"),
        Field.text("--to", "TIME", "admitted before"),
        Field.text("--key", "KEY", "id or label"),
        Field.text("--team", "TEAM", "id or name"),
        Field.text("--environment", "NAME", "in this environment"),
        Field.text("--workflow", "NAME", "of this workflow"),
        Field.text("--customer", "NAME", "for this customer"),
        Field.text("--model", "MODEL", "the public name asked for"),
        Field.text("--upstream", "NAME", "answered by it"),
        Field.whole("--status", "HTTP status"),
        Field.text("--error-code", "CODE", "such as quota_exceeded"),
        Field.decimal("--min-cost", "at least so many US dollars"),
        Field.text("--action-id", "ID", "of one user action"),
        Field.text("--provider-request-id", "ID", "the provider's id of an attempt"),
        Field.text("--state", "STATE", "held, settled or refused"),
        Field.text("--owner", "OWNER", "user:NAME or service:NAME"),
    };

    private CallCommands() {}

    private static Map<String, Integer> widths() {
        Map<String, Integer> widths = new LinkedHashMap<>();
        widths.put("created_at", 24);
        widths.put("request_id", 30);
        widths.put("key", 20);
        widths.put("model", 24);
        widths.put("upstream", 16);
        widths.put("status_code", 11);
        widths.put("error_code", 20);
        widths.put("state", 7);
        widths.put("cost_usd", 8);
        return widths;
    }

    static Group requests() {
        Verb follow = Verb.named("follow", "Show calls as they end, until Ctrl-C.").query(FILTERS);
        follow.example("sluice requests follow --environment production")
                .runs(in -> follow(in, follow.queryOf(in)));
        return Group.of(
                "requests",
                "Calls: one row each, refused ones too.",
                Verb.list("requests", "List calls, newest first.", COLUMNS)
                        .query(FILTERS)
                        .example("sluice requests list --error-code quota_exceeded --limit 20"),
                Verb.call("show", "GET", "requests/{}", "Show one call with its attempts and cost.")
                        .argument("REQUEST", "the x-request-id of its answer")
                        .example("sluice requests show req_01JD"),
                follow);
    }

    static Verb logs() {
        Field follow = Field.flag("--follow", "show calls as they end, until Ctrl-C");
        Verb verb =
                Verb.list("requests", "List calls, newest first; -f follows them.", COLUMNS)
                        .renamed("logs")
                        .query(FILTERS)
                        .options(follow)
                        .alias("--follow", "-f")
                        .example("sluice logs -f")
                        .example("sluice logs --status 429 --limit 20");
        return verb.runs(in -> {
            Map<String, String> query = verb.queryOf(in);
            return in.flag("--follow")
                    ? follow(in, query)
                    : Paging.list(in, "requests", query, List.of(COLUMNS));
        });
    }

    private static int follow(Invocation in, Map<String, String> filters) {
        Map<String, String> query = new LinkedHashMap<>(filters);
        query.put("follow", "true");
        HttpResponse<InputStream> response =
                in.client().stream("requests", query, "text/event-stream");
        try (InputStream body = response.body();
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            if (response.statusCode() != 200) {
                String text = String.join("\n", lines.lines().toList());
                return in.refuse(ApiClient.answer(response, text));
            }
            in.context().err().println("Following calls; Ctrl-C ends.");
            head(in);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    show(in, line.substring("data:".length()).strip());
                }
                if (in.context().out().checkError()) {
                    // whoever read what is printed has gone, as after '| head'
                    return ExitCode.OK;
                }
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.UNREACHABLE, "The connection broke: " + e.getMessage());
        }
        in.context().err().println("The server ended the stream.");
        return ExitCode.OK;
    }

    /// One line per call: a table whose widths do not wait for the rows to come.
    private static void show(Invocation in, String data) {
        JsonNode row = Json.parseOrNull(data);
        if (row == null) {
            in.context().out().println(data);
            return;
        }
        switch (in.form()) {
            case JSON -> in.context().out().println(data);
            // each a document, so that a reader need not wait for the last
            case YAML -> in.context().out().print("---\n" + Json.yaml(row));
            case CSV -> in.context().out().print(CSV.line(row));
            case TABLE -> line(in, row);
        }
        in.context().out().flush();
    }

    private static void line(Invocation in, JsonNode row) {
        JsonNode named = in.names().in(row);
        StringBuilder line = new StringBuilder();
        WIDTHS.forEach((column, width) ->
                line.append(Table.padRight(Words.of(Json.at(named, column)), width)).append("  "));
        in.context().out().println(line.toString().stripTrailing());
    }

    private static void head(Invocation in) {
        switch (in.form()) {
            case CSV -> in.context().out().print(CSV.head());
            case TABLE -> {
                StringBuilder line = new StringBuilder();
                WIDTHS.forEach((column, width) ->
                        line.append(Table.padRight(column.toUpperCase(Locale.ROOT), width + 2)));
                in.context().out().println(line.toString().stripTrailing());
            }
            case JSON, YAML -> {
                return;
            }
        }
        in.context().out().flush();
    }

    static Verb usage() {
        Verb verb =
                Verb.named("usage", "What was used and spent.")
                        .query(
                                Field.text("--from", "TIME", "time or date; default 30 days back"),
                                Field.text("--to", "TIME", "time or date; default now"),
                                Field.words("--group-by", "NAME", "such as team,model"),
                                Field.text("--interval", "WORD", "hour, day or month"),
                                Field.text("--time-zone", "ZONE", "of days and months"),
                                Field.text("--format", "FORMAT", "json, csv or jsonl: as it comes"),
                                Field.text("--team", "TEAM", "only this team"),
                                Field.text("--key", "KEY", "only this key"),
                                Field.text("--model", "MODEL", "only this model"),
                                Field.text("--environment", "NAME", "only this environment"))
                        .example("sluice usage --group-by team,model --interval day")
                        .example("sluice usage --from 2026-07-01 --to 2026-08-01 --format csv");
        verb.note("The table leaves out parts of other units, such as cached tokens.");
        return verb.runs(in -> {
            ApiAnswer answer = in.get("usage", verb.queryOf(in));
            if (answer.ok() && in.one("--format") != null) {
                in.context().out().println(answer.body().stripTrailing());
                return ExitCode.OK;
            }
            JsonNode report = answer.json();
            if (!answer.ok() || report == null || in.form() != Form.TABLE) {
                return in.print(answer, List.of());
            }
            return UsageTable.print(in, in.names().in(report), in.all("--group-by"));
        });
    }

    static Verb drift() {
        return Verb.call(
                        "estimate-drift",
                        "GET",
                        "usage/estimate-drift",
                        "Worst case held against final price, per model.")
                .example("sluice estimate-drift");
    }
}
