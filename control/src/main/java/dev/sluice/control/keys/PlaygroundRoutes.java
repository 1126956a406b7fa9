package dev.sluice.control.keys;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.callers.UserResource;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.control.teams.Team;
import dev.sluice.control.teams.TeamResource;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `POST /admin/v1/playground/keys`: a credential of five minutes with which a person's browser
/// calls models exactly as any client does, through the same admission and the same meter.
///
/// Each person has one such key, whose credential is replaced again and again: their calls stay
/// together in the request log, quotas apply, and revoking it closes the playground to them.
public final class PlaygroundRoutes {

    /// How long a credential works; the page asks for the next one before.
    static final Duration LIFE = Duration.ofMinutes(5);

    /// What the page has a mode for.
    private static final List<String> FAMILIES = List.of("chat", "images", "videos", "audio");

    private static final String ENVIRONMENT = "development";
    private static final Shape REQUEST =
            Shape.object("PlaygroundKeyRequest")
                    .text("team", "id or name; default the caller's own, else the oldest");
    private static final Shape ANSWER =
            Shape.object("PlaygroundKey")
                    .text("id", "key_…, the same for all of a person's playground calls")
                    .text("key", "the credential, shown once")
                    .text("team", "that pays, by id")
                    .text("team_name", "the same by name")
                    .text("environment", "always development")
                    .time("expires_at", "when the credential ends");

    private final KeyResource keys;
    private final TeamResource teams;
    private final UserResource users;
    private final Changes changes;

    public PlaygroundRoutes(
            KeyResource keys, TeamResource teams, UserResource users, Changes changes) {
        this.keys = keys;
        this.teams = teams;
        this.users = users;
        this.changes = changes;
    }

    public void register(Router router) {
        router.add(
                "POST",
                "/admin/v1/playground/keys",
                Access.any(Right.MODELS_CALL),
                RouteDoc.of("playground", "A credential of five minutes to try models with")
                        .takes(REQUEST)
                        .answers(201, ANSWER),
                this::mint);
    }

    private ManagementResponse mint(ManagementCall call) {
        Fields fields = Fields.ofOptionalBody(call.request());
        String wanted = fields.nameOrNull("team");
        fields.done();
        String owner = call.actor().owner();
        if (owner == null) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "The playground is for people and services of an organization, not for"
                                    + " the installation's own key.")
                    .asException();
        }
        return changes.configure(
                call,
                edit -> {
                    Team team = team(edit, owner, wanted);
                    Key key = current(edit, owner, team);
                    keys.forgetEnded(edit, key);
                    String credential = keys.rotate(edit, key, LIFE);
                    edit.record("mint", keys.kind(), key.head(), null, keys.show(key));
                    ObjectNode answer =
                            Json.object()
                                    .put("id", key.head().id())
                                    .put("key", credential)
                                    .put("team", team.head().id())
                                    .put("team_name", team.head().name())
                                    .put("environment", ENVIRONMENT)
                                    .put("expires_at", Json.time(key.expiresAt()));
                    return ManagementResponse.json(201, answer)
                            .withHeader("cache-control", "no-store")
                            .showingSecretOf(key.head().id());
                });
    }

    /// Whether it is one that a person's browser has, replaced every few minutes.
    public static boolean isOfPlayground(Key key) {
        return key.head().name().equals(label(key.owner()));
    }

    private static String label(String owner) {
        return "playground " + owner;
    }

    /// The caller's key, made or lengthened.
    private Key current(Edit edit, String owner, Team team) {
        String label = label(owner);
        Optional<Key> found = keys.rows().named(edit.sql(), edit.organizationId(), label);
        if (found.isPresent() && found.get().revokedAt() != null) {
            throw edit.denied(
                            "Your playground key was revoked. Whoever manages keys can delete or"
                                    + " rename '%s' to open it again.".formatted(label))
                    .asException();
        }
        Instant expires = edit.now().plus(LIFE).truncatedTo(ChronoUnit.MICROS);
        ObjectNode spec =
                Json.object()
                        .put("label", label)
                        .put("team", team.head().id())
                        .put("owner", owner)
                        .put("environment", ENVIRONMENT)
                        .put("workflow", "playground")
                        .put("traffic_class", "internal")
                        .put("purpose", "the console's playground")
                        .put("expires_at", Json.time(expires));
        spec.set("endpoint_families", Json.array(FAMILIES));
        Key key = keys.read(edit, Fields.of(spec, ""), found.orElse(null));
        if (found.isPresent()) {
            keys.rows().update(edit.sql(), key);
        } else {
            keys.rows().insert(edit.sql(), key);
        }
        return key;
    }

    private Team team(Edit edit, String owner, @Nullable String wanted) {
        if (wanted != null) {
            return teams.rows()
                    .find(edit.sql(), edit.organizationId(), wanted)
                    .orElseThrow(() ->
                            Fault.invalid("'team' names no team: '" + wanted + "'.", "team")
                                    .asException());
        }
        Optional<Team> own =
                users.rows()
                        .find(edit.sql(), edit.organizationId(), owner.replaceFirst("^user:", ""))
                        .map(user -> user.teamId())
                        .flatMap(id -> teams.rows().find(edit.sql(), edit.organizationId(), id));
        return own.or(() ->
                        teams.rows().all(edit.sql(), edit.organizationId()).stream()
                                .min(Comparator.comparing(team -> team.head().id())))
                .orElseThrow(() ->
                        Fault.invalid(
                                        "There is no team yet that could pay: make one first.",
                                        "team")
                                .asException());
    }
}
