package dev.sluice.control.usage;

import dev.sluice.control.access.Right;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.QueryTimes;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the filters of `requests` out of a query.
final class RequestFilter {

    private static final Set<String> NAMES =
            Set.of(
                    "from",
                    "to",
                    "key",
                    "team",
                    "environment",
                    "workflow",
                    "customer",
                    "model",
                    "upstream",
                    "status",
                    "error_code",
                    "min_cost",
                    "action_id",
                    "provider_request_id",
                    "state",
                    "owner",
                    "limit",
                    "cursor",
                    "follow",
                    "unattributed");

    private RequestFilter() {}

    static RouteDoc documented(RouteDoc doc) {
        return doc.query("from", "admitted at or after")
                .query("to", "admitted before")
                .query("key", "id or label")
                .query("team", "id or name")
                .query("environment", "name")
                .query("workflow", "name")
                .query("customer", "name")
                .query("model", "the public name asked for")
                .query("upstream", "name")
                .queryWhole("status", "HTTP status code")
                .query("error_code", "as in errors")
                .query("min_cost", "at least this many US dollars")
                .query("action_id", "of one user action")
                .query("provider_request_id", "the provider's own id of an attempt")
                .queryWord("state", "how far it is", "held", "settled", "refused")
                .query("owner", "`user:…` or `service:…`")
                .queryFlag("unattributed", "calls with an unknown key (installation only)")
                .queryFlag("follow", "stream calls as they end (server-sent events)");
    }

    /// A credential that sees its own usage alone gets that alone.
    static Calls.Filter of(ManagementCall call, Database database) {
        ManagementRequest request = call.request();
        request.query().keySet().stream()
                .filter(name -> !NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw wrong(name, "is not a filter of requests.");
                });
        String organization = call.organizationId();
        Optional<String> key = request.query("key");
        Optional<String> team = request.query("team");
        String keyId =
                key.map(k -> database.read(sql -> ReferenceStore.key(sql, organization, k)))
                        .orElse(null);
        String teamId =
                team.map(t -> database.read(sql -> ReferenceStore.team(sql, organization, t)))
                        .orElse(null);
        return new Calls.Filter(
                QueryTimes.instantOrNull(request, "from"),
                QueryTimes.instantOrNull(request, "to"),
                keyId,
                teamId,
                request.query("environment").orElse(null),
                request.query("workflow").orElse(null),
                request.query("customer").orElse(null),
                request.query("model").orElse(null),
                request.query("upstream").orElse(null),
                status(request),
                request.query("error_code").orElse(null),
                minCost(request),
                request.query("action_id").orElse(null),
                request.query("provider_request_id").orElse(null),
                owner(call),
                state(request));
    }

    /// Whose calls the caller may see; null means everybody's.
    static @Nullable String owner(ManagementCall call) {
        return call.actor().onlyOwn(Right.USAGE_VIEW)
                ? String.valueOf(call.actor().owner())
                : call.request().query("owner").orElse(null);
    }

    private static @Nullable Integer status(ManagementRequest request) {
        Optional<String> text = request.query("status");
        if (text.isEmpty()) {
            return null;
        }
        if (!text.get().matches("[1-5]\\d\\d")) {
            throw wrong("status", "must be an HTTP status code such as 429.");
        }
        return Integer.valueOf(text.get());
    }

    private static @Nullable BigDecimal minCost(ManagementRequest request) {
        Optional<String> text = request.query("min_cost");
        if (text.isEmpty()) {
            return null;
        }
        try {
            BigDecimal cost = Decimals.parse(text.get());
            if (cost.signum() >= 0) {
                return cost;
            }
        } catch (NumberFormatException _) {
            // answered below
        }
        throw wrong("min_cost", "must be a decimal from 0 with at most 12 decimals.");
    }

    private static StoredCall.@Nullable State state(ManagementRequest request) {
        Optional<String> text = request.query("state");
        return text.map(name ->
                        Arrays.stream(StoredCall.State.values())
                                .filter(s -> s.name().toLowerCase(Locale.ROOT).equals(name))
                                .findFirst()
                                .orElseThrow(
                                        () -> wrong("state", "must be held, settled or refused.")))
                .orElse(null);
    }

    private static FaultException wrong(String name, String problem) {
        return Fault.invalid("'" + name + "' " + problem, name).asException();
    }
}
