package dev.sluice.checker;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What must hold of one call and its transfers.
final class CallChecks {

    /// Meters that may be used without a line of their own: fees, and what tokens already pay for.
    private static final Set<String> MAY_HAVE_NO_LINE =
            Set.of(
                    "requests",
                    "video_jobs",
                    "images",
                    "video_milliseconds",
                    "audio_milliseconds",
                    "characters");

    private final PriceStore prices;
    private final @Nullable UpstreamJournal journal;
    private final Findings findings;

    CallChecks(PriceStore prices, @Nullable UpstreamJournal journal, Findings findings) {
        this.prices = prices;
        this.journal = journal;
        this.findings = findings;
    }

    void check(BookedCall call, List<BookedTransfer> transfers) throws SQLException {
        units(call);
        lines(
                call.place(),
                call.meters(),
                call.costLines(),
                call.priceVersion(),
                call.provider(),
                call.modelServed());
        Set<String> attempts = new HashSet<>();
        BigDecimal provider = BigDecimal.ZERO;
        for (JsonNode attempt : call.attempts()) {
            attempts.add(attempt.path("id").asString());
            provider = provider.add(attempt(call, attempt, transfers));
        }
        findings.same("provider_usd_is_its_attempts", call.place(), provider, call.providerUsd());
        owners(call, transfers, attempts);
        charges(call, transfers);
        windows(call);
    }

    private void units(BookedCall call) {
        Map<String, BigDecimal> expected = Units.of(call);
        Set<String> names = new HashSet<>(expected.keySet());
        names.addAll(call.measures().propertyNames());
        for (String unit : names) {
            JsonNode found = call.measures().get(unit);
            if (found == null && Units.isNewer(unit)) {
                continue;
            }
            findings.same(
                    "units_are_the_usage",
                    call.place() + " " + unit,
                    expected.get(unit),
                    found == null ? null : new BigDecimal(found.asString()));
        }
    }

    private void lines(
            String place,
            JsonNode meters,
            JsonNode lines,
            @Nullable String version,
            @Nullable String provider,
            @Nullable String model)
            throws SQLException {
        JsonNode price = version == null ? null : prices.price(version, provider, model);
        Set<String> priced = new HashSet<>();
        for (JsonNode line : lines) {
            String meter = line.path("meter").asString();
            String where = place + " " + meter;
            long quantity = line.path("quantity").asLong();
            priced.add(meter);
            findings.same(
                    "line_is_quantity_times_price",
                    where,
                    CostLines.amount(line, quantity),
                    CostLines.decimal(line, "amount"));
            if (!meter.equals("requests") && meters.path(meter).asLong(0) != quantity) {
                findings.problem(
                        "line_is_its_meter",
                        where,
                        meters.path(meter).asString("0"),
                        Long.toString(quantity));
            }
            BigDecimal rate = CostLines.decimal(line, "unit_price");
            if (price != null && !price.isMissingNode() && !PriceStore.names(price, meter, rate)) {
                findings.problem(
                        "unit_price_is_the_price_books",
                        where,
                        "a rate of " + version,
                        Findings.text(rate));
            }
        }
        // tokens that a video is said to be made of pay for it, or its seconds or the job do
        boolean video = meters.has("video_jobs");
        for (String meter : meters.propertyNames()) {
            boolean paid = priced.contains(meter) || (video && meter.equals("output_tokens"));
            if (!paid && !MAY_HAVE_NO_LINE.contains(meter)) {
                findings.problem("usage_is_priced", place, "a line for " + meter, "none");
            }
        }
    }

    /// Checks the attempt and returns what it cost the operator.
    private BigDecimal attempt(BookedCall call, JsonNode attempt, List<BookedTransfer> transfers)
            throws SQLException {
        String id = attempt.path("id").asString();
        JsonNode lines = attempt.path("cost_lines");
        lines(
                call.place() + " attempt " + id,
                attempt.path("meters"),
                lines,
                attempt.path("price_version").asStringOpt().orElse(null),
                attempt.path("provider").asString(""),
                attempt.path("model").asString(""));
        BigDecimal cost = CostLines.total(lines);
        BigDecimal booked = BigDecimal.ZERO;
        for (BookedTransfer transfer : transfers) {
            if (transfer.kind().equals("provider_cost") && id.equals(transfer.attemptId())) {
                booked = booked.add(transfer.amount());
            }
        }
        findings.same("provider_cost_is_booked", call.place() + " attempt " + id, cost, booked);
        if (journal != null) {
            journal.meet(call, attempt, findings);
        }
        return cost;
    }

    private void owners(BookedCall call, List<BookedTransfer> transfers, Set<String> attempts) {
        for (BookedTransfer transfer : transfers) {
            if (!transfer.organizationId().equals(call.organizationId())) {
                findings.problem(
                        "transfer_is_its_organizations",
                        transfer.place(),
                        Objects.toString(call.organizationId(), "nobody"),
                        transfer.organizationId());
            }
            String attempt = transfer.attemptId();
            if (attempt != null && !attempts.contains(attempt)) {
                findings.problem(
                        "transfer_has_its_attempt", transfer.place(), "an attempt", attempt);
            }
        }
    }

    private void charges(BookedCall call, List<BookedTransfer> transfers) {
        Map<String, BigDecimal> sums = new HashMap<>();
        int charges = 0;
        BigDecimal written = BigDecimal.ZERO;
        for (BookedTransfer transfer : transfers) {
            sums.merge(transfer.kind(), transfer.amount(), BigDecimal::add);
            charges += transfer.kind().equals("charge") ? 1 : 0;
            if (transfer.kind().equals("absorbed") && transfer.credit().equals("provider_cost")) {
                written = written.add(transfer.amount());
            }
        }
        String place = call.place();
        BigDecimal charged = sums.getOrDefault("charge", BigDecimal.ZERO);
        findings.same("cost_is_charged", place, call.costUsd(), charged);
        findings.same(
                "absorbed_is_booked",
                place,
                call.absorbedUsd(),
                sums.getOrDefault("absorbed", BigDecimal.ZERO));
        if (charges > 1) {
            findings.problem("charged_once", place, "1", Integer.toString(charges));
        }
        // what a crash left to the operator was never priced for the customer
        findings.same(
                "cost_is_its_lines",
                place,
                CostLines.total(call.costLines()),
                call.costUsd().add(call.absorbedUsd()).subtract(written));
        BigDecimal refunded = sums.getOrDefault("refund", BigDecimal.ZERO);
        if (refunded.compareTo(charged) > 0) {
            findings.problem(
                    "refunded_at_most_the_charge",
                    place,
                    Findings.text(charged),
                    Findings.text(refunded));
        }
        BigDecimal hold = call.holdUsd();
        if (hold == null && call.costUsd().signum() > 0) {
            findings.problem("no_charge_without_hold", place, "0", Findings.text(call.costUsd()));
        } else if (hold != null && hold.signum() > 0 && call.costUsd().compareTo(hold) > 0) {
            findings.note(
                    "cost_is_within_its_hold",
                    place,
                    Findings.text(hold),
                    Findings.text(call.costUsd()));
        }
    }

    private void windows(BookedCall call) {
        Set<String> rules = new HashSet<>();
        for (JsonNode line : call.windows()) {
            String rule = line.path("rule").asString();
            String unit = line.path("unit").asString();
            String span = line.path("span").asString();
            String place = call.place() + " " + rule;
            if (!rules.add(rule + "/" + line.path("member").asString(""))) {
                findings.problem("window_counts_a_call_once", place, "1", "2");
            }
            Instant start = WindowStarts.of(span, call.admittedAt());
            Instant found = Instant.parse(line.path("start").asString());
            if (!found.equals(start)) {
                findings.problem(
                        "window_is_that_of_admission",
                        place,
                        start == null ? "a readable span" : span + " from " + start,
                        found.toString());
            }
            BigDecimal spent = CostLines.decimal(line, "spent");
            switch (unit) {
                case "usd" ->
                        findings.same("window_line_is_the_call", place, call.costUsd(), spent);
                case "requests" ->
                        findings.same("window_line_is_the_call", place, BigDecimal.ONE, spent);
                default -> pieces(call, place, unit, spent);
            }
        }
    }

    /// What did not fit a window is not counted in it: less than what was used may be right.
    private void pieces(BookedCall call, String place, String unit, BigDecimal spent) {
        BigDecimal used = Units.pieces(call, unit);
        String expected = Findings.text(used);
        if (spent.compareTo(used) > 0) {
            findings.problem("window_line_is_the_call", place, expected, Findings.text(spent));
        } else if (spent.compareTo(used) < 0) {
            findings.note("window_line_is_the_call", place, expected, Findings.text(spent));
        }
    }
}
