package dev.sluice.control.usage;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.CursorPage;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.CallTail;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.store.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// `GET /admin/v1/requests`, one of them, and their live tail.
public final class RequestRoutes {

    /// Each reader of the tail asks the database twice a second.
    private static final int MOST_FOLLOWERS = 50;

    private static final Access ACCESS = Access.anyOrOwn(Right.USAGE_VIEW);

    private final Database database;
    private final Calls calls;
    private final Pace pace;
    private final Authenticator authenticator;
    private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);

    public RequestRoutes(Database database, Calls calls, Pace pace, Authenticator authenticator) {
        this.authenticator = authenticator;
        this.database = database;
        this.calls = calls;
        this.pace = pace;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/requests",
                ACCESS,
                RequestFilter.documented(
                                RouteDoc.of("usage", "Every call, running and ended, newest first"))
                        .listOf(RequestJson.SHAPE)
                        .answersType("text/event-stream"),
                this::list);
        router.add(
                "GET",
                "/admin/v1/requests/{id}",
                ACCESS,
                RouteDoc.of("usage", "One call").answers(200, RequestJson.SHAPE),
                this::get);
    }

    private ManagementResponse list(ManagementCall call) {
        Calls.Filter filter = RequestFilter.of(call, database);
        String organization = organization(call);
        if (call.flag("follow")) {
            return follow(call, organization, filter);
        }
        return CursorPage.answer(
                calls.list(
                        organization,
                        filter,
                        CursorPage.cursor(call.request()),
                        CursorPage.limit(call.request())),
                RequestJson::of);
    }

    /// Null for calls with an unknown key, which belong to the installation.
    private static @Nullable String organization(ManagementCall call) {
        if (!call.flag("unattributed")) {
            return call.organizationId();
        }
        if (!call.actor().isInstallation()) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "Calls with an unknown key belong to the installation.")
                    .asException();
        }
        return null;
    }

    private ManagementResponse get(ManagementCall call) {
        String id = call.parameter("id");
        Optional<StoredCall> found = calls.get(call.organizationId(), id);
        if (found.isEmpty() && call.actor().isInstallation()) {
            // calls with an unknown key belong to the installation
            found = calls.get(null, id);
        }
        return found.filter(stored -> visible(stored, call))
                .map(stored -> ManagementResponse.ok(RequestJson.of(stored)))
                .orElseThrow(() ->
                        Fault.of(FaultCode.NOT_FOUND, "There is no request '" + id + "'.")
                                .asException());
    }

    private static boolean visible(StoredCall stored, ManagementCall call) {
        if (!call.actor().onlyOwn(Right.USAGE_VIEW)) {
            return true;
        }
        Attribution who = stored.attribution();
        @Nullable String owner = who == null ? null : who.owner();
        return owner != null && owner.equals(call.actor().owner());
    }

    private ManagementResponse follow(
            ManagementCall call, @Nullable String organizationId, Calls.Filter filter) {
        if (followers.availablePermits() == 0) {
            throw Fault.of(
                            FaultCode.OVERLOADED,
                            "More than " + MOST_FOLLOWERS + " readers follow calls already.")
                    .withRetryAfter(Duration.ofSeconds(10))
                    .asException();
        }
        // made before the answer begins: calls that end from now on are shown
        CallTail tail = new CallTail(calls, organizationId, filter);
        BooleanSupplier allowed =
                () -> authenticator.isStillAllowed(call.request(), call.actor(), ACCESS);
        return ManagementResponse.streaming("text/event-stream", out -> write(tail, allowed, out))
                .withHeader("cache-control", "no-store");
    }

    private void write(CallTail tail, BooleanSupplier allowed, OutputStream out)
            throws IOException {
        if (!followers.tryAcquire()) {
            return;
        }
        try {
            new RequestTail(tail, pace, allowed).writeTo(out);
        } finally {
            followers.release();
        }
    }
}
