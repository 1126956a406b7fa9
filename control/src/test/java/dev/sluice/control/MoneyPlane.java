package dev.sluice.control;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.PriceBook;
import dev.sluice.control.Plane.Caller;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.pricing.EndpointFamilies;
import dev.sluice.control.routing.OwnListener;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Ids;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Usage;
import dev.sluice.domain.Window;
import dev.sluice.ledger.EscrowLedger;
import dev.sluice.ledger.LedgerSettings;
import dev.sluice.ledger.LedgerStart;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.DialectReach;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.PriceList;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.policy.Upstream;
import dev.sluice.store.Database;
import dev.sluice.testkit.TestFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// A management plane with a ledger behind it and two organizations, `acme` and `globex`, which
/// share nothing. Calls are made by settling them straight through the ledger.
final class MoneyPlane implements AutoCloseable {

    static final BigDecimal IN_PRICE = new BigDecimal("0.15");
    static final BigDecimal OUT_PRICE = new BigDecimal("0.6");

    final Plane plane = new Plane();
    private final TestFolder journal = TestFolder.create("journal");
    final Ids ids = new Ids(plane.clock, new Random(23));
    final EscrowLedger ledger =
            LedgerStart.start(
                    plane.database(),
                    plane.clock,
                    System::nanoTime,
                    ids,
                    "r1",
                    journal.path(),
                    LedgerSettings.standard());
    final Caller acme = plane.organization("acme", "owner");
    final Caller globex = plane.organization("globex", "owner");
    final String acmeId = organizationId("acme");
    final String globexId = organizationId("globex");
    final Map<String, List<QuotaRule>> rules = new HashMap<>();
    final AtomicBoolean following = new AtomicBoolean(true);
    final AtomicReference<OwnListener> listener =
            new AtomicReference<>((_, _, _, _) -> {
                throw new IOException("nobody listens in this test");
            });
    private int calls;

    MoneyPlane() {
        MoneyRoutes.register(
                plane.control,
                new MoneyRoutes.Books(plane.database(), ledger, plane.clock, ids, new Random(5)),
                new MoneyRoutes.Surroundings(
                        new EndpointFamilies(
                                Map.of(
                                        "chat",
                                        new EndpointFamilies.Served("POST", "/v1/chat/completions"),
                                        "embeddings",
                                        new EndpointFamilies.Served("POST", "/v1/embeddings"))),
                        MoneyPlane::decode,
                        pause -> following.get(),
                        new Policy(4096, DialectReach.ANY),
                        source(),
                        PriceBook.shipped()));
        RoutingPlane.register(
                plane.control,
                plane.database(),
                (path, key, json, limit) -> listener.get().post(path, key, json, limit),
                System::nanoTime);
    }

    Database database() {
        return plane.database();
    }

    Caller installation() {
        return plane.installation();
    }

    String organizationId(String name) {
        return plane.database()
                .read(sql ->
                        sql.one(
                                "SELECT id FROM organization WHERE name = ?",
                                row -> row.text("id"),
                                name));
    }

    QuotaRule rule(String organization, String name, QuotaUnit unit, String limit) {
        return rule(
                organization,
                name,
                unit,
                limit,
                new Window.Calendar(Window.Span.DAY, ZoneOffset.UTC),
                true,
                false);
    }

    QuotaRule rule(
            String organization,
            String name,
            QuotaUnit unit,
            String limit,
            Window window,
            boolean clamp,
            boolean shadow) {
        QuotaRule rule =
                new QuotaRule(
                        "quo_" + name,
                        organization,
                        name,
                        Scope.ORGANIZATION,
                        unit,
                        new BigDecimal(limit),
                        window,
                        clamp,
                        shadow,
                        List.of(),
                        "finance@example.com",
                        null,
                        null);
        rules.computeIfAbsent(organization, _ -> new ArrayList<>()).add(rule);
        return rule;
    }

    private SnapshotSource source() {
        return new SnapshotSource() {
            @Override
            public Snapshot current() {
                Upstream upstream =
                        new Upstream(
                                "up_1",
                                "east",
                                "simulator",
                                null,
                                URI.create("http://127.0.0.1:9/v1"),
                                Set.of("openai-chat"),
                                null,
                                null,
                                Upstream.Timeouts.DEFAULT,
                                false,
                                true);
                return new Snapshot(
                        1,
                        plane.clock.instant(),
                        published(),
                        plane.control.snapshots().current().keys(),
                        Map.of("up_1", upstream));
            }

            @Override
            public Duration age() {
                return Duration.ZERO;
            }
        };
    }

    private Map<String, Organization> published() {
        Map<String, Organization> all = new HashMap<>();
        plane.database()
                .read(sql ->
                        sql.list(
                                "SELECT id, name FROM organization",
                                row -> published(row.text("id"), row.text("name"))))
                .forEach(organization -> all.put(organization.id(), organization));
        return all;
    }

    private Organization published(String id, String name) {
        Map<String, Model> models = new LinkedHashMap<>();
        for (String model : List.of("sim-chat", "no-price")) {
            models.put(
                    model,
                    new Model(
                            "mod_" + model,
                            model,
                            Model.Strategy.PRIORITY,
                            List.of(new Model.Target("up_1", model, 1, 1)),
                            null,
                            null,
                            null,
                            null));
        }
        return new Organization(
                id,
                name,
                ZoneOffset.UTC,
                "USD",
                false,
                BigDecimal.ZERO,
                BigDecimal.ONE,
                Map.of(),
                Map.of(),
                models,
                rules.getOrDefault(id, List.of()),
                new PriceList(List.of(), PriceBook.shipped()));
    }

    /// Stands for the data plane's decoder: the model and the limit, and every byte as prompt.
    private static CallFacts decode(String endpoint, byte[] body) {
        var json = dev.sluice.control.http.Json.parse(new String(body, StandardCharsets.UTF_8));
        if (!endpoint.equals("/v1/chat/completions")) {
            throw Fault.invalid("There is no endpoint " + endpoint + ".", "endpoint").asException();
        }
        var limit = json.path("max_tokens");
        return new CallFacts(
                json.path("model").asString(),
                "chat",
                Set.of("chat"),
                false,
                body.length,
                0,
                0,
                false,
                0,
                limit.isMissingNode() ? OptionalLong.empty() : OptionalLong.of(limit.asLong()),
                1,
                null,
                Set.of("text"),
                null,
                false);
    }

    /// A key as the management plane keeps it.
    String key(String organization, String label, String owner, String columns, String values) {
        String id = ids.next("key");
        plane.database()
                .inTransaction(sql ->
                        sql.update(
                                "INSERT INTO api_key (id, organization_id, label, owner,"
                                        + " environment, rotated_at, created_at"
                                        + columns
                                        + ") VALUES (?, ?, ?, ?, 'staging', ?, ?"
                                        + values
                                        + ")",
                                id,
                                organization,
                                label,
                                owner,
                                plane.now.get(),
                                plane.now.get()));
        return id;
    }

    /// Holds as much as a call of this size may cost.
    HoldRequest hold(CallSpec spec, QuotaRule... counted) {
        long input = Math.multiplyExact(spec.input(), 150_000L);
        HoldRequest request =
                new HoldRequest(
                        "req_" + ++calls,
                        spec.organization(),
                        java.util.Arrays.stream(counted)
                                .map(rule ->
                                        new dev.sluice.domain.Claim(
                                                rule,
                                                "",
                                                rule.window().at(spec.at()),
                                                rule.unit() == QuotaUnit.USD ? input : 1,
                                                rule.unit() == QuotaUnit.USD ? 600_000 : 0))
                                .toList(),
                        new HoldRequest.WalletClaim(input, 600_000, BigDecimal.ZERO),
                        spec.output() + 100,
                        spec.output() + 100,
                        spec.at());
        CompletableFuture<HoldResult> answer = new CompletableFuture<>();
        ledger.hold(
                request,
                new CallOrigin(spec.attribution(), "chat", false, "sim-chat"),
                answer::complete);
        HoldResult result = get(answer);
        if (!(result instanceof HoldResult.Held)) {
            throw new AssertionError("not held: " + result);
        }
        // what open calls hold is told within two seconds: here at once
        ledger.keep();
        return request;
    }

    /// Makes one call from hold to settlement; returns its request id.
    String call(CallSpec spec, QuotaRule... counted) {
        HoldRequest request = hold(spec, counted);
        settle(spec, request);
        return request.requestId();
    }

    void settle(CallSpec spec, HoldRequest request) {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        ledger.settle(record(spec, request), () -> durable.complete(true));
        get(durable);
        if (!ledger.awaitBooked(Duration.ofSeconds(30))) {
            throw new AssertionError("not booked: " + request.requestId());
        }
        ledger.keep();
    }

    private CallRecord record(CallSpec spec, HoldRequest request) {
        boolean failed = spec.status() >= 400;
        Usage usage = failed ? Usage.NONE : spec.usage();
        List<CostLine> lines = failed ? List.of() : lines(spec);
        String error = failed ? "upstream_error" : null;
        CallRecord.Attempt attempt =
                new CallRecord.Attempt(
                        "att_" + request.requestId(),
                        "up_1",
                        "east",
                        "simulator",
                        "sim-chat-upstream",
                        spec.status(),
                        error,
                        "prov_" + request.requestId(),
                        !failed,
                        usage,
                        false,
                        lines,
                        "v1",
                        spec.at(),
                        40);
        return new CallRecord(
                request.requestId(),
                spec.attribution(),
                spec.endpoint(),
                false,
                "sim-chat",
                failed ? null : "sim-chat-upstream",
                new CallRecord.Granted(request.outputTokensMax(), new Money(1_000_000_000)),
                usage,
                false,
                lines,
                "v1",
                new CallRecord.Outcome(spec.status(), error, failed ? null : "stop", null, null),
                new CallRecord.Timings(spec.at(), spec.at().plusMillis(55), 3L, 20L),
                List.of(attempt),
                List.of(Map.of("upstream", "up_1", "model", "sim-chat", "note", "candidate")));
    }

    private static List<CostLine> lines(CallSpec spec) {
        List<CostLine> lines = new ArrayList<>();
        add(lines, MeterKind.INPUT, spec.input(), IN_PRICE);
        add(lines, MeterKind.OUTPUT, spec.output(), OUT_PRICE);
        return lines;
    }

    private static void add(
            List<CostLine> lines, MeterKind meter, long quantity, BigDecimal price) {
        if (quantity > 0) {
            Money amount =
                    Money.exactly(price.multiply(BigDecimal.valueOf(quantity)).movePointLeft(6));
            lines.add(new CostLine(meter, quantity, price, 1_000_000, BigDecimal.ONE, amount));
        }
    }

    /// What one call of this size is charged.
    static BigDecimal charge(long input, long output) {
        return IN_PRICE.multiply(BigDecimal.valueOf(input))
                .add(OUT_PRICE.multiply(BigDecimal.valueOf(output)))
                .movePointLeft(6);
    }

    static String body(ManagementResponse response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            response.writer().orElseThrow().writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    @Override
    public void close() {
        ledger.close();
        journal.close();
        plane.close();
    }
}
