package dev.sluice.control.config;

import dev.sluice.control.access.Actor;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.domain.Ids;
import dev.sluice.store.Database;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// Makes changes: one transaction holds the change, its audit rows, the new configuration version
/// and the finished `Idempotency-Key`. The snapshot is rebuilt before the caller gets its answer.
public final class Changes {

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Runnable published;
    private final VersionStore version = new VersionStore();

    /// Changes in one database.
    ///
    /// @param published runs after a change of the configuration was committed
    public Changes(Database database, InstantSource clock, Ids ids, Runnable published) {
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
        AtomicBoolean changed = new AtomicBoolean();
        ManagementResponse response =
                database.inTransaction(sql -> {
                    if (configuration) {
                        version.lock(sql);
                    }
                    String organization =
                            call.organization() == null
                                    ? call.actor().organizationId()
                                    : call.organization();
                    Edit edit =
                            new Edit(
                                    sql,
                                    call.actor(),
                                    organization,
                                    call.now(),
                                    ids,
                                    false,
                                    call.request().remoteAddress(),
                                    call.requestId());
                    ManagementResponse answer = work.apply(edit);
                    if (configuration && edit.changed()) {
                        version.bump(sql);
                        changed.set(true);
                    }
                    if (call.idempotency() != null) {
                        call.idempotency().finish(sql, answer);
                    }
                    return answer;
                });
        if (changed.get()) {
            published.run();
        }
        return response;
    }

    /// A change that no call asked for: the process's own start.
    public void atStart(Function<Edit, Boolean> work) {
        boolean changed =
                database.inTransaction(sql -> {
                    version.lock(sql);
                    Edit edit =
                            new Edit(sql, Actor.FILE, null, clock.instant(), ids, true, null, null);
                    boolean any = work.apply(edit);
                    if (any) {
                        version.bump(sql);
                    }
                    return any;
                });
        if (changed) {
            published.run();
        }
    }
}
