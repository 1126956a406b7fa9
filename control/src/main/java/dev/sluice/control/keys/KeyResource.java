package dev.sluice.control.keys;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Credentials;
import dev.sluice.control.access.Right;
import dev.sluice.control.callers.Owners;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Head;
import dev.sluice.control.config.Kind;
import dev.sluice.control.config.ReferenceStore;
import dev.sluice.control.config.Resource;
import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.models.ModelResource;
import dev.sluice.control.teams.Team;
import dev.sluice.control.teams.TeamResource;
import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How keys are read, kept and shown. Whoever may manage only their own keys sees and makes only
/// those, and none for production.
public final class KeyResource implements Resource<Key> {

    /// How long keys live that are not for production, unless their maker says otherwise.
    public static final Duration DEFAULT_LIFE = Duration.ofDays(90);

    private final TeamResource teams;
    private final ModelResource models;
    private final Owners owners;
    private final Credentials credentials;
    private final KeySecretStore secrets = new KeySecretStore();
    private final ReferenceStore references = new ReferenceStore();
    private final RowStore<Key> rows = KeyRows.rows();

    private final Kind<Key> about =
            new Kind<>(
                    "key",
                    "keys",
                    rows,
                    KeyRows.SHAPE,
                    Access.anyOrOwn(Right.KEYS_MANAGE, Right.USAGE_VIEW),
                    Access.anyOrOwn(Right.KEYS_MANAGE));

    public KeyResource(
            TeamResource teams, ModelResource models, Owners owners, Credentials credentials) {
        this.teams = teams;
        this.models = models;
        this.owners = owners;
        this.credentials = credentials;
    }

    ModelResource models() {
        return models;
    }

    @Override
    public boolean visible(Key item, Actor actor) {
        return seesAll(actor) || item.owner().equals(actor.owner());
    }

    private static boolean seesAll(Actor actor) {
        return actor.may(Right.KEYS_MANAGE) || actor.may(Right.USAGE_VIEW);
    }

    @Override
    public RouteDoc listDoc() {
        return Resource.super
                .listDoc()
                .query("inactive_days", "only keys not used for that many days")
                .query("environment", "only this environment")
                .query("team", "only this team, by id or name")
                .query("owner", "only this owner's: user:<name> or service:<name>")
                .query("search", "only keys whose label contains this")
                .queryWord("state", "only keys in this state", KeyStates.NAMES);
    }

    @Override
    public RowStore.Filter filter(ManagementCall call) {
        RowStore.Filter filter = RowStore.Filter.NONE;
        String owner = call.actor().owner();
        if (!seesAll(call.actor()) && owner != null) {
            filter = filter.equal("owner", owner);
        }
        Optional<String> environment = call.request().query("environment");
        if (environment.isPresent()) {
            filter = filter.equal("environment", environment.get());
        }
        Optional<String> team = call.request().query("team");
        if (team.isPresent()) {
            filter = filter.referring("team_id", "team", team.get());
        }
        Optional<String> wanted = call.request().query("owner");
        if (wanted.isPresent()) {
            filter = filter.equal("owner", wanted.get());
        }
        Optional<String> part = call.request().query("search");
        if (part.isPresent()) {
            filter = filter.containing("label", part.get());
        }
        return KeyStates.filter(call, filter);
    }

    @Override
    public Kind<Key> about() {
        return about;
    }

    @Override
    public Key read(Edit edit, Fields fields, @Nullable Key current) {
        if (current != null) {
            requireManages(edit, current);
        }
        String label = fields.name("label");
        if (edit.fromFile() && current != null && current.revokedAt() != null) {
            if (!current.head().ownedByFile()) {
                throw fields.wrong("label", "is that of a revoked key: take another one.");
            }
            edit.warn("The key '" + label + "' is revoked: remove it from the file.");
        }
        String environment = KeyFields.environment(fields);
        if (current != null && !current.environment().equals(environment)) {
            throw fields.wrong("environment", "never changes: make a new key.");
        }
        boolean production = environment.equals(KeyFields.PRODUCTION);
        requireOwnAllowed(edit, fields, production);
        Optional<Team> team = teams.reference(edit, fields);
        if (team.isEmpty()) {
            throw fields.wrong("team", "is required: the name of a team.");
        }
        String owner = owners.read(edit, fields, "owner", !production);
        if (production && !Owners.isService(owner)) {
            throw fields.wrong("owner", "of a production key must be a service.");
        }
        Key.Tags tags = KeyFields.tags(fields);
        Key.Limits limits =
                KeyFields.limits(edit, fields, models, current == null ? null : current.limits());
        Integer rotateDays = fields.whole("rotate_days", 1, 3_650).map(Long::intValue).orElse(null);
        Instant expires = expires(edit, fields, current, production);
        fields.done();
        return new Key(
                current == null ? edit.newHead("key", label) : current.head().renamed(label),
                team.get().head().id(),
                team.get().head().name(),
                owner,
                environment,
                tags,
                limits,
                rotateDays,
                expires,
                current == null ? edit.now() : current.rotatedAt(),
                current == null ? null : current.lastUsedAt(),
                current == null ? null : current.revokedAt(),
                current == null ? null : current.minted());
    }

    /// Whoever manages only their own keys touches neither those of others nor production keys.
    void requireManages(Edit edit, Key key) {
        boolean own =
                key.owner().equals(edit.actor().owner())
                        && !key.environment().equals(KeyFields.PRODUCTION);
        if (!edit.actor().may(Right.KEYS_MANAGE) && !own) {
            throw edit.denied("This credential manages only keys of its own.").asException();
        }
    }

    @Override
    public void delete(Edit edit, Key item) {
        requireManages(edit, item);
        rows.delete(edit.sql(), item);
    }

    private static void requireOwnAllowed(Edit edit, Fields fields, boolean production) {
        if (edit.actor().may(Right.KEYS_MANAGE)) {
            return;
        }
        if (production) {
            throw edit.denied("Production keys need keys.manage.").asException();
        }
        if (!Objects.equals(fields.textOrNull("owner"), edit.actor().owner())) {
            throw edit.denied(
                            "This credential makes only keys of its own: owner must be "
                                    + edit.actor().owner()
                                    + ".")
                    .asException();
        }
    }

    private static @Nullable Instant expires(
            Edit edit, Fields fields, @Nullable Key current, boolean production) {
        Instant given = fields.timeOrNull("expires_at");
        if (given != null) {
            boolean same = current != null && given.equals(current.expiresAt());
            if (!same && !given.isAfter(edit.now())) {
                throw fields.wrong("expires_at", "must lie in the future.");
            }
            return given.truncatedTo(ChronoUnit.MICROS);
        }
        if (current != null) {
            return current.expiresAt();
        }
        return production ? null : edit.now().plus(DEFAULT_LIFE).truncatedTo(ChronoUnit.MICROS);
    }

    /// Stores a key and its first credential, which the answer shows once.
    @Override
    public Optional<ObjectNode> insert(Edit edit, Key item) {
        rows.insert(edit.sql(), item);
        return Optional.of(Json.object().put("key", issue(edit, item)));
    }

    String issue(Edit edit, Key key) {
        String credential = credentials.key();
        secrets.insert(edit.sql(), key, KeyDigest.of(credential), edit.now());
        return credential;
    }

    /// Gives the key a new credential; the ones before work until the overlap ends.
    String rotate(Edit edit, Key key, Duration overlap) {
        secrets.endAll(edit.sql(), key, edit.now().plus(overlap));
        secrets.rotated(edit.sql(), key, edit.now());
        return issue(edit, key);
    }

    /// Drops what opens no door any more of a key that gets new credentials all the time.
    void forgetEnded(Edit edit, Key key) {
        secrets.deleteEnded(edit.sql(), key, edit.now());
    }

    void revoke(Edit edit, Key key) {
        secrets.endAll(edit.sql(), key, edit.now());
        secrets.revoke(edit.sql(), key, edit.now());
    }

    /// A key that was used stays readable, revoked.
    @Override
    public boolean retire(Edit edit, Key item) {
        boolean used =
                item.lastUsedAt() != null
                        || references.isUsed(
                                edit.sql(), item.head().organizationId(), item.head().id());
        if (!used) {
            return false;
        }
        if (item.revokedAt() == null) {
            revoke(edit, item);
        }
        rows.update(edit.sql(), withHead(item, item.head().ownedByFile(false)));
        return true;
    }

    @Override
    public String nameField() {
        return "label";
    }

    @Override
    public ObjectNode spec(Sql sql, Key item) {
        return KeyRows.spec(item, item.teamName());
    }

    @Override
    public ObjectNode show(Key item) {
        return KeyRows.show(item);
    }

    @Override
    public Key withHead(Key item, Head head) {
        return new Key(
                head,
                item.teamId(),
                item.teamName(),
                item.owner(),
                item.environment(),
                item.tags(),
                item.limits(),
                item.rotateDays(),
                item.expiresAt(),
                item.rotatedAt(),
                item.lastUsedAt(),
                item.revokedAt(),
                item.minted());
    }

    @Override
    public Optional<String> heldBy(Sql sql, Key item) {
        if (item.lastUsedAt() != null) {
            return Optional.of("calls were made with it; revoke it instead");
        }
        return references.toKey(sql, item.head().organizationId(), item.head().id());
    }
}
