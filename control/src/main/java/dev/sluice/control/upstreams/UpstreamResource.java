package dev.sluice.control.upstreams;

import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Column;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Head;
import dev.sluice.control.config.Kind;
import dev.sluice.control.config.ReferenceStore;
import dev.sluice.control.config.Resource;
import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.control.secrets.SealedSecret;
import dev.sluice.domain.Secret;
import dev.sluice.egress.EgressPolicy;
import dev.sluice.policy.Upstream;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How upstreams are read, kept and shown. Credentials go in and never come out.
public final class UpstreamResource implements Resource<UpstreamAccount> {

    private static final Shape TIMEOUTS =
            Shape.object("Timeouts")
                    .text("connect", "until the connection stands; default 3s")
                    .text("first_byte", "until the first byte of the body; default 5m")
                    .text("idle", "between two reads; default 60s")
                    .text("total", "of a whole attempt; default 10m");
    private static final Shape LIMITS =
            Shape.object("AccountLimits")
                    .whole("rpm", "requests per minute; noted, not enforced yet")
                    .whole("tpm", "tokens per minute; noted, not enforced yet")
                    .whole("in_flight", "calls at the same time; noted, not enforced yet")
                    .optional("rpm", "tpm", "in_flight");
    private static final Shape SHAPE =
            Shape.object("Upstream")
                    .text("id", "ups_…")
                    .text("name", "unique in the organization")
                    .text("provider", "id of the catalogue, such as openai-compatible")
                    .text("base_url", "as the provider's own SDK takes it")
                    .texts("dialects", "what it speaks; default: the provider's entry")
                    .text("region", "where it processes calls")
                    .map("settings", "what the provider asks for: GET …/providers/{id}", "string")
                    .any("credential", "the value, {env: NAME} or {file: PATH}; never shown")
                    .flag("has_credential", "whether it has one")
                    .time("credential_set_at", "when it was set last")
                    .nested("timeouts", TIMEOUTS, "deadlines by stage")
                    .nested("limits", LIMITS, "the account's own limits; kept, not enforced yet")
                    .text(
                            "probe_every",
                            "how often it is probed, such as 24h, or never; null: as set")
                    .flag("shared", "usable by every organization; set by the installation")
                    .flag("drained", "takes no new calls")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly(
                            "id",
                            "has_credential",
                            "credential_set_at",
                            "drained",
                            "owned_by_file",
                            "created_at")
                    .writeOnly("credential")
                    .optional("base_url", "region", "settings", "limits", "probe_every")
                    .nullable("credential_set_at")
                    .require("name", "provider");

    private final MasterKey masterKey;
    private final EgressPolicy egress;
    private final EgressPolicy.Resolver resolver;
    private final CredentialSource credentials;
    private final Providers providers;
    private final ReferenceStore references = new ReferenceStore();
    private final RowStore<UpstreamAccount> rows =
            new RowStore<>("upstream", "name", UpstreamResource::account, UpstreamResource::columns)
                    .withShared();

    private final Kind<UpstreamAccount> about =
            new Kind<>(
                    "upstream", "upstreams", rows, SHAPE, Access.MEMBER, Access.any(Right.ADMIN));

    public UpstreamResource(
            MasterKey masterKey,
            EgressPolicy egress,
            EgressPolicy.Resolver resolver,
            Function<String, Optional<String>> environment,
            Providers providers) {
        this.providers = providers;
        this.masterKey = masterKey;
        this.egress = egress;
        this.resolver = resolver;
        this.credentials = new CredentialSource(environment);
    }

    @Override
    public Kind<UpstreamAccount> about() {
        return about;
    }

    @Override
    public UpstreamAccount read(Edit edit, Fields fields, @Nullable UpstreamAccount current) {
        String name = fields.name("name");
        ProviderEntry provider = UpstreamFields.provider(fields, providers);
        String region = fields.nameOrNull("region");
        Map<String, String> settings = UpstreamFields.settings(fields, provider, region);
        String baseUrl = UpstreamFields.baseUrl(fields, provider, region, settings);
        UpstreamFields.requireSettings(fields, provider, settings);
        List<String> dialects = UpstreamFields.dialects(fields, provider);
        Upstream.Timeouts timeouts = UpstreamFields.timeouts(fields);
        Map<String, Long> limits = UpstreamFields.limits(fields);
        Duration probeEvery = UpstreamFields.probeEvery(fields);
        boolean shared = fields.flag("shared", false);
        if (shared != (current != null && current.shared()) && !edit.byInstallation()) {
            throw edit.denied("Only the installation shares upstreams.").asException();
        }
        Optional<Secret> given = credentials.read(edit, fields);
        boolean removed = fields.tree().path("credential").isNull();
        fields.done();
        boolean moved = current == null || !current.baseUrl().equals(baseUrl);
        boolean ofCatalogue = provider.isOwnAddress(baseUrl, region, settings);
        if (moved && !ofCatalogue && !edit.byInstallation()) {
            requirePublic(fields, baseUrl);
        }
        Head head = current == null ? edit.newHead("ups", name) : current.head().renamed(name);
        boolean byInstallation =
                (moved || current == null) ? edit.byInstallation() : current.byInstallation();
        UpstreamAccount account =
                new UpstreamAccount(
                        head,
                        provider.id(),
                        baseUrl,
                        dialects,
                        region,
                        settings,
                        null,
                        null,
                        timeouts,
                        limits,
                        current != null && current.drained(),
                        shared,
                        byInstallation,
                        probeEvery);
        if (removed) {
            return account;
        }
        if (current != null && given.isEmpty()) {
            requireSameHost(edit, fields, baseUrl, current);
        }
        return credential(account, given, current, edit.now());
    }

    private UpstreamAccount credential(
            UpstreamAccount account,
            Optional<Secret> given,
            @Nullable UpstreamAccount current,
            Instant now) {
        SealedSecret before = current == null ? null : current.credential();
        if (given.isEmpty()) {
            return account.withCredential(before, current == null ? null : current.credentialAt());
        }
        // the same credential again is no change, so that applying a file twice changes nothing
        if (current != null
                && before != null
                && masterKey
                        .open(before, account.head().id())
                        .reveal()
                        .equals(given.get().reveal())) {
            return account.withCredential(before, current.credentialAt());
        }
        return account.withCredential(masterKey.seal(given.get(), account.head().id()), now);
    }

    private void requirePublic(Fields fields, String baseUrl) {
        egress.refusal(URI.create(baseUrl), resolver)
                .ifPresent(why -> {
                    throw fields.wrong("base_url", "is refused: " + why + ".");
                });
    }

    /// Whoever may not see a credential must not be able to have it sent to another address.
    private static void requireSameHost(
            Edit edit, Fields fields, String baseUrl, UpstreamAccount current) {
        if (current.credential() != null
                && !edit.byInstallation()
                && !origin(baseUrl).equals(origin(current.baseUrl()))) {
            throw fields.wrong(
                    "credential", "must be sent again when the upstream moves to another address.");
        }
    }

    private static String origin(String url) {
        URI uri = URI.create(url);
        return (uri.getScheme() + "://" + uri.getAuthority()).toLowerCase(Locale.ROOT);
    }

    /// The account with a new credential.
    UpstreamAccount rotated(UpstreamAccount account, Secret credential, Instant now) {
        return account.withCredential(masterKey.seal(credential, account.head().id()), now);
    }

    @Override
    public ObjectNode spec(Sql sql, UpstreamAccount item) {
        return spec(item);
    }

    private static ObjectNode spec(UpstreamAccount item) {
        ObjectNode node = Json.object();
        node.put("name", item.head().name());
        node.put("provider", item.provider());
        node.put("base_url", item.baseUrl());
        node.set("dialects", Json.array(item.dialects()));
        Json.putIfPresent(node, "region", item.region());
        if (!item.settings().isEmpty()) {
            node.set("settings", Json.texts(item.settings()));
        }
        node.set("timeouts", UpstreamFields.write(item.timeouts()));
        if (!item.limits().isEmpty()) {
            node.set("limits", UpstreamFields.write(item.limits()));
        }
        Json.putIfPresent(node, "probe_every", UpstreamFields.write(item.probeEvery()));
        if (item.shared()) {
            node.put("shared", true);
        }
        return node;
    }

    @Override
    public ObjectNode show(UpstreamAccount item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item));
        node.put("has_credential", item.credential() != null);
        node.put("credential_set_at", Json.time(item.credentialAt()));
        node.put("shared", item.shared());
        node.put("drained", item.drained());
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    /// The address of a shared upstream is the installation's business.
    @Override
    public ObjectNode showTo(Actor actor, UpstreamAccount item) {
        ObjectNode node = show(item);
        if (item.shared() && !actor.isInstallation()) {
            node.remove("base_url");
        }
        return node;
    }

    @Override
    public UpstreamAccount withHead(UpstreamAccount item, Head head) {
        return new UpstreamAccount(
                head,
                item.provider(),
                item.baseUrl(),
                item.dialects(),
                item.region(),
                item.settings(),
                item.credential(),
                item.credentialAt(),
                item.timeouts(),
                item.limits(),
                item.drained(),
                item.shared(),
                item.byInstallation(),
                item.probeEvery());
    }

    @Override
    public List<String> differences(Sql sql, UpstreamAccount before, UpstreamAccount after) {
        List<String> names = new ArrayList<>(Resource.super.differences(sql, before, after));
        if (!Objects.equals(before.credential(), after.credential())) {
            names.add("credential");
        }
        return names;
    }

    @Override
    public Optional<String> heldBy(Sql sql, UpstreamAccount item) {
        return references.toUpstream(sql, item.head().id());
    }

    private static UpstreamAccount account(Row row) {
        byte @Nullable [] credential = row.bytesOrNull("credential");
        Long probeSeconds = row.bigintOrNull("probe_seconds");
        return new UpstreamAccount(
                Head.of(row, "name"),
                row.text("provider"),
                row.text("base_url"),
                row.texts("dialects"),
                row.textOrNull("region"),
                settings(row.text("settings")),
                credential == null ? null : new SealedSecret(credential),
                row.instantOrNull("credential_at"),
                UpstreamFields.timeouts(
                        Fields.of(
                                Json.object().set("timeouts", Json.parse(row.text("timeouts"))),
                                "")),
                UpstreamFields.limits(
                        Fields.of(Json.object().set("limits", Json.parse(row.text("limits"))), "")),
                row.bool("drained"),
                row.bool("shared"),
                row.bool("by_installation"),
                probeSeconds == null ? null : Duration.ofSeconds(probeSeconds));
    }

    private static Map<String, String> settings(String json) {
        Map<String, String> settings = new LinkedHashMap<>();
        Json.parse(json)
                .properties()
                .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asString()));
        return settings;
    }

    private static List<Column> columns(UpstreamAccount item) {
        SealedSecret credential = item.credential();
        Duration probeEvery = item.probeEvery();
        return List.of(
                Column.of("name", item.head().name()),
                Column.of("provider", item.provider()),
                Column.of("base_url", item.baseUrl()),
                Column.texts("dialects", item.dialects()),
                Column.of("region", item.region()),
                Column.json("settings", Json.text(Json.texts(item.settings()))),
                Column.of("credential", credential == null ? null : credential.bytes()),
                Column.of("credential_at", item.credentialAt()),
                Column.json("timeouts", Json.text(UpstreamFields.write(item.timeouts()))),
                Column.json("limits", Json.text(UpstreamFields.write(item.limits()))),
                Column.of("drained", item.drained()),
                Column.of("shared", item.shared()),
                Column.of("by_installation", item.byInstallation()),
                Column.of("probe_seconds", probeEvery == null ? null : probeEvery.toSeconds()));
    }
}
