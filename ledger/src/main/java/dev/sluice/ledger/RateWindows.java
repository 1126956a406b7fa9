package dev.sluice.ledger;

import dev.sluice.domain.Claim;
import dev.sluice.domain.Headroom;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.HoldArithmetic;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.HoldArithmetic.Decision;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Windows shorter than an hour in every unit but money: kept in this process alone, with the same
/// arithmetic as those in PostgreSQL. One lock guards the arithmetic of a call over all its
/// windows.
public final class RateWindows {

    /// What a call took; given back or settled once.
    public record Taken(List<HeldWindow> windows) {
        static final Taken NOTHING = new Taken(List.of());

        Taken plus(Taken more) {
            return new Taken(HeldWindow.join(windows, more.windows));
        }
    }

    public sealed interface Answer {
        record Granted(Taken taken, long outputTokens) implements Answer {}

        record Refuses(dev.sluice.domain.HoldResult.Refused refused) implements Answer {}

        /// No room for another window instance.
        record Full() implements Answer {}
    }

    private static final class Counter {
        Balance balance = Balance.EMPTY;
        final @Nullable Instant end;

        Counter(@Nullable Instant end) {
            this.end = end;
        }
    }

    private final int mostWindows;
    private final Map<WindowKey, Counter> counters = new HashMap<>();

    RateWindows(int mostWindows) {
        this.mostWindows = mostWindows;
    }

    public synchronized Answer take(HoldRequest request, List<Claim> claims) {
        if (claims.isEmpty()) {
            return new Answer.Granted(Taken.NOTHING, request.outputTokensMax());
        }
        if (counters.size() + claims.size() > mostWindows) {
            dropEnded(request.admittedAt());
            if (counters.size() + claims.size() > mostWindows) {
                return new Answer.Full();
            }
        }
        Decision decision =
                HoldArithmetic.decide(
                        claims,
                        claim -> balance(WindowKey.of(claim)),
                        null,
                        Balance.EMPTY,
                        request.outputTokensMin(),
                        request.outputTokensMax());
        return switch (decision) {
            case Decision.Refuses(var refused) -> new Answer.Refuses(refused);
            case Decision.Fits(long output) -> {
                List<HeldWindow> windows = new ArrayList<>(claims.size());
                for (Claim claim : claims) {
                    HeldWindow window = HeldWindow.of(claim, output);
                    windows.add(window);
                    counters.computeIfAbsent(window.key(), _ -> new Counter(window.end()));
                    change(window.key(), window.counted(), window.held());
                }
                yield new Answer.Granted(new Taken(windows), output);
            }
        };
    }

    /// PostgreSQL granted less output than was taken here: gives back the difference.
    ///
    /// @return what is still taken
    synchronized Taken lower(Taken taken, List<Claim> claims, long outputTokens) {
        List<HeldWindow> windows = new ArrayList<>(claims.size());
        for (int i = 0; i < claims.size(); i++) {
            HeldWindow less = HeldWindow.of(claims.get(i), outputTokens);
            windows.add(less);
            change(
                    less.key(),
                    BigDecimal.ZERO,
                    less.held().subtract(taken.windows().get(i).held()));
        }
        return new Taken(windows);
    }

    /// The call was refused elsewhere: it counts nowhere.
    public synchronized void giveBack(Taken taken) {
        for (HeldWindow window : taken.windows()) {
            change(window.key(), window.counted().negate(), window.held().negate());
        }
    }

    /// The call ended: what it used stays counted, also beyond what it took.
    synchronized void settle(Taken taken, Usage usage) {
        for (HeldWindow window : taken.windows()) {
            QuotaUnit unit = window.key().unit();
            change(
                    window.key(),
                    Settlement.actual(unit, Money.ZERO, usage),
                    window.held().negate());
        }
    }

    /// What is left of the windows that are kept here.
    synchronized List<Headroom> headroom(List<Claim> claims) {
        List<Headroom> headroom = new ArrayList<>();
        for (Claim claim : claims) {
            if (claim.rule().isRate() && !claim.rule().shadow()) {
                Balance balance = balance(WindowKey.of(claim));
                BigDecimal left =
                        claim.rule().limit().subtract(balance.used()).subtract(balance.held());
                headroom.add(
                        new Headroom(
                                claim.rule().unit(),
                                claim.rule().limit(),
                                left.max(BigDecimal.ZERO),
                                claim.window().end()));
            }
        }
        return headroom;
    }

    public synchronized Balance balance(WindowKey key) {
        Counter counter = counters.get(key);
        return counter == null ? Balance.EMPTY : counter.balance;
    }

    /// Ended windows are forgotten; calls that still hold something of them release nothing.
    synchronized void dropEnded(Instant now) {
        counters.values().removeIf(counter -> counter.end != null && !now.isBefore(counter.end));
    }

    synchronized int size() {
        return counters.size();
    }

    private void change(WindowKey key, BigDecimal used, BigDecimal held) {
        Counter counter = counters.get(key);
        if (counter != null) {
            Balance old = counter.balance;
            counter.balance = new Balance(old.used().add(used), old.held().add(held));
        }
    }
}
