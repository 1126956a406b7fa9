package dev.sluice.gateway.calls;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Headroom;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.gateway.callers.Authenticator;
import dev.sluice.gateway.callers.CallHeaders;
import dev.sluice.gateway.callers.ClientSecret;
import dev.sluice.gateway.http.Refusals;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.Decision;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.Dialect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The stages before a provider: authenticate, decide, hold. The one throat: no exchange reaches a
/// provider but through [#hold], and what it grants is closed by [Closing] alone.
public final class Admission {

    /// A replica whose configuration is older than this refuses every call. It is the
    /// lease: others count on a lower limit being in force on every replica once a lease is over,
    /// so none may then decide by the limits of before.
    private static final Duration STALE_AFTER = Escrow.LEASE;

    private final SnapshotSource snapshots;
    private final Authenticator authenticator;
    private final Policy policy;
    private final Ledger ledger;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;

    public Admission(
            SnapshotSource snapshots,
            Authenticator authenticator,
            Policy policy,
            Ledger ledger,
            RandomGenerator random,
            LongSupplier nanoTime) {
        this.snapshots = snapshots;
        this.authenticator = authenticator;
        this.policy = policy;
        this.ledger = ledger;
        this.random = random;
        this.nanoTime = nanoTime;
    }

    /// Sets the caller, or throws a fault. Needs the headers alone, so that a stranger's body is
    /// never kept.
    public void authenticate(Exchange exchange) {
        checkAge();
        called(
                exchange,
                authenticator.authenticate(
                        exchange.request, exchange.snapshot, exchange.arrivedAt));
    }

    /// The same for those who have a key themselves.
    ///
    /// @return its digest
    public String authenticateOwner(Exchange exchange) {
        checkAge();
        Authenticator.Caller caller =
                authenticator.caller(exchange.request, exchange.snapshot, exchange.arrivedAt);
        String digest = caller.digest();
        if (digest == null) {
            throw Fault.of(FaultCode.INVALID_API_KEY, "Ask for client secrets with a key.")
                    .asException();
        }
        called(exchange, caller.key());
        return digest;
    }

    /// The same for a session, which may have been opened with a client secret: what that was made
    /// with goes before what the client says of its calls.
    ///
    /// @param opened when the session was asked for
    /// @return the secret; null for none
    public @Nullable ClientSecret authenticateSession(Exchange exchange, Instant opened) {
        checkAge();
        Authenticator.Caller caller =
                authenticator.authenticateSession(
                        exchange.request, exchange.snapshot, exchange.arrivedAt, opened);
        ClientSecret secret = caller.secret();
        if (secret != null && !secret.headers().isEmpty()) {
            exchange.readsFirst(secret.headers());
        }
        called(exchange, caller.key());
        return secret;
    }

    private void checkAge() {
        if (snapshots.age().compareTo(STALE_AFTER) > 0) {
            throw Fault.of(
                            FaultCode.ESCROW_UNAVAILABLE,
                            "This replica has not reached its database for "
                                    + STALE_AFTER.toSeconds()
                                    + " s and cannot tell which keys are still good.")
                    .withRetryAfter(Duration.ofSeconds(5))
                    .asException();
        }
    }

    private static void called(Exchange exchange, KeyEntry key) {
        // Until the body is known; a refusal of the body is already put down to its key.
        exchange.authenticated(key, CallHeaders.read(exchange.headers(), key, null).attribution());
    }

    /// Sets the plan, or throws the fault that refuses the call.
    public void decide(Exchange exchange, CallFacts facts) {
        KeyEntry key = exchange.key();
        CallHeaders headers = CallHeaders.read(exchange.headers(), key, facts.endUser());
        exchange.asks(facts, headers.attribution());
        Decision decision =
                policy.decide(
                        key,
                        headers.attribution(),
                        facts,
                        headers.strict(),
                        exchange.snapshot,
                        exchange.arrivedAt,
                        random);
        exchange.note(decision.notes());
        switch (decision) {
            case Decision.Refused refused -> throw refused.fault().asException();
            case Decision.Allowed allowed -> exchange.planned(allowed.plan());
        }
    }

    /// Asks for the money; the answer comes on the exchange's event loop. A granted hold is on the
    /// exchange before `granted` runs, also when the client has left meanwhile.
    public void hold(Exchange exchange, Runnable granted, Consumer<Fault> refused) {
        exchange.holding();
        HoldRequest request = request(exchange, exchange.plan());
        Consumer<HoldResult> answer =
                result ->
                        exchange.context.runOnContext(
                                _ -> answered(exchange, result, granted, refused));
        JobCall job = exchange.job();
        if (job == null) {
            ledger.hold(request, origin(exchange), answer);
        } else {
            job.hold(request, answer, refused);
        }
    }

    /// Asks for more money for a call that holds some and goes on; the answer comes on its event
    /// loop. What is granted is part of the exchange's hold before `granted` runs.
    ///
    /// @param more what is asked for in addition, as [CallPlan#further] has it
    public void extend(
            Exchange exchange, CallPlan more, Runnable granted, Consumer<Fault> refused) {
        ledger.extend(
                request(exchange, more),
                result ->
                        exchange.context.runOnContext(_ -> {
                            if (result instanceof HoldResult.Held(long tokens, Money amount)) {
                                exchange.grantedMore(tokens, amount);
                                granted.run();
                            } else {
                                refused.accept(refusal(exchange, result));
                            }
                        }));
    }

    private static HoldRequest request(Exchange exchange, CallPlan plan) {
        return new HoldRequest(
                exchange.requestId,
                exchange.snapshot.organization(exchange.key().organizationId()).id(),
                plan.claims(),
                plan.wallet(),
                plan.outputTokensMin(),
                plan.outputTokensMax(),
                exchange.arrivedAt);
    }

    private void answered(
            Exchange exchange, HoldResult result, Runnable granted, Consumer<Fault> refused) {
        exchange.holdAnswered(nanoTime.getAsLong());
        tellHeadroom(exchange);
        if (result instanceof HoldResult.Held held) {
            exchange.granted(held);
            granted.run();
        } else {
            refused.accept(refusal(exchange, result));
        }
    }

    private Fault refusal(Exchange exchange, HoldResult result) {
        return switch (result) {
            case HoldResult.Held held ->
                    throw new IllegalStateException("granted, not refused: " + held);
            case HoldResult.Refused short_ -> Refusals.of(short_, now(exchange));
            case HoldResult.Unavailable unavailable -> Refusals.of(unavailable);
        };
    }

    private void tellHeadroom(Exchange exchange) {
        if (!exchange.response.headWritten()) {
            List<Headroom> headroom = ledger.headroom(exchange.plan().claims());
            Map<String, String> headers =
                    Dialect.ofPath(exchange.endpoint.path()) == Dialect.ANTHROPIC
                            ? RateHeaders.anthropic(headroom)
                            : RateHeaders.of(headroom, now(exchange));
            headers.forEach(exchange.response::putHeader);
        }
    }

    private Instant now(Exchange exchange) {
        return exchange.instantAt(nanoTime.getAsLong());
    }

    private static CallOrigin origin(Exchange exchange) {
        CallFacts facts = exchange.facts();
        return new CallOrigin(
                exchange.attribution(), exchange.endpoint.family(), facts.stream(), facts.model());
    }

    /// What a call's answer says about the money it took, before its cost is known.
    static Map<String, String> holdHeaders(Exchange exchange) {
        HoldResult.Held held = exchange.held();
        CallPlan plan = exchange.plan();
        String hold = held.amount().toString();
        return held.outputTokens() < plan.outputTokensMax()
                ? Map.of(
                        "x-sluice-hold-usd",
                        hold,
                        "x-sluice-max-output",
                        Long.toString(held.outputTokens() / plan.choices()))
                : Map.of("x-sluice-hold-usd", hold);
    }
}
