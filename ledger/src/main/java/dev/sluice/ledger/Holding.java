package dev.sluice.ledger;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.HoldStore.Ask;
import dev.sluice.ledger.RateWindows.Answer;
import dev.sluice.ledger.RateWindows.Taken;
import dev.sluice.store.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The half of [PostgresLedger] that grants holds: rate windows in memory first, then the rest in
/// one transaction with whoever else waits.
final class Holding {

    private static final Logger LOG = LoggerFactory.getLogger(Holding.class);

    private record Waiting(
            Ask ask, List<Claim> rateClaims, Taken taken, CompletableFuture<HoldResult> answer) {}

    private final HoldStore store;
    private final RateWindows rates;
    private final LedgerSettings settings;
    private final BiConsumer<String, String> release;
    private final Committer<Waiting> committer;
    private final AtomicInteger openCalls = new AtomicInteger();

    // calls that were granted and not settled yet, with what they took of rate windows
    private final ConcurrentHashMap<String, Taken> open = new ConcurrentHashMap<>();

    // those of them whose settlement is on its way
    private final Set<String> closing = ConcurrentHashMap.newKeySet();

    /// @param release told the request and organization of a hold that may exist and that nobody
    ///     waits for any more
    Holding(
            HoldStore store,
            RateWindows rates,
            LedgerSettings settings,
            BiConsumer<String, String> release) {
        this.store = store;
        this.rates = rates;
        this.settings = settings;
        this.release = release;
        this.committer =
                new Committer<>(
                        "ledger-hold", settings.holdWaiters(), settings.batch(), this::commit);
    }

    void start() {
        committer.start();
    }

    boolean close(java.time.Duration limit) {
        return committer.close(limit);
    }

    void hold(HoldRequest request, CallOrigin origin, Consumer<HoldResult> answer) {
        if (openCalls.incrementAndGet() > settings.openCalls()) {
            openCalls.decrementAndGet();
            answer.accept(
                    new HoldResult.Unavailable("limits.open_calls are between hold and books"));
            return;
        }
        List<Claim> rateClaims = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        for (Claim claim : request.claims()) {
            (claim.rule().isRate() ? rateClaims : claims).add(claim);
        }
        switch (rates.take(request, rateClaims)) {
            case Answer.Refuses(HoldResult.Refused refused) -> {
                openCalls.decrementAndGet();
                answer.accept(refused);
            }
            case Answer.Full() -> {
                openCalls.decrementAndGet();
                answer.accept(new HoldResult.Unavailable("limits.rate_windows are in use"));
            }
            case Answer.Granted(Taken taken, long output) ->
                    enqueue(new Ask(request, origin, claims, output), rateClaims, taken, answer);
        }
    }

    private void enqueue(
            Ask ask, List<Claim> rateClaims, Taken taken, Consumer<HoldResult> answer) {
        CompletableFuture<HoldResult> result = new CompletableFuture<>();
        Waiting waiting = new Waiting(ask, rateClaims, taken, result);
        // whoever completes the answer first decides; the loser cleans up what it did
        var unused =
                result.completeOnTimeout(
                                new HoldResult.Unavailable("no answer within the bounded wait"),
                                settings.holdWait().toMillis(),
                                TimeUnit.MILLISECONDS)
                        .thenAccept(answered -> {
                            if (!(answered instanceof HoldResult.Held)) {
                                rates.giveBack(taken);
                                openCalls.decrementAndGet();
                            }
                            answer.accept(answered);
                        })
                        .exceptionally(Holding::calleeFailed);
        if (!committer.offer(waiting)) {
            result.complete(new HoldResult.Unavailable("limits.hold_waiters are waiting"));
        }
    }

    private static @Nullable Void calleeFailed(Throwable failure) {
        LOG.error("The receiver of a hold's answer failed", failure);
        return null;
    }

    private void commit(List<Waiting> batch) {
        List<Waiting> live = batch.stream().filter(w -> !w.answer().isDone()).toList();
        if (live.isEmpty()) {
            return;
        }
        try {
            List<HoldResult> results = store.hold(live.stream().map(Waiting::ask).toList());
            for (int i = 0; i < live.size(); i++) {
                answer(live.get(i), results.get(i));
            }
        } catch (RuntimeException e) {
            if (live.size() > 1 && !isUnavailable(e)) {
                store.forgetKnown();
                live.forEach(waiting -> commit(List.of(waiting)));
            } else {
                live.forEach(waiting -> failed(waiting, e));
            }
        }
    }

    private void answer(Waiting waiting, HoldResult result) {
        HoldRequest request = waiting.ask().request();
        if (!(result instanceof HoldResult.Held held)) {
            waiting.answer().complete(result);
            return;
        }
        open.put(request.requestId(), waiting.taken());
        if (!waiting.answer().complete(result)) {
            open.remove(request.requestId());
            release.accept(request.requestId(), request.organizationId());
        } else if (held.outputTokens() < waiting.ask().outputTokensMax()) {
            open.computeIfPresent(
                    request.requestId(),
                    (id, all) ->
                            closing.contains(id)
                                    ? all
                                    : rates.lower(all, waiting.rateClaims(), held.outputTokens()));
        }
    }

    // the commit may have happened although its answer was lost: the release finds out
    private void failed(Waiting waiting, RuntimeException e) {
        HoldRequest request = waiting.ask().request();
        if (e instanceof DatabaseException problem && problem.isUniqueViolation()) {
            HoldResult before = store.existing(request.requestId());
            if (before != null) {
                if (waiting.answer().complete(before)) {
                    rates.giveBack(waiting.taken());
                    openCalls.decrementAndGet();
                }
                return;
            }
        }
        LOG.warn("No hold for {}: {}", request.requestId(), e.toString());
        waiting.answer().complete(new HoldResult.Unavailable("the money authority failed"));
        release.accept(request.requestId(), request.organizationId());
    }

    private static boolean isUnavailable(RuntimeException e) {
        return e instanceof DatabaseException problem && problem.isUnavailable();
    }

    /// The call's books are about to be closed: settles what it took of rate windows, once.
    ///
    /// @return false when this replica has no such open call
    boolean closing(CallRecord call) {
        Taken taken = open.get(call.requestId());
        if (taken == null || !closing.add(call.requestId())) {
            return false;
        }
        rates.settle(taken, call.usage());
        return true;
    }

    /// The call cannot be lost any more: it makes room for another one.
    void closed(String requestId) {
        if (closing.remove(requestId)) {
            open.remove(requestId);
            openCalls.decrementAndGet();
        }
    }

    Set<String> open() {
        return Set.copyOf(open.keySet());
    }

    int openCalls() {
        return openCalls.get();
    }

    int waiting() {
        return committer.waiting();
    }
}
