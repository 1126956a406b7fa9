package dev.sluice.control.config;

import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.domain.Ids;
import dev.sluice.store.Database;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/// Makes changes: one transaction holds the change, its audit rows, the new configuration version
/// and the finished `Idempotency-Key`. The snapshot is rebuilt before the caller gets its answer.
public final class Changes {

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final LongConsumer published;
    private final VersionStore version = new VersionStore();

    /// Changes in one database.
    ///
    /// @param published gets the new version after a change of the configuration was committed
    public Changes(Database database, InstantSource clock, Ids ids, LongConsumer published) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.published = published;
    }

    /// A change of the configuration. Changes run one after the other over all replicas.
    public ManagementResponse configure(
            ManagementCall call, Function<Edit, ManagementResponse> work) {
        return run(call, work, true);
    }

    /// A change that no snapshot shows, such as a booking: audited, not counted as a new version.
    public ManagementResponse book(ManagementCall call, Function<Edit, ManagementResponse> work) {
        return run(call, work, false);
    }

    private ManagementResponse run(
            ManagementCall call, Function<Edit, ManagementResponse> work, boolean configuration) {
        AtomicLong changed = new AtomicLong();
        ManagementResponse response =
                database.inTransaction(sql -> {
                    if (configuration) {
                        version.lock(sql);
                    }
                    String organization =
                            call.organization() == null
                                    ? call.actor().organizationId()
                                    : call.organization();
                    Edit edit = Edit.asked(sql, ids, call, organization);
                    ManagementResponse answer = work.apply(edit);
                    if (configuration && edit.changed()) {
                        changed.set(version.bump(sql));
                    }
                    if (call.idempotency() != null) {
                        call.idempotency().finish(sql, answer);
                    }
                    return answer;
                });
        if (changed.get() > 0) {
            published.accept(changed.get());
        }
        return response;
    }

    /// A change that no call asked for: the process's own start.
    public void atStart(Consumer<Edit> work) {
        long changed =
                database.inTransaction(sql -> {
                    version.lock(sql);
                    Edit edit = Edit.applied(sql, ids, clock.instant());
                    work.accept(edit);
                    return edit.changed() ? version.bump(sql) : 0L;
                });
        if (changed > 0) {
            published.accept(changed);
        }
    }
}
