package dev.sluice.control.keys;

import dev.sluice.control.access.Actor;
import dev.sluice.control.callers.User;
import dev.sluice.control.callers.UserResource;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Head;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Keys that Sluice makes for the calls of its own tests: the management plane reaches a model only
/// as a client does. They live for minutes, are scoped to what they are for, are put down to
/// whoever asked, and are in no list of keys.
public final class MintedKeys {

    /// How long a minted key lives.
    public static final Duration LIFE = Duration.ofMinutes(5);

    static final String TEST = "test";

    /// Whose calls the installation's own are.
    private static final String INSTALLATION = "service:sluice";

    private static final String ENVIRONMENT = "development";

    private final KeyResource keys;
    private final UserResource users;
    private final Changes changes;

    /// A key and the only copy of its credential.
    public record Minted(String id, String label, Secret credential, Instant expiresAt) {}

    public MintedKeys(KeyResource keys, UserResource users, Changes changes) {
        this.keys = keys;
        this.users = users;
        this.changes = changes;
    }

    /// Makes a key for the caller; in force on this replica when this returns.
    ///
    /// @param models what it may call
    /// @param upstreamId the only upstream its calls may go to, or null
    public Minted mint(ManagementCall call, List<String> models, @Nullable String upstreamId) {
        AtomicReference<@Nullable Minted> made = new AtomicReference<>();
        // the claim on an Idempotency-Key is the route's to finish, with its own answer
        ManagementCall unclaimed =
                new ManagementCall(
                        call.request(),
                        call.parameters(),
                        call.actor(),
                        call.organization(),
                        call.requestId(),
                        call.now(),
                        null);
        var unused =
                changes.configure(
                        unclaimed,
                        edit -> {
                            made.set(made(edit, models, upstreamId));
                            return ManagementResponse.noContent();
                        });
        Minted minted = made.get();
        if (minted == null) {
            throw new IllegalStateException("no key was made");
        }
        return minted;
    }

    private Minted made(Edit edit, List<String> models, @Nullable String upstreamId) {
        for (String model : models) {
            if (keys.models().rows().named(edit.sql(), edit.organizationId(), model).isEmpty()) {
                throw Fault.of(FaultCode.NOT_FOUND, "There is no model '" + model + "'.")
                        .asException();
            }
        }
        String id = edit.ids().next("key");
        Instant expires = edit.now().plus(LIFE);
        Optional<User> user = user(edit);
        Key key =
                new Key(
                        new Head(
                                id,
                                edit.organizationId(),
                                TEST + "-" + id.substring("key_".length()),
                                false,
                                1,
                                edit.now()),
                        user.map(User::teamId).orElse(null),
                        user.map(User::teamName).orElse(null),
                        owner(edit.actor()),
                        ENVIRONMENT,
                        new Key.Tags(null, null, null, null, null, TEST, null),
                        new Key.Limits(models, List.of(), List.of(), List.of(), List.of()),
                        null,
                        expires,
                        edit.now(),
                        null,
                        null,
                        new Key.Minted(TEST, upstreamId));
        keys.rows().insert(edit.sql(), key);
        Secret credential = new Secret(keys.issue(edit, key));
        edit.record("mint", keys.kind(), key.head(), null, Json.object().setAll(KeyRows.show(key)));
        return new Minted(id, key.head().name(), credential, expires);
    }

    private static String owner(Actor actor) {
        String owner = actor.owner();
        return owner == null ? INSTALLATION : owner;
    }

    /// The caller as a user, for the team its calls are put down to.
    private Optional<User> user(Edit edit) {
        String owner = owner(edit.actor());
        return owner.startsWith("user:")
                ? users.rows()
                        .named(edit.sql(), edit.organizationId(), owner.substring("user:".length()))
                : Optional.empty();
    }
}
