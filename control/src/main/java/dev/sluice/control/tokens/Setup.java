package dev.sluice.control.tokens;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Credentials;
import dev.sluice.control.access.Role;
import dev.sluice.control.accounts.Accounts;
import dev.sluice.control.callers.Owners;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The first owner: `POST /admin/v1/setup {token}` with the token of `<data>/setup-token` or with
/// `SLUICE_ADMIN_KEY` makes an owner's management credential, once per installation. With an e-mail
/// address and a password it makes the owner's account instead, and signs it in.
public final class Setup {

    /// How long a token is good for after the start that wrote it.
    public static final Duration VALID = Duration.ofMinutes(60);

    static final String FILE = "setup-token";

    private static final Shape REQUEST =
            Shape.object("SetupRequest")
                    .text("token", "from <data>/setup-token")
                    .text("email", "of the owner's account")
                    .text("password", "of the owner's account, at least 12 characters")
                    .text("name", "of the owner as a user; default `owner`")
                    .require("token");
    private static final Shape ANSWER =
            Shape.object("SetupAnswer")
                    .text("id", "adm_…, or ses_… where an account was made")
                    .text("organization", "the organization it belongs to")
                    .text("admin_token", "an owner's management credential, shown once")
                    .text("account", "acc_…")
                    .text("csrf_token", "of the session whose cookie comes with this answer")
                    .time("expires_at", "when the session ends at the latest")
                    .optional("admin_token", "account", "csrf_token", "expires_at");

    private final Database database;
    private final InstantSource clock;
    private final Changes changes;
    private final Authenticator authenticator;
    private final Owners owners;
    private final Credentials credentials;
    private final TokenRoutes tokens;
    private final Accounts accounts;
    private final SetupStore store = new SetupStore();

    public Setup(
            Database database,
            InstantSource clock,
            Changes changes,
            Authenticator authenticator,
            Owners owners,
            Credentials credentials,
            TokenRoutes tokens,
            Accounts accounts) {
        this.database = database;
        this.clock = clock;
        this.changes = changes;
        this.authenticator = authenticator;
        this.owners = owners;
        this.credentials = credentials;
        this.tokens = tokens;
        this.accounts = accounts;
    }

    public void register(Router router) {
        router.add(
                "POST",
                "/admin/v1/setup",
                Access.PUBLIC,
                RouteDoc.of("setup", "Make the first owner's management credential, once")
                        .takes(REQUEST)
                        .answers(201, ANSWER),
                this::setUp);
    }

    /// Writes a fresh token into the data directory, readable by its owner alone.
    ///
    /// @return the file, or empty when the set-up was done already
    public Optional<Path> open(Path dataDirectory) {
        String token = credentials.adminToken().replace(Credentials.ADMIN_PREFIX, "setup-");
        boolean wanted =
                database.inTransaction(sql -> {
                    if (store.lock(sql).done()) {
                        return false;
                    }
                    store.open(sql, KeyDigest.of(token).hex(), clock.instant().plus(VALID));
                    return true;
                });
        Path file = dataDirectory.resolve(FILE);
        try {
            if (!wanted) {
                Files.deleteIfExists(file);
                return Optional.empty();
            }
            Path fresh =
                    Files.createTempFile(
                            dataDirectory,
                            FILE,
                            "",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, token + "\n");
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ManagementResponse setUp(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        String token = fields.text("token");
        boolean byKey = authenticator.isAdminKey(token);
        if (!byKey) {
            // before a password is hashed for it
            database.inTransaction(sql -> {
                requireToken(store.lock(sql), token, call.now());
                return true;
            });
        }
        String name = fields.optionalName("name").orElse("owner");
        boolean account = fields.has("email") || fields.has("password");
        Accounts.@Nullable Chosen chosen = account ? accounts.chosen(fields) : null;
        fields.done();
        Actor installation = new Actor("setup", null, null, Set.of());
        ManagementCall asInstallation =
                new ManagementCall(
                        call.request(),
                        call.parameters(),
                        installation,
                        null,
                        call.requestId(),
                        call.now(),
                        null);
        String organization = authenticator.organization(call.request(), installation);
        return changes.configure(
                asInstallation,
                edit -> {
                    SetupStore.State state = store.lock(edit.sql());
                    if (!byKey) {
                        requireToken(state, token, call.now());
                    }
                    if (state.done()) {
                        throw Fault.of(
                                        FaultCode.CONFLICT,
                                        "The set-up was done already. Use the owner's credential or"
                                                + " SLUICE_ADMIN_KEY.")
                                .asException();
                    }
                    var within = edit.within(organization, false);
                    store.done(edit.sql(), call.now());
                    edit.record(
                            "setup",
                            "installation",
                            organization,
                            "installation",
                            null,
                            null,
                            null);
                    if (chosen != null) {
                        Accounts.Opened opened =
                                accounts.create(
                                        within,
                                        call.request(),
                                        chosen,
                                        name,
                                        Set.of(Role.OWNER),
                                        installation.name());
                        opened.body().put("organization", organization);
                        return opened.answer(201);
                    }
                    return credential(within, name);
                });
    }

    private ManagementResponse credential(Edit edit, String userName) {
        String owner =
                owners.read(
                        edit,
                        Fields.of(Json.object().put("owner", "user:" + userName), ""),
                        "owner",
                        true);
        String credential = credentials.adminToken();
        var made = tokens.issue(edit, owner, Set.of(Role.OWNER), null, credential);
        return ManagementResponse.json(
                        201,
                        Json.object()
                                .put("id", made.id())
                                .put("organization", edit.organizationId())
                                .put("admin_token", credential))
                .showingSecretOf(made.id());
    }

    /// A wrong token learns nothing about the state of the installation.
    private static void requireToken(SetupStore.State state, String token, Instant now) {
        boolean same =
                MessageDigest.isEqual(
                        KeyDigest.of(token).hex().getBytes(StandardCharsets.US_ASCII),
                        state.tokenHex().getBytes(StandardCharsets.US_ASCII));
        Instant expires = state.expiresAt();
        if (!same || expires == null || !now.isBefore(expires)) {
            throw Fault.of(
                            FaultCode.INVALID_API_KEY,
                            "The set-up token is wrong, used or older than 60 minutes. A restart"
                                    + " writes a new one into the data directory.")
                    .asException();
        }
    }
}
