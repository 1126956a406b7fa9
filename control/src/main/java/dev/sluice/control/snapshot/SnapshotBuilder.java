package dev.sluice.control.snapshot;

import dev.sluice.catalog.Bounds;
import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceRow;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import dev.sluice.control.config.Configured;
import dev.sluice.control.config.VersionStore;
import dev.sluice.control.keys.Key;
import dev.sluice.control.keys.KeySecretStore;
import dev.sluice.control.models.PublicModel;
import dev.sluice.control.prices.OwnPrice;
import dev.sluice.control.quotas.Quota;
import dev.sluice.control.resources.Resources;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.control.upstreams.UpstreamAccount;
import dev.sluice.domain.QuotaRule;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.PriceList;
import dev.sluice.policy.Reach;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.Upstream;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Builds the snapshot of one moment in one read transaction, credentials opened.
public final class SnapshotBuilder {

    private final Database database;
    private final InstantSource clock;
    private final Resources resources;
    private final MasterKey masterKey;
    private final PriceBook book;
    private final Providers providers;
    private final VersionStore version = new VersionStore();
    private final KeySecretStore secrets = new KeySecretStore();

    public SnapshotBuilder(
            Database database,
            InstantSource clock,
            Resources resources,
            MasterKey masterKey,
            PriceBook book,
            Providers providers) {
        this.database = database;
        this.clock = clock;
        this.resources = resources;
        this.masterKey = masterKey;
        this.book = book;
        this.providers = providers;
    }

    /// The version of the configuration in the database.
    public long version() {
        return database.read(version::current);
    }

    public Snapshot build() {
        return database.snapshot(this::build);
    }

    private Snapshot build(Sql sql) {
        Instant now = clock.instant();
        long ofMoment = version.current(sql);
        Map<String, Upstream> upstreams = new HashMap<>();
        resources
                .upstreams()
                .rows()
                .everywhere(sql)
                .forEach(account -> {
                    upstreams.put(account.head().id(), upstream(account));
                });
        return new Snapshot(
                ofMoment, now, organizations(sql), keys(sql, now), Map.copyOf(upstreams));
    }

    private Upstream upstream(UpstreamAccount account) {
        return new Upstream(
                account.head().id(),
                account.head().name(),
                account.provider(),
                account.shared() ? null : account.head().organizationId(),
                URI.create(account.baseUrl()),
                new LinkedHashSet<>(account.dialects()),
                account.region(),
                account.credential() == null
                        ? null
                        : masterKey.open(account.credential(), account.head().id()),
                account.timeouts(),
                account.drained(),
                account.byInstallation() || ofCatalogue(account),
                reach(account));
    }

    private Reach reach(UpstreamAccount account) {
        ProviderEntry entry = providers.find(account.provider()).orElseGet(providers::unknown);
        return Reach.of(entry, URI.create(account.baseUrl()), account.region(), account.settings());
    }

    private boolean ofCatalogue(UpstreamAccount account) {
        return providers
                .find(account.provider())
                .filter(entry ->
                        entry.isOwnAddress(account.baseUrl(), account.region(), account.settings()))
                .isPresent();
    }

    private Map<String, Organization> organizations(Sql sql) {
        var teams = byOrganization(resources.teams().rows().everywhere(sql));
        var plans = byOrganization(resources.plans().rows().everywhere(sql));
        var models = byOrganization(resources.models().rows().everywhere(sql));
        var quotas = byOrganization(resources.quotas().rows().everywhere(sql));
        List<OwnPrice> prices = resources.prices().rows().everywhere(sql);
        Map<String, Organization> organizations = new HashMap<>();
        for (var item : resources.organizations().rows().everywhere(sql)) {
            String id = item.head().id();
            Map<String, Organization.Team> itsTeams = new HashMap<>();
            for (var team : of(teams, id)) {
                itsTeams.put(
                        team.head().id(),
                        new Organization.Team(
                                team.head().id(), team.head().name(), team.multiply()));
            }
            Map<String, BigDecimal> itsPlans = new HashMap<>();
            for (var plan : of(plans, id)) {
                if (plan.multiply() != null) {
                    itsPlans.put(plan.head().name(), plan.multiply());
                }
            }
            Map<String, Model> itsModels = new LinkedHashMap<>();
            of(models, id).forEach(model -> itsModels.put(model.head().name(), model(model)));
            List<QuotaRule> rules = new ArrayList<>();
            for (Quota quota : of(quotas, id)) {
                rules.add(quota.rule(item.zone()));
            }
            BigDecimal multiply = item.multiply();
            organizations.put(
                    id,
                    new Organization(
                            id,
                            item.head().name(),
                            item.zone(),
                            item.currency(),
                            item.sandbox(),
                            item.creditLimit(),
                            multiply == null ? BigDecimal.ONE : multiply,
                            Map.copyOf(itsTeams),
                            Map.copyOf(itsPlans),
                            Map.copyOf(itsModels),
                            List.copyOf(rules),
                            new PriceList(ownPrices(prices, id), book, providers)));
        }
        return Map.copyOf(organizations);
    }

    private static <T extends Configured> Map<String, List<T>> byOrganization(List<T> items) {
        return items.stream().collect(Collectors.groupingBy(item -> item.head().organizationId()));
    }

    private static <T> List<T> of(Map<String, List<T>> items, String organization) {
        return items.getOrDefault(organization, List.of());
    }

    private static Model model(PublicModel item) {
        return new Model(
                item.head().id(),
                item.head().name(),
                item.weighted() ? Model.Strategy.WEIGHTED : Model.Strategy.PRIORITY,
                item.targets().stream()
                        .map(target ->
                                new Model.Target(
                                        target.upstreamId(),
                                        target.model(),
                                        target.priority(),
                                        target.weight()))
                        .toList(),
                item.price(),
                item.price() == null ? null : item.head().id() + "@" + item.head().revision(),
                item.maxOutputTokens(),
                item.contextWindow());
    }

    /// An organization's own rows win over shared ones from the moment the first of them holds.
    private List<PriceList.Own> ownPrices(List<OwnPrice> all, String organization) {
        Map<String, Instant> firstOwn = new HashMap<>();
        for (OwnPrice row : all) {
            if (row.head().organizationId().equals(organization) && !row.shared()) {
                firstOwn.merge(name(row), row.effectiveAt(), (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        List<PriceList.Own> rows = new ArrayList<>();
        for (OwnPrice row : all) {
            Instant own = firstOwn.get(name(row));
            boolean ofOrganization =
                    row.head().organizationId().equals(organization) && !row.shared();
            boolean sharedBefore = row.shared() && (own == null || row.effectiveAt().isBefore(own));
            if (ofOrganization || sharedBefore) {
                rows.add(new PriceList.Own(priceRow(row), row.version(), row.effectiveAt()));
            }
        }
        return rows;
    }

    private static String name(OwnPrice row) {
        return row.provider() + "/" + row.model();
    }

    /// What the book knows of the model besides its price stays.
    private PriceRow priceRow(OwnPrice own) {
        OwnPrice.Imported imported = own.imported();
        if (imported != null) {
            return imported.row();
        }
        Optional<PriceRow> ofBook =
                providers.find(own.provider()).flatMap(entry -> book.find(entry, own.model()));
        String source = own.source();
        return new PriceRow(
                own.provider(),
                own.model(),
                ofBook.map(PriceRow::vendor).orElse(own.provider()),
                ofBook.map(PriceRow::mode).orElse("chat"),
                own.price(),
                ofBook.map(PriceRow::bounds).orElse(Bounds.NONE),
                ofBook.map(PriceRow::capabilities).orElse(List.of()),
                ofBook.flatMap(PriceRow::retiresOn),
                source == null ? "own price" : source,
                own.head().id(),
                own.effectiveAt().atOffset(ZoneOffset.UTC).toLocalDate(),
                false,
                Optional.empty());
    }

    private Map<String, KeyEntry> keys(Sql sql, Instant now) {
        Map<String, Key> byId =
                resources.keys().rows().everywhere(sql).stream()
                        .collect(Collectors.toMap(key -> key.head().id(), Function.identity()));
        Map<String, KeyEntry> entries = new HashMap<>();
        for (KeySecretStore.Digest digest : secrets.open(sql, now)) {
            Key key = byId.get(digest.keyId());
            if (key != null) {
                entries.put(digest.hex(), entry(key, digest.notAfter()));
            }
        }
        return Map.copyOf(entries);
    }

    private static KeyEntry entry(Key key, @Nullable Instant notAfter) {
        Key.Tags tags = key.tags();
        Key.Limits limits = key.limits();
        Key.Minted minted = key.minted();
        return new KeyEntry(
                key.head().id(),
                key.head().organizationId(),
                key.head().name(),
                key.teamId(),
                key.owner(),
                key.environment(),
                tags.workflow(),
                tags.customer(),
                tags.productArea(),
                tags.plan(),
                tags.trafficClass(),
                Set.copyOf(limits.models()),
                Set.copyOf(limits.endpointFamilies()),
                Set.copyOf(limits.actions()),
                limits.allowedIps(),
                earlier(notAfter, key.expiresAt()),
                minted == null ? null : minted.upstreamId(),
                null);
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isBefore(b) ? a : b;
    }
}
