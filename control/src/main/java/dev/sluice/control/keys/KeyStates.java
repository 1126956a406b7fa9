package dev.sluice.control.keys;

import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.domain.Fault;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The states a list of keys can be narrowed to.
final class KeyStates {

    private static final String ACTIVE = "active";
    private static final String OVERDUE = "overdue";
    private static final String EXPIRED = "expired";
    private static final String REVOKED = "revoked";

    static final String[] NAMES = {ACTIVE, OVERDUE, EXPIRED, REVOKED};

    private KeyStates() {}

    /// Adds `state` and `inactive_days` of the query.
    static RowStore.Filter filter(ManagementCall call, RowStore.Filter filter) {
        Optional<String> state = call.request().query("state");
        RowStore.Filter more = state.isEmpty() ? filter : ofState(state.get(), call.now(), filter);
        Optional<String> days = call.request().query("inactive_days");
        if (days.isEmpty()) {
            return more;
        }
        if (!days.get().matches("\\d{1,4}")) {
            throw Fault.invalid("'inactive_days' must be a whole number of days.", "inactive_days")
                    .asException();
        }
        Instant since = call.now().minus(Integer.parseInt(days.get()), ChronoUnit.DAYS);
        return more.absent("revoked_at").before("last_used_at", "created_at", since);
    }

    private static RowStore.Filter ofState(String state, Instant now, RowStore.Filter filter) {
        RowStore.Filter open = filter.absent("revoked_at").notPast("expires_at", now);
        return switch (state) {
            case ACTIVE -> open;
            case OVERDUE -> open.rotationDue(now);
            case EXPIRED -> filter.absent("revoked_at").past("expires_at", now);
            case REVOKED -> filter.present("revoked_at");
            default ->
                    throw Fault.invalid(
                                    "'state' must be one of " + String.join(", ", NAMES) + ".",
                                    "state")
                            .asException();
        };
    }
}
