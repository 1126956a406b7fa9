package dev.sluice.gateway;

import dev.sluice.domain.Claim;
import dev.sluice.domain.Headroom;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.call.CallRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A money authority in memory: one balance, every call remembered. Answers on a thread of its own,
/// as the real one does.
final class MemoryLedger implements Ledger {

    private final Map<String, Money> open = new HashMap<>();
    private final List<CallRecord> settled = new ArrayList<>();
    private final List<CallRecord> refused = new ArrayList<>();
    private volatile Duration delay = Duration.ZERO;
    private volatile List<Headroom> headroom = List.of();
    private final AtomicReference<@Nullable Supplier<HoldResult>> scripted =
            new AtomicReference<>();
    private final AtomicReference<@Nullable Runnable> onProgress = new AtomicReference<>();
    private Money balance = new Money(1_000L * 1_000_000_000_000L);

    synchronized void balance(String dollars) {
        balance = Money.exactly(new BigDecimal(dollars));
    }

    @Override
    public void hold(HoldRequest request, CallOrigin origin, Consumer<HoldResult> answer) {
        Supplier<HoldResult> told = scripted.getAndSet(null);
        HoldResult result = told == null ? decide(request) : told.get();
        Duration wait = delay;
        Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(wait.toNanos());
            answer.accept(result);
        });
    }

    /// What the next hold comes to: no grant, which would have to be kept.
    void answerOnce(Supplier<HoldResult> answer) {
        scripted.set(answer);
    }

    @Override
    public void extend(HoldRequest more, Consumer<HoldResult> answer) {
        HoldResult result;
        synchronized (this) {
            Money first = open.get(more.requestId());
            result =
                    first == null ? new HoldResult.Unavailable("the call has ended") : decide(more);
            if (first != null && result instanceof HoldResult.Held(long _, Money amount)) {
                open.put(more.requestId(), first.plus(amount));
            } else if (first != null) {
                open.put(more.requestId(), first);
            }
        }
        Thread.startVirtualThread(() -> answer.accept(result));
    }

    @Override
    public List<Headroom> headroom(List<Claim> claims) {
        return headroom;
    }

    void headroom(Headroom... windows) {
        headroom = List.of(windows);
    }

    /// How long every hold to come takes.
    void delay(Duration of) {
        delay = of;
    }

    private synchronized HoldResult decide(HoldRequest request) {
        var wallet = Objects.requireNonNull(request.wallet());
        Money held = open.values().stream().reduce(Money.ZERO, Money::plus);
        Money available = balance.minus(held);
        for (long tokens = request.outputTokensMax();
                tokens >= request.outputTokensMin();
                tokens = tokens > request.outputTokensMin() ? request.outputTokensMin() : -1) {
            Money amount = new Money(wallet.amountAt(tokens));
            if (amount.compareTo(available) <= 0) {
                open.put(request.requestId(), amount);
                return new HoldResult.Held(tokens, amount);
            }
        }
        return new HoldResult.Refused(
                null,
                balance.toDecimal(),
                BigDecimal.ZERO,
                held.toDecimal(),
                new Money(wallet.amountAt(request.outputTokensMin())).toDecimal());
    }

    @Override
    public void attempting(CallRecord ifRelayed, Consumer<Boolean> written) {
        Thread.startVirtualThread(() -> written.accept(true));
    }

    @Override
    public void relaying(String requestId, Consumer<Boolean> answer) {
        Thread.startVirtualThread(() -> answer.accept(true));
    }

    @Override
    public void progress(CallRecord soFar) {
        Runnable told = onProgress.getAndSet(null);
        if (told != null) {
            told.run();
        }
    }

    /// What the next note of progress runs into.
    void onceOnProgress(Runnable what) {
        onProgress.set(what);
    }

    @Override
    public void settle(CallRecord call, Runnable durable) {
        synchronized (this) {
            if (open.remove(call.requestId()) == null) {
                throw new IllegalStateException("settled without a hold: " + call.requestId());
            }
            settled.add(call);
            notifyAll();
        }
        Thread.startVirtualThread(durable);
    }

    @Override
    public synchronized void refused(CallRecord call) {
        refused.add(call);
        notifyAll();
    }

    synchronized int openHolds() {
        return open.size();
    }

    synchronized List<CallRecord> settled() {
        return List.copyOf(settled);
    }

    synchronized List<CallRecord> refusals() {
        return List.copyOf(refused);
    }

    CallRecord awaitSettled(Predicate<CallRecord> which) throws InterruptedException {
        return await(settled, which);
    }

    CallRecord awaitRefused(Predicate<CallRecord> which) throws InterruptedException {
        return await(refused, which);
    }

    private synchronized CallRecord await(List<CallRecord> from, Predicate<CallRecord> which)
            throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            for (CallRecord call : from) {
                if (which.test(call)) {
                    return call;
                }
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("no such call among " + from);
            }
            wait(left);
        }
    }
}
