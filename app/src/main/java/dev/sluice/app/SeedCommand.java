package dev.sluice.app;

import dev.sluice.app.demo.Cast;
import dev.sluice.app.demo.Load;
import dev.sluice.app.demo.Stage;
import dev.sluice.catalog.PriceBook;
import dev.sluice.control.ControlPlane;
import dev.sluice.control.Options;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.policy.DialectReach;
import dev.sluice.policy.Policy;
import dev.sluice.protocol.translate.Wire;
import dev.sluice.simulator.Simulator;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.embedded.RunningServer;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `sluice seed N`: a sandbox with N stored calls, to test pages and reports with. Beside a running
/// Sluice; `sluice organizations wipe` takes it away again.
@Command(
        name = "seed",
        description = "Fills a sandbox with stored calls, to test with.",
        hidden = true,
        mixinStandardHelpOptions = true)
final class SeedCommand implements Callable<Integer> {

    private static final long SEED = 4_711;
    private static final String UPSTREAM = Simulator.PROVIDER;

    /// Nobody listens there: the calls were never made.
    private static final String NOWHERE = "http://127.0.0.1:9/v1";

    private static final long TOLD_EVERY = 50_000;

    @Parameters(paramLabel = "N", description = "how many calls")
    private long calls;

    @Option(names = "--days", paramLabel = "D", description = "the days they are spread over")
    private int days = 30;

    @Option(
            names = "--drawn",
            paramLabel = "M",
            description = "of more than this, each is stored several times; default 200000")
    private long drawn = Load.DRAWN;

    @Option(
            names = "--organization",
            paramLabel = "NAME",
            description = "the sandbox; default load")
    private String organization = "load";

    @Override
    public Integer call() throws IOException, Config.Invalid {
        PrintStream out = System.out;
        Config config = Config.read(System.getenv(), false);
        Optional<PostgresUrl> url = url(config);
        if (url.isEmpty()) {
            System.err.println(
                    "sluice: no Sluice runs in "
                            + config.dataDirectory()
                            + ": start one, or set SLUICE_DATABASE_URL.");
            return 2;
        }
        SecureRandom random = new SecureRandom();
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        Secret adminKey = new Secret(HexFormat.of().formatHex(bytes));
        InstantSource clock = InstallationClock.unshifted();
        try (Database database = Database.open(url.get(), DatabaseSettings.standard());
                ControlPlane control = control(config, database, random, adminKey, clock)) {
            control.initialize();
            long begun = System.nanoTime();
            fill(database, control, adminKey, calls, drawn, days, organization, out);
            out.printf(
                    "%d calls in '%s', %d ms%n",
                    calls, organization, Duration.ofNanos(System.nanoTime() - begun).toMillis());
            return 0;
        }
    }

    private static Optional<PostgresUrl> url(Config config) throws IOException {
        Secret external = config.databaseUrl();
        return external == null
                ? RunningServer.find(config.dataDirectory())
                : Optional.of(PostgresUrl.parse(external.reveal()));
    }

    private static ControlPlane control(
            Config config,
            Database database,
            SecureRandom random,
            Secret adminKey,
            InstantSource clock) {
        Secret given = config.masterKey();
        Path secrets = config.dataDirectory().resolve("secrets");
        return new ControlPlane(
                database,
                clock,
                Ids.secure(clock),
                random,
                given == null
                        ? MasterKey.ofDirectory(secrets, random)
                        : MasterKey.of(given, random),
                PriceBook.shipped(),
                new Options(
                        adminKey,
                        Set.of(),
                        InetAddress::getAllByName,
                        false,
                        _ -> Optional.empty()));
    }

    /// Makes the sandbox and its calls.
    static void fill(
            Database database,
            ControlPlane control,
            Secret adminKey,
            long calls,
            long drawn,
            int days,
            String organization,
            PrintStream out) {
        InProcess api = new InProcess(control.router(), adminKey);
        Cast cast = Cast.shipped();
        furnish(api, cast, organization);
        Instant now = InstantSource.system().instant();
        Stage stage =
                new Stage(
                        database,
                        new Policy(
                                Limits.DEFAULT.defaultOutputTokens(),
                                DialectReach.of(Wire::reaches, Wire::translates)),
                        control.snapshots().current(),
                        organization,
                        now,
                        Duration.ZERO);
        stage.walletsAt(now.minus(Duration.ofDays(days)))
                .topUp(
                        stage.organization().id(),
                        BigDecimal.valueOf(1_000 + calls),
                        "seed-" + now,
                        "seed");
        AtomicLong next = new AtomicLong(TOLD_EVERY);
        new Load(stage, cast, SEED)
                .write(
                        calls,
                        drawn,
                        days,
                        written -> {
                            if (written >= next.get()) {
                                out.printf("%d of %d%n", written, calls);
                                next.addAndGet(TOLD_EVERY);
                            }
                        });
    }

    private static void furnish(InProcess api, Cast cast, String organization) {
        InProcess sandbox = api.in(organization);
        if (api.find("/admin/v1/organizations", organization).isPresent()) {
            return;
        }
        api.post(
                "/admin/v1/organizations",
                "{\"name\":\"%s\",\"sandbox\":true}".formatted(organization));
        if (sandbox.find("/admin/v1/upstreams", UPSTREAM).isEmpty()) {
            Furnishing.upstream(sandbox, UPSTREAM, Simulator.PROVIDER, NOWHERE, false);
        }
        Demo.basics(sandbox);
        Furnishing.things(
                sandbox, cast.things().stream().map(SeedCommand::refusingNothing).toList());
    }

    private static Cast.Thing refusingNothing(Cast.Thing thing) {
        if (!thing.to().equals("quotas")) {
            return thing;
        }
        ObjectNode is = (ObjectNode) JsonMapper.shared().readTree(thing.is());
        is.put("shadow", true);
        return new Cast.Thing(thing.to(), thing.name(), is.toString());
    }
}
