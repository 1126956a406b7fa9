package dev.sluice.control;

import dev.sluice.control.access.AdminKey;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Credentials;
import dev.sluice.control.audit.AuditRoutes;
import dev.sluice.control.callers.MachineResource;
import dev.sluice.control.callers.Owners;
import dev.sluice.control.callers.UserResource;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.ResourceRoutes;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Router;
import dev.sluice.control.organizations.Organization;
import dev.sluice.control.organizations.OrganizationResource;
import dev.sluice.control.organizations.OrganizationStore;
import dev.sluice.control.plans.PlanResource;
import dev.sluice.control.teams.TeamResource;
import dev.sluice.control.tokens.Setup;
import dev.sluice.control.tokens.TokenRoutes;
import dev.sluice.domain.Ids;
import dev.sluice.store.Database;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The management plane, wired: constructor calls in order. Further routes are added to [#router]
/// before the first call.
public final class ControlPlane {

    private final Router router;
    private final Changes changes;
    private final Setup setup;
    private final OrganizationResource organizations = new OrganizationResource();

    /// Wires everything; nothing runs before [#initialize].
    ///
    /// @param random a cryptographic one: credentials come from it
    public ControlPlane(
            Database database,
            InstantSource clock,
            Ids ids,
            RandomGenerator random,
            Options options) {
        AdminKey adminKey = options.adminKey() == null ? null : AdminKey.of(options.adminKey());
        Authenticator authenticator = new Authenticator(database, clock, adminKey);
        Credentials credentials = new Credentials(random);
        router = new Router(database, authenticator, clock, ids);
        changes = new Changes(database, clock, ids, () -> {});
        TeamResource teams = new TeamResource();
        UserResource users = new UserResource(teams);
        MachineResource machines = new MachineResource(teams, users);
        Owners owners = new Owners(users, machines);
        TokenRoutes tokens = new TokenRoutes(database, changes, owners, credentials);
        setup = new Setup(database, clock, changes, authenticator, owners, credentials, tokens);

        setup.register(router);
        var organizationRoutes = new ResourceRoutes<>(organizations, database, changes);
        organizationRoutes
                .list(router)
                .create(router, dev.sluice.control.access.Access.INSTALLATION)
                .read(router)
                .change(router)
                .delete(router, dev.sluice.control.access.Access.INSTALLATION);
        new ResourceRoutes<>(teams, database, changes).all(router);
        new ResourceRoutes<>(users, database, changes).all(router);
        new ResourceRoutes<>(machines, database, changes).all(router);
        new ResourceRoutes<>(new PlanResource(), database, changes).all(router);
        tokens.register(router);
        new AuditRoutes(database).register(router);
    }

    /// What every start does first: a fresh installation gets its organization `default`.
    public void initialize() {
        changes.atStart(edit -> {
            if (new OrganizationStore().anyExists(edit.sql())) {
                return false;
            }
            Organization fresh =
                    organizations.read(
                            edit,
                            Fields.of(
                                    Json.object().put("name", OrganizationResource.DEFAULT_NAME),
                                    ""),
                            null);
            Organization item = organizations.withHead(fresh, fresh.head().ownedByFile(false));
            organizations.insert(edit, item);
            edit.record(
                    "create",
                    organizations.kind(),
                    item.head(),
                    null,
                    organizations.show(item, true));
            return true;
        });
    }

    /// Where management requests go.
    public Router router() {
        return router;
    }

    /// How further routes make their changes.
    public Changes changes() {
        return changes;
    }

    /// Writes the one-time set-up token into the data directory while no owner was ever made.
    public Optional<Path> openSetup(Path dataDirectory) {
        return setup.open(dataDirectory);
    }
}
