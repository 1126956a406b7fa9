package dev.sluice.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.store.Sql;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The arrows between the rooms, as ARCHITECTURE.md draws them. Maven already forbids most of them;
/// this also covers what comes in through somebody else's dependencies, and the inside of a room.
class ArchitectureTest {

    /// Who may use whom. `app` and `testkit` are left out: one sees everything, the other tests.
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("domain", Set.of()),
                    Map.entry("protocol", Set.of("domain")),
                    Map.entry("catalog", Set.of("domain")),
                    Map.entry("policy", Set.of("domain", "catalog")),
                    Map.entry("store", Set.of("domain")),
                    Map.entry("egress", Set.of("domain")),
                    Map.entry("ledger", Set.of("domain", "store", "catalog")),
                    Map.entry("simulator", Set.of("domain", "protocol")),
                    Map.entry("checker", Set.of()),
                    Map.entry(
                            "gateway",
                            Set.of(
                                    "domain",
                                    "protocol",
                                    "policy",
                                    "egress",
                                    "ledger",
                                    "store",
                                    "catalog")),
                    Map.entry(
                            "control",
                            Set.of("domain", "policy", "egress", "ledger", "store", "catalog")));

    /// The same inside the data plane. The package above its rooms puts them together: it knows
    /// them all, and none of them knows it.
    private static final Map<String, Set<String>> GATEWAY_ARROWS =
            Map.ofEntries(
                    Map.entry("limits", Set.of()),
                    Map.entry("auth", Set.of()),
                    Map.entry("jobs", Set.of()),
                    Map.entry("telemetry", Set.of()),
                    Map.entry("spool", Set.of()),
                    Map.entry("http", Set.of("limits", "spool")),
                    Map.entry("callers", Set.of("http")),
                    Map.entry("offloop", Set.of("limits", "http", "callers", "spool")),
                    Map.entry("upstream", Set.of("limits", "auth", "jobs")),
                    Map.entry("requests", Set.of("limits", "http", "upstream", "spool")),
                    Map.entry("responses", Set.of("http", "callers")),
                    Map.entry("files", Set.of("limits", "http", "offloop", "responses", "spool")),
                    Map.entry(
                            "calls",
                            Set.of(
                                    "limits",
                                    "http",
                                    "callers",
                                    "upstream",
                                    "requests",
                                    "responses",
                                    "files",
                                    "jobs",
                                    "telemetry",
                                    "spool")),
                    Map.entry(
                            "realtime",
                            Set.of("limits", "http", "callers", "upstream", "requests", "calls")),
                    Map.entry(
                            "videos",
                            Set.of(
                                    "limits",
                                    "http",
                                    "callers",
                                    "upstream",
                                    "requests",
                                    "calls",
                                    "jobs")),
                    Map.entry("tuning", Set.of("http", "offloop", "requests", "jobs")),
                    Map.entry(
                            "batches",
                            Set.of(
                                    "limits",
                                    "http",
                                    "callers",
                                    "offloop",
                                    "responses",
                                    "files",
                                    "jobs")));

    /// The package that the rooms of a house lie in.
    private static final String ABOVE = "..";

    /// The same inside the ledger, whose engine is the package above its rooms.
    private static final Map<String, Set<String>> LEDGER_ARROWS =
            Map.of(
                    "call", Set.of(),
                    "window", Set.of(),
                    "escrow", Set.of("window"),
                    "journal", Set.of("call", "window"),
                    "books", Set.of("escrow", "window"),
                    "booking", Set.of("books", "call", "escrow", "journal", "window"),
                    "jobs", Set.of(ABOVE, "booking", "call", "escrow", "journal", "window"),
                    "reading",
                            Set.of(ABOVE, "booking", "books", "call", "escrow", "jobs", "window"),
                    "verification", Set.of("booking"),
                    "idempotency", Set.of());

    private static final Map<String, Map<String, Set<String>>> INSIDE =
            Map.of("gateway", GATEWAY_ARROWS, "ledger", LEDGER_ARROWS);

    private static final DescribedPredicate<JavaCall<?>> A_STATEMENT =
            DescribedPredicate.describe(
                    "a statement of SQL",
                    call -> {
                        String owner = call.getTargetOwner().getName();
                        return owner.equals(Sql.class.getName())
                                || owner.startsWith("java.sql.")
                                || owner.startsWith("org.postgresql.");
                    });

    private static final ArchRule DOMAIN_IS_THE_JDK =
            classes()
                    .that()
                    .resideInAPackage("dev.sluice.domain..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage("java..", "org.jspecify..", "dev.sluice.domain..")
                    .because("values are understood by everybody");

    private static final ArchRule PROTOCOL_IS_PURE =
            noClasses()
                    .that()
                    .resideInAPackage("dev.sluice.protocol..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "java.net..",
                                            "javax.net..",
                                            "java.nio.channels..",
                                            "java.nio.file..",
                                            "java.util.concurrent..",
                                            "java.sql..",
                                            "io.vertx..",
                                            "io.netty..",
                                            "org.slf4j..")
                                    .or(named("java.lang.Thread"))
                                    .or(named("java.time.InstantSource"))
                                    .or(named("java.time.Clock")))
                    .because("a dialect is bytes in, events out");

    private static final ArchRule POLICY_DECIDES_IN_MEMORY =
            noClasses()
                    .that()
                    .resideInAPackage("dev.sluice.policy..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "java.net..",
                                            "java.nio.channels..",
                                            "java.sql..",
                                            "io.vertx..",
                                            "io.netty..")
                                    .and(not(named("java.net.URI")))
                                    .or(named("java.time.Clock")))
                    .because("a decision depends on the snapshot and the call alone");

    private static final ArchRule SQL_LIVES_IN_STORES =
            noClasses()
                    .that(
                            resideInAPackage("dev.sluice..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "dev.sluice.store..",
                                                            "dev.sluice.ledger..",
                                                            "dev.sluice.checker..",
                                                            "dev.sluice.testkit..")))
                                    .and(not(inAStore())))
                    .should()
                    .callCodeUnitWhere(asUnitCall(A_STATEMENT))
                    .because("a table has one owner: call a method of its *Store class");

    private static final ArchRule NO_CYCLES =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

    private static final ArchRule ONLY_THE_APP_SPEAKS_TO_THE_TERMINAL =
            noClasses()
                    .that()
                    .resideInAPackage("dev.sluice..")
                    .and()
                    .resideOutsideOfPackage("dev.sluice.app..")
                    .should()
                    .accessField(System.class, "out")
                    .orShould()
                    .accessField(System.class, "err")
                    .because("the rooms log through slf4j");

    @TempDir private Path folder;

    @TestFactory
    Stream<DynamicTest> everyRuleHolds() {
        JavaClasses production =
                new ClassFileImporter()
                        .withImportOption(file -> !file.contains("/test-classes/"))
                        .importPackages("dev.sluice");
        assertThat(production.stream().map(JavaClass::getPackageName))
                .as("the import reaches the other modules")
                .contains("dev.sluice.domain", "dev.sluice.gateway", "dev.sluice.control");
        INSIDE.forEach((module, arrows) ->
                assertThat(production.stream().map(type -> room("dev.sluice." + module, type)))
                        .as("every room of the %s has its arrows", module)
                        .filteredOn(room -> !room.isEmpty() && !room.equals(ABOVE))
                        .hasSameElementsAs(arrows.keySet()));
        Map<String, ArchRule> rules =
                new TreeMap<>(
                        Map.of(
                                "domain is the JDK", DOMAIN_IS_THE_JDK,
                                "protocol is pure", PROTOCOL_IS_PURE,
                                "policy decides in memory", POLICY_DECIDES_IN_MEMORY,
                                "SQL lives in stores", SQL_LIVES_IN_STORES,
                                "no cycles", NO_CYCLES,
                                "only app prints", ONLY_THE_APP_SPEAKS_TO_THE_TERMINAL));
        ARROWS.keySet().forEach(module -> rules.put(module, arrows(module)));
        INSIDE.forEach((module, arrows) ->
                arrows.keySet()
                        .forEach(room -> rules.put(module + "." + room, inside(module, room))));
        return rules.entrySet().stream()
                .map(rule ->
                        DynamicTest.dynamicTest(
                                rule.getKey(), () -> rule.getValue().check(production)));
    }

    @Test
    void forbiddenArrowsAreFound() {
        String control = "Object x(dev.sluice.control.Target other) { return other; }";
        String gateway = "Object x(dev.sluice.gateway.Target other) { return other; }";

        assertFound(
                arrows("gateway"),
                Planted.in("gateway.x", control),
                Planted.named("control", "Target", ""));
        assertFound(
                arrows("control"),
                Planted.in("control.x", gateway),
                Planted.named("gateway", "Target", ""));
        assertFound(
                arrows("ledger"),
                Planted.in("ledger.x", gateway),
                Planted.named("gateway", "Target", ""));
    }

    @Test
    void forbiddenArrowsInsideTheGatewayAreFound() {
        String calls = "Object x(dev.sluice.gateway.calls.Target other) { return other; }";
        String above = "Object x(dev.sluice.gateway.Target other) { return other; }";

        assertFound(
                inside("gateway", "requests"),
                Planted.in("gateway.requests", calls),
                Planted.named("gateway.calls", "Target", ""));
        assertFound(
                inside("gateway", "calls"),
                Planted.in("gateway.calls", above),
                Planted.named("gateway", "Target", ""));
        assertHolds(
                inside("gateway", "realtime"),
                Planted.in("gateway.realtime", calls),
                Planted.named("gateway.calls", "Target", ""));
    }

    @Test
    void forbiddenArrowsInsideTheLedgerAreFound() {
        String engine = "Object x(dev.sluice.ledger.Target other) { return other; }";

        assertFound(
                inside("ledger", "booking"),
                Planted.in("ledger.booking", engine),
                Planted.named("ledger", "Target", ""));
        assertHolds(
                inside("ledger", "reading"),
                Planted.in("ledger.reading", engine),
                Planted.named("ledger", "Target", ""));
    }

    @Test
    void aCheckerThatUsesWhatItChecksIsFound() {
        for (String room : List.of("ledger", "gateway", "policy", "store", "domain")) {
            assertFound(
                    arrows("checker"),
                    Planted.in(
                            "checker.x",
                            "Object x(dev.sluice.%s.Target other) { return other; }"
                                    .formatted(room)),
                    Planted.named(room, "Target", ""));
        }
    }

    @Test
    void impureDomainProtocolAndPolicyAreFound() {
        assertFound(DOMAIN_IS_THE_JDK, Planted.in("domain.x", "org.slf4j.Logger log;"));
        for (String impure :
                List.of(
                        "java.net.Socket socket;",
                        "java.time.InstantSource clock;",
                        "java.util.concurrent.Executor pool;",
                        "void a() { Thread.ofVirtual().start(() -> {}); }")) {
            assertFound(PROTOCOL_IS_PURE, Planted.in("protocol.x", impure));
        }
        assertFound(POLICY_DECIDES_IN_MEMORY, Planted.in("policy.x", "java.net.Socket socket;"));
    }

    @Test
    void sqlOutsideOfStoresIsFound() {
        String statement = "int a(dev.sluice.store.Sql sql) { return sql.update(\"DELETE\"); }";
        String inLambda =
                "int a(dev.sluice.store.Database d) {"
                        + " return d.inTransaction(sql -> sql.update(\"DELETE\")); }";
        String passedOn =
                "int a(dev.sluice.store.Database d) { return d.inTransaction(sql -> b(sql)); }"
                        + " int b(dev.sluice.store.Sql sql) { return 1; }";

        assertFound(SQL_LIVES_IN_STORES, Planted.in("control.x", statement));
        assertFound(SQL_LIVES_IN_STORES, Planted.in("control.x", inLambda));
        assertHolds(SQL_LIVES_IN_STORES, Planted.in("control.x", passedOn));
        assertHolds(SQL_LIVES_IN_STORES, Planted.named("control.x", "PlantedStore", statement));
        assertHolds(SQL_LIVES_IN_STORES, Planted.in("ledger.x", statement));
    }

    @Test
    void cyclesAndPrintingAreFound() {
        assertFound(
                NO_CYCLES,
                Planted.in("control.x", "dev.sluice.control.y.Target other;"),
                Planted.named("control.y", "Target", "dev.sluice.control.x.Planted other;"));
        assertFound(
                ONLY_THE_APP_SPEAKS_TO_THE_TERMINAL,
                Planted.in("gateway.x", "void a() { System.out.println(); }"));
        assertHolds(
                ONLY_THE_APP_SPEAKS_TO_THE_TERMINAL,
                Planted.in("app.x", "void a() { System.out.println(); }"));
    }

    private static ArchRule arrows(String module) {
        return arrows("dev.sluice", module, ARROWS.getOrDefault(module, Set.of()));
    }

    private static ArchRule inside(String module, String room) {
        Set<String> allowed = INSIDE.getOrDefault(module, Map.of()).getOrDefault(room, Set.of());
        return arrows("dev.sluice." + module, room, allowed);
    }

    private static ArchRule arrows(String house, String own, Set<String> allowed) {
        return noClasses()
                .that()
                .resideInAPackage(house + "." + own + "..")
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.describe(
                                "are in a room other than " + allowed,
                                target -> {
                                    String room = room(house, target);
                                    return !room.isEmpty()
                                            && !room.equals(own)
                                            && !allowed.contains(room);
                                }))
                .because("the rooms are laid out so in ARCHITECTURE.md");
    }

    /// Which room of this house a class is in; the empty string when it is in none.
    private static String room(String house, JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(house)) {
            return ABOVE;
        }
        if (!name.startsWith(house + ".")) {
            return "";
        }
        String below = name.substring(house.length() + 1);
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }

    /// The class itself or one nested in it is named `…Store`.
    private static DescribedPredicate<JavaClass> inAStore() {
        return DescribedPredicate.describe(
                "in a *Store",
                type ->
                        simpleNameEndingWith("Store").test(type)
                                || type.getEnclosingClass()
                                        .filter(outer -> inAStore().test(outer))
                                        .isPresent());
    }

    private static DescribedPredicate<JavaClass> named(String name) {
        return DescribedPredicate.describe(name, type -> type.getName().equals(name));
    }

    private static DescribedPredicate<JavaCall<?>> asUnitCall(
            DescribedPredicate<JavaCall<?>> predicate) {
        return predicate;
    }

    private void assertFound(ArchRule rule, Planted... sources) {
        assertThat(rule.evaluate(Planted.compile(folder, sources)).hasViolation())
                .as("%s must object to %s", rule.getDescription(), List.of(sources))
                .isTrue();
    }

    private void assertHolds(ArchRule rule, Planted... sources) {
        JavaClasses planted = Planted.compile(folder, sources);
        assertThat(rule.allowEmptyShould(true).evaluate(planted).getFailureReport().getDetails())
                .isEmpty();
    }
}
