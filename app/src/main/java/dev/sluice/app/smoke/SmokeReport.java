package dev.sluice.app.smoke;

import dev.sluice.app.smoke.SmokeRow.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a run found, of one endpoint or of two side by side.
public final class SmokeReport {

    private final Instant at;
    private final List<SmokeTarget> targets;
    private final List<SmokeRow> rows;

    /// A report over rows in the order in which they were found.
    public SmokeReport(Instant at, List<SmokeTarget> targets, List<SmokeRow> rows) {
        this.at = at;
        this.targets = targets;
        this.rows = sideBySide(rows);
    }

    /// The rows of a check stand together.
    private static List<SmokeRow> sideBySide(List<SmokeRow> rows) {
        Map<String, List<SmokeRow>> byCheck = new LinkedHashMap<>();
        rows.forEach(row -> byCheck.computeIfAbsent(row.check(), _ -> new ArrayList<>()).add(row));
        return byCheck.values().stream().flatMap(List::stream).toList();
    }

    /// Whether any check failed.
    public boolean failed() {
        return rows.stream().anyMatch(row -> row.verdict() == Verdict.FAILED);
    }

    /// Whether no request was answered at all.
    public boolean nobodyAnswered() {
        return rows.stream().noneMatch(row -> row.status() > 0);
    }

    /// Where the second endpoint behaves otherwise than the first, in words.
    public List<String> differences() {
        Map<String, SmokeRow> first = new LinkedHashMap<>();
        List<String> differences = new ArrayList<>();
        for (SmokeRow row : rows) {
            SmokeRow before = first.putIfAbsent(row.check(), row);
            if (before != null) {
                compare(before, row, differences);
            }
        }
        return differences;
    }

    private static void compare(SmokeRow a, SmokeRow b, List<String> into) {
        String check = a.check() + ": ";
        if (a.verdict() != b.verdict()) {
            into.add(
                    check
                            + "%s %s, %s %s"
                                    .formatted(
                                            a.target(),
                                            a.verdict().words(),
                                            b.target(),
                                            b.verdict().words()));
            return;
        }
        if (a.verdict() != Verdict.PASSED) {
            return;
        }
        TreeSet<String> lost = new TreeSet<>(b.shape());
        a.shape().forEach(lost::remove);
        if (!lost.isEmpty()) {
            into.add(check + a.target() + " lacks " + String.join(", ", lost));
        }
        Tokens ours = a.usage();
        Tokens theirs = b.usage();
        if (ours != null && theirs != null && ours.input() != theirs.input()) {
            into.add(
                    check
                            + "input of %d tokens at %s, %d at %s"
                                    .formatted(
                                            ours.input(), a.target(), theirs.input(), b.target()));
        }
    }

    /// One line for people.
    public String summary() {
        return "%d passed, %d unsupported, %d failed, %d skipped"
                .formatted(
                        count(Verdict.PASSED),
                        count(Verdict.UNSUPPORTED),
                        count(Verdict.FAILED),
                        count(Verdict.SKIPPED));
    }

    private long count(Verdict verdict) {
        return rows.stream().filter(row -> row.verdict() == verdict).count();
    }

    /// The gateway's checks as it keeps probes: those that its own request log knows.
    public ObjectNode probes() {
        ObjectNode node = SmokeJson.object();
        ArrayNode checks = node.putArray("checks");
        SmokeTarget gateway = targets.getFirst();
        for (SmokeRow row : rows) {
            boolean asksTheModel = !row.check().startsWith("errors") && !row.check().equals("auth");
            if (row.target().equals(gateway.name())
                    && row.requestId() != null
                    && row.verdict() != Verdict.SKIPPED
                    && asksTheModel) {
                checks.addObject()
                        .put("request_id", row.requestId())
                        .put("check", row.check())
                        .put("family", gateway.speech().family())
                        .put("verdict", row.verdict().words())
                        .put("note", row.note());
            }
        }
        return node;
    }

    /// The whole report, with nothing of what was asked and answered.
    public ObjectNode json() {
        ObjectNode node =
                SmokeJson.object()
                        .put("object", "smoke_report")
                        .put("at", at.truncatedTo(ChronoUnit.SECONDS).toString());
        ArrayNode asked = node.putArray("targets");
        for (SmokeTarget target : targets) {
            asked.addObject()
                    .put("target", target.name())
                    .put("base_url", target.base())
                    .put("dialect", target.dialect())
                    .put("endpoint_family", target.speech().family())
                    .put("model", target.model());
        }
        ArrayNode checks = node.putArray("checks");
        rows.forEach(row -> checks.add(row.json()));
        ArrayNode differences = node.putArray("differences");
        differences().forEach(differences::add);
        node.putObject("summary")
                .put("passed", count(Verdict.PASSED))
                .put("unsupported", count(Verdict.UNSUPPORTED))
                .put("failed", count(Verdict.FAILED))
                .put("skipped", count(Verdict.SKIPPED));
        return node;
    }
}
