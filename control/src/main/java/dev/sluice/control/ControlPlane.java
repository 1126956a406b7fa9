package dev.sluice.control;

import dev.sluice.catalog.PriceBook;
import dev.sluice.control.access.Access;
import dev.sluice.control.access.AdminKey;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Credentials;
import dev.sluice.control.access.SignInLimits;
import dev.sluice.control.accounts.AccountRoutes;
import dev.sluice.control.accounts.Accounts;
import dev.sluice.control.accounts.InvitationRoutes;
import dev.sluice.control.accounts.SelfRoutes;
import dev.sluice.control.accounts.SignInRoutes;
import dev.sluice.control.apply.ApplyRoutes;
import dev.sluice.control.audit.AuditRoutes;
import dev.sluice.control.callers.MachineResource;
import dev.sluice.control.callers.Owners;
import dev.sluice.control.callers.UserResource;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.ResourceRoutes;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Router;
import dev.sluice.control.keys.KeyResource;
import dev.sluice.control.keys.KeyRoutes;
import dev.sluice.control.keys.KeySecretStore;
import dev.sluice.control.keys.MintedKeys;
import dev.sluice.control.keys.PlaygroundRoutes;
import dev.sluice.control.models.ModelPrices;
import dev.sluice.control.models.ModelResource;
import dev.sluice.control.openapi.OpenApi;
import dev.sluice.control.organizations.Organization;
import dev.sluice.control.organizations.OrganizationResource;
import dev.sluice.control.organizations.OrganizationStore;
import dev.sluice.control.organizations.WipeRoutes;
import dev.sluice.control.plans.PlanResource;
import dev.sluice.control.prices.PriceResource;
import dev.sluice.control.providers.ProviderRoutes;
import dev.sluice.control.quotas.QuotaResource;
import dev.sluice.control.resources.Resources;
import dev.sluice.control.secrets.KeyCheckStore;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.control.snapshot.SnapshotBuilder;
import dev.sluice.control.snapshot.SnapshotPublisher;
import dev.sluice.control.teams.TeamResource;
import dev.sluice.control.tokens.Setup;
import dev.sluice.control.tokens.TokenRoutes;
import dev.sluice.control.upstreams.UpstreamResource;
import dev.sluice.control.upstreams.UpstreamRoutes;
import dev.sluice.domain.Ids;
import dev.sluice.egress.EgressPolicy;
import dev.sluice.policy.Snapshot;
import dev.sluice.store.Database;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/// The management plane, wired: constructor calls in order. Further routes are added to [#router]
/// before the first call.
public final class ControlPlane implements AutoCloseable {

    private final Router router;
    private final Authenticator authenticator;
    private final Changes changes;
    private final Setup setup;
    private final Resources resources;
    private final KeyCheckStore keyCheck;
    private final MasterKey masterKey;
    private final SnapshotPublisher snapshots;
    private final Database database;
    private final MintedKeys mintedKeys;

    /// Wires everything; nothing runs before [#initialize].
    ///
    /// @param random a cryptographic one: credentials come from it
    public ControlPlane(
            Database database,
            InstantSource clock,
            Ids ids,
            RandomGenerator random,
            MasterKey masterKey,
            PriceBook book,
            Options options) {
        this.database = database;
        this.masterKey = masterKey;
        keyCheck = new KeyCheckStore(database);
        AdminKey adminKey = options.adminKey() == null ? null : AdminKey.of(options.adminKey());
        authenticator = new Authenticator(database, clock, adminKey);
        Credentials credentials = new Credentials(random);
        router = new Router(database, authenticator, clock, ids);
        // the snapshot is built from the resources, and models ask the snapshot for prices
        AtomicReference<Snapshot> newest = new AtomicReference<>(Snapshot.EMPTY);
        TeamResource teams = new TeamResource();
        UserResource users = new UserResource(teams);
        MachineResource machines = new MachineResource(teams, users);
        Owners owners = new Owners(users, machines);
        OrganizationResource organizations = new OrganizationResource();
        UpstreamResource upstreams =
                new UpstreamResource(
                        masterKey,
                        new EgressPolicy(options.egressAllow()),
                        options.resolver(),
                        options.environment(),
                        options.providers());
        ModelResource models =
                new ModelResource(upstreams, new ModelPrices(newest::get, book, clock));
        KeyResource keys = new KeyResource(teams, models, owners, credentials);
        resources =
                new Resources(
                        organizations,
                        teams,
                        users,
                        machines,
                        new PlanResource(),
                        upstreams,
                        models,
                        new PriceResource(options.providers()),
                        keys,
                        new QuotaResource(teams, keys, organizations));
        snapshots =
                new SnapshotPublisher(
                        new SnapshotBuilder(
                                database, clock, resources, masterKey, book, options.providers()),
                        System::nanoTime,
                        newest);
        changes = new Changes(database, clock, ids, snapshots::publish);
        mintedKeys = new MintedKeys(keys, users, changes);
        TokenRoutes tokens = new TokenRoutes(database, changes, owners, credentials);
        Accounts accounts =
                new Accounts(
                        owners, credentials, random, options.secureCookies(), SignInLimits.DEFAULT);
        setup =
                new Setup(
                        database,
                        clock,
                        changes,
                        authenticator,
                        owners,
                        credentials,
                        tokens,
                        accounts);
        register(tokens);
        register(accounts, credentials);
        new ProviderRoutes(options.providers(), book).register(router);
        new ApplyRoutes(database, changes, authenticator, resources, options.environment())
                .register(router);
    }

    private void register(TokenRoutes tokens) {
        setup.register(router);
        new ResourceRoutes<>(resources.organizations(), database, changes)
                .list(router)
                .create(router, Access.INSTALLATION)
                .read(router)
                .change(router)
                .delete(router, Access.INSTALLATION);
        new WipeRoutes(resources.organizations(), database, changes, authenticator)
                .register(router);
        new ResourceRoutes<>(resources.teams(), database, changes).all(router);
        new ResourceRoutes<>(resources.users(), database, changes).all(router);
        new ResourceRoutes<>(resources.machines(), database, changes).all(router);
        new ResourceRoutes<>(resources.plans(), database, changes).all(router);
        new UpstreamRoutes(resources.upstreams(), database, changes).register(router);
        new ResourceRoutes<>(resources.models(), database, changes).all(router);
        new ResourceRoutes<>(resources.prices(), database, changes)
                .list(router)
                .create(router)
                .read(router)
                .delete(router);
        new KeyRoutes(resources.keys(), database, changes).register(router);
        new PlaygroundRoutes(resources.keys(), resources.teams(), resources.users(), changes)
                .register(router);
        new ResourceRoutes<>(resources.quotas(), database, changes).all(router);
        tokens.register(router);
        new OpenApi(router).register();
        new AuditRoutes(database).register(router);
    }

    private void register(Accounts accounts, Credentials credentials) {
        SignInLimits limits = SignInLimits.DEFAULT;
        new SignInRoutes(database, changes, accounts, limits).register(router);
        new SelfRoutes(
                        router,
                        database,
                        changes,
                        accounts,
                        resources.organizations(),
                        authenticator,
                        limits)
                .register();
        new AccountRoutes(database, changes, limits).register(router);
        new InvitationRoutes(database, changes, accounts, credentials, limits).register(router);
    }

    /// What every start does first: checks the master key, gives a fresh installation its
    /// organization `default`, loads the configuration and follows its changes.
    public void initialize() {
        keyCheck.verify(masterKey);
        changes.atStart(edit -> {
            if (!new OrganizationStore().anyExists(edit.sql())) {
                createDefault(edit);
            }
        });
        snapshots.start();
    }

    private void createDefault(Edit edit) {
        OrganizationResource organizations = resources.organizations();
        Organization fresh =
                organizations.read(
                        edit,
                        Fields.of(Json.object().put("name", OrganizationResource.DEFAULT_NAME), ""),
                        null);
        Organization item = organizations.withHead(fresh, fresh.head().ownedByFile(false));
        organizations.insert(edit, item);
        edit.record("create", organizations.kind(), item.head(), null, organizations.show(item));
    }

    /// Who a management call comes from.
    public Authenticator authenticator() {
        return authenticator;
    }

    /// Where management requests go.
    public Router router() {
        return router;
    }

    /// How further routes make their changes.
    public Changes changes() {
        return changes;
    }

    /// The kinds of objects, for routes that look some up.
    public Resources resources() {
        return resources;
    }

    /// Keys for calls of the own pages and tests.
    public MintedKeys mintedKeys() {
        return mintedKeys;
    }

    /// The newest configuration, its age and its health.
    public SnapshotPublisher snapshots() {
        return snapshots;
    }

    /// Notes when keys were used last, for the list of inactive keys.
    ///
    /// @param lastUsed by key id
    public void touchLastUsed(Map<String, Instant> lastUsed) {
        KeySecretStore.touch(database, lastUsed);
    }

    /// Writes the one-time set-up token into the data directory while no owner was ever made.
    public Optional<Path> openSetup(Path dataDirectory) {
        return setup.open(dataDirectory);
    }

    /// Stops following changes.
    @Override
    public void close() {
        snapshots.close();
    }
}
