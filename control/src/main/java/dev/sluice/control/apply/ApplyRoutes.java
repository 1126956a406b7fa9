package dev.sluice.control.apply;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.control.resources.Resources;
import dev.sluice.domain.Fault;
import dev.sluice.store.Database;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `POST /admin/v1/apply` and `GET /admin/v1/export`.
public final class ApplyRoutes {

    private static final Shape ENTRY =
            Shape.object("PlanEntry")
                    .word("action", "what is done", "create", "update", "delete", "none")
                    .text("kind", "organization, team, …")
                    .text("name", "of the object")
                    .any("changes", "by field: {from, to}; secrets as ***");
    private static final Shape NEW_KEY =
            Shape.object("NewKey").text("label", "of the key").text("key", "shown once");
    private static final Shape PLANNED =
            Shape.object("PlannedOrganization").text("id", "org_…").text("name", "as in the file");
    private static final Shape PLAN =
            Shape.object("ConfigurationPlan")
                    .word("object", "always `plan`", "plan")
                    .flag("dry_run", "whether nothing was changed")
                    .nested("organization", PLANNED, "which one the file describes")
                    .listOf("plan", ENTRY, "every object of the file and every one that goes")
                    .listOf("changes", ENTRY, "those of `plan` that change")
                    .listOf("keys", NEW_KEY, "new keys; none in a dry run")
                    .texts("warnings", "what is accepted but should be known");
    private static final Shape FILE =
            Shape.object("ConfigurationFile")
                    .whole("version", "1")
                    .any("organization", "as in POST organizations")
                    .any("teams", "list, as in POST teams")
                    .any("users", "list, as in POST users")
                    .any("services", "list, as in POST services")
                    .any("plans", "list, as in POST plans")
                    .any("upstreams", "list, as in POST upstreams")
                    .any("models", "list, as in POST models")
                    .any("keys", "list, as in POST keys")
                    .any("quotas", "list, as in POST quotas")
                    .any("policy", "{posture: open}")
                    .require("version", "organization");

    private final Database database;
    private final Changes changes;
    private final Authenticator authenticator;
    private final Resources resources;
    private final Function<String, Optional<String>> environment;

    public ApplyRoutes(
            Database database,
            Changes changes,
            Authenticator authenticator,
            Resources resources,
            Function<String, Optional<String>> environment) {
        this.database = database;
        this.changes = changes;
        this.authenticator = authenticator;
        this.resources = resources;
        this.environment = environment;
    }

    public void register(Router router) {
        router.add(
                "POST",
                "/admin/v1/apply",
                Access.organizations(EnumSet.of(Right.ADMIN)),
                RouteDoc.of("configuration", "Apply a sluice.yaml, as YAML or JSON, or plan it")
                        .queryFlag("dry_run", "answer the plan and change nothing")
                        .takes(FILE)
                        .takesType("application/yaml")
                        .answers(200, PLAN),
                this::apply);
        router.add(
                "GET",
                "/admin/v1/export",
                Access.any(Right.ADMIN),
                RouteDoc.of("configuration", "The organization as a sluice.yaml, without secrets")
                        .answersType("text/yaml"),
                this::export);
    }

    /// Ends the transaction of a dry run.
    private static final class NothingKept extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NothingKept() {
            super("a dry run ends here", null, false, false);
        }
    }

    private ManagementResponse apply(ManagementCall call) {
        boolean dry = call.flag("dry_run");
        if (!dry) {
            return changes.configure(
                    call,
                    edit -> {
                        Application.Done done = run(call, edit);
                        ManagementResponse response = answer(done, false);
                        return done.keyIds().isEmpty()
                                ? response
                                : response.showingSecretOf(String.join(", ", done.keyIds()));
                    });
        }
        AtomicReference<Application.@Nullable Done> planned = new AtomicReference<>();
        try {
            return changes.configure(
                    call,
                    edit -> {
                        planned.set(run(call, edit));
                        throw new NothingKept();
                    });
        } catch (NothingKept end) {
            Application.Done done = planned.get();
            if (done == null) {
                throw end;
            }
            done.answer().putArray("keys");
            return answer(done, true);
        }
    }

    private Application.Done run(ManagementCall call, Edit edit) {
        Problems problems = new Problems();
        SourceTree source =
                SourceTree.read(
                        call.request().body(),
                        call.request().header("content-type").orElse(""),
                        problems);
        Application application = new Application(resources, environment, edit, source, problems);
        Application.Done done = application.run();
        requireNamed(call, done);
        return done;
    }

    /// The header may name the organization too, but then it must be the one of the file.
    private void requireNamed(ManagementCall call, Application.Done done) {
        Optional<String> header = call.request().header(Authenticator.ORGANIZATION_HEADER);
        if (header.isEmpty()) {
            return;
        }
        String id = done.answer().at("/organization/id").asString();
        String name = done.answer().at("/organization/name").asString();
        boolean same =
                header.get().equals(name)
                        || authenticator.organization(call.request(), call.actor()).equals(id);
        if (!same) {
            throw Fault.invalid(
                            "The header %s names '%s', but the file describes '%s'."
                                    .formatted(
                                            Authenticator.ORGANIZATION_HEADER, header.get(), name),
                            "organization.name")
                    .asException();
        }
    }

    private static ManagementResponse answer(Application.Done done, boolean dry) {
        return ManagementResponse.ok(done.answer().put("dry_run", dry));
    }

    private ManagementResponse export(ManagementCall call) {
        String text =
                database.snapshot(sql ->
                        new Export(resources, sql, call.organizationId())
                                .write(call.actor().isInstallation()));
        return ManagementResponse.text(200, "text/yaml; charset=utf-8", text);
    }
}
