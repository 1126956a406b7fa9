package dev.sluice.control.tokens;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Credentials;
import dev.sluice.control.access.Right;
import dev.sluice.control.access.Role;
import dev.sluice.control.access.TokenStore;
import dev.sluice.control.access.TokenStore.Token;
import dev.sluice.control.callers.Owners;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.ResourceRoutes;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.PageRequest;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `/admin/v1/admin-tokens`: nobody can give away rights they do not hold.
public final class TokenRoutes {

    static final String PATH = "/admin/v1/admin-tokens";

    private static final Shape SHAPE =
            Shape.object("AdminToken")
                    .text("id", "adm_…")
                    .text("admin_token", "the credential, shown once")
                    .text("user", "whose it is, by name")
                    .text("service", "whose it is, by name")
                    .text("owner", "user:<name> or service:<name>")
                    .texts("roles", "what it may do")
                    .time("expires_at", "when it ends, or null")
                    .time("revoked_at", "when it was withdrawn, or null")
                    .time("created_at", "when it was made")
                    .readOnly("id", "admin_token", "owner", "revoked_at", "created_at")
                    .writeOnly("user", "service")
                    .optional("admin_token")
                    .nullable("expires_at", "revoked_at")
                    .require("roles");
    private static final Set<String> ROLES =
            Arrays.stream(Role.values()).map(Role::wireName).collect(Collectors.toSet());

    private final Database database;
    private final Changes changes;
    private final Owners owners;
    private final Credentials credentials;
    private final TokenStore store = new TokenStore();

    public TokenRoutes(Database database, Changes changes, Owners owners, Credentials credentials) {
        this.database = database;
        this.changes = changes;
        this.owners = owners;
        this.credentials = credentials;
    }

    public void register(Router router) {
        Access admin = Access.any(Right.ADMIN);
        router.add(
                "GET",
                PATH,
                admin,
                RouteDoc.of("admin-tokens", "List management credentials").listOf(SHAPE),
                this::list);
        router.add(
                "POST",
                PATH,
                admin,
                RouteDoc.of("admin-tokens", "Make a management credential, shown once")
                        .takes(SHAPE)
                        .answers(201, SHAPE),
                this::create);
        router.add(
                "GET",
                PATH + "/{id}",
                admin,
                RouteDoc.of("admin-tokens", "Read a management credential").answers(200, SHAPE),
                call -> ManagementResponse.ok(show(database.read(sql -> find(sql, call)))));
        router.add(
                "DELETE",
                PATH + "/{id}",
                admin,
                RouteDoc.of("admin-tokens", "Withdraw a management credential at once")
                        .answersNothing(),
                this::revoke);
    }

    private ManagementResponse list(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        List<Token> tokens =
                database.read(sql ->
                        store.page(
                                sql,
                                call.organizationId(),
                                page.afterId().orElse(null),
                                page.limit() + 1));
        return page.answer(tokens, TokenRoutes::show, token -> List.of(token.id()));
    }

    private Token find(Sql sql, ManagementCall call) {
        String id = call.parameter("id");
        return store.find(sql, call.organizationId(), id)
                .orElseThrow(() -> ResourceRoutes.none("admin token", id));
    }

    private ManagementResponse create(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        return changes.configure(
                call,
                edit -> {
                    String owner = owner(edit, fields);
                    Set<Role> roles = EnumSet.noneOf(Role.class);
                    fields.words("roles", ROLES)
                            .forEach(name -> roles.add(Role.ofWireName(name).orElseThrow()));
                    if (roles.isEmpty()) {
                        throw fields.wrong("roles", "must name at least one role.");
                    }
                    Instant expires = fields.timeOrNull("expires_at");
                    if (expires != null && !expires.isAfter(call.now())) {
                        throw fields.wrong("expires_at", "must lie in the future.");
                    }
                    fields.done();
                    requireHeld(edit, call.actor(), roles);
                    String credential = credentials.adminToken();
                    Token token = issue(edit, owner, roles, expires, credential);
                    return ManagementResponse.json(201, show(token).put("admin_token", credential))
                            .showingSecretOf(token.id());
                });
    }

    private String owner(Edit edit, Fields fields) {
        if (fields.has("user") == fields.has("service")) {
            throw fields.wrong(
                    "user", "or 'service' must say whose credential it is, one of them.");
        }
        String kind = fields.has("user") ? "user" : "service";
        Fields one =
                Fields.of(Json.object().put(kind, kind + ":" + fields.name(kind)), fields.path());
        return owners.read(edit, one, kind, true);
    }

    /// Nobody gives away what they do not hold themselves.
    private static void requireHeld(Edit edit, Actor actor, Set<Role> roles) {
        for (Role role : roles) {
            actor.lacksOf(role)
                    .ifPresent(right -> {
                        throw edit.denied(
                                        ("The role %s has %s, which this credential does not have"
                                                        + " itself.")
                                                .formatted(role.wireName(), right.wireName()))
                                .asException();
                    });
        }
    }

    /// Stores a new credential and its audit row; the caller shows it once.
    Token issue(
            Edit edit,
            String owner,
            Set<Role> roles,
            @Nullable Instant expires,
            String credential) {
        Token token =
                new Token(
                        edit.ids().next("adm"),
                        edit.organizationId(),
                        owner,
                        roles,
                        expires,
                        null,
                        edit.now());
        store.insert(edit.sql(), token, KeyDigest.of(credential), edit.actor().name());
        edit.record(
                "create",
                "admin_token",
                token.organizationId(),
                token.id(),
                owner,
                null,
                show(token));
        return token;
    }

    private ManagementResponse revoke(ManagementCall call) {
        return changes.configure(
                call,
                edit -> {
                    Token token = find(edit.sql(), call);
                    store.revoke(edit.sql(), call.organizationId(), token.id(), call.now());
                    Token revoked = find(edit.sql(), call);
                    edit.record(
                            "revoke",
                            "admin_token",
                            token.organizationId(),
                            token.id(),
                            token.owner(),
                            show(token),
                            show(revoked));
                    return ManagementResponse.noContent();
                });
    }

    private static ObjectNode show(Token token) {
        ObjectNode node = Json.object();
        node.put("id", token.id());
        node.put("owner", token.owner());
        node.set("roles", Json.array(token.roles().stream().map(Role::wireName).toList()));
        node.put("expires_at", Json.time(token.expiresAt()));
        node.put("revoked_at", Json.time(token.revokedAt()));
        node.put("created_at", Json.time(token.createdAt()));
        return node;
    }
}
