package dev.sluice.ledger.window;

import dev.sluice.domain.Claim;
import dev.sluice.domain.QuotaUnit;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one call holds of one window, kept with the hold so that its release is exact.
///
/// @param limit the rule's limit when the call was admitted
/// @param counted what was spent at admission and is never given back to a call that ran
///     (`requests`)
/// @param held what is spent or released at settlement
public record HeldWindow(
        WindowKey key,
        @Nullable Instant end,
        BigDecimal limit,
        boolean shadow,
        BigDecimal counted,
        BigDecimal held) {

    public static HeldWindow of(Claim claim, long outputTokens) {
        QuotaUnit unit = claim.rule().unit();
        BigDecimal amount =
                Pieces.decimal(
                        unit, Pieces.bound(claim.base(), claim.perOutputToken(), outputTokens));
        boolean atOnce = unit == QuotaUnit.REQUESTS;
        return new HeldWindow(
                WindowKey.of(claim),
                claim.window().end(),
                claim.rule().limit(),
                claim.rule().shadow(),
                atOnce ? amount : BigDecimal.ZERO,
                atOnce ? BigDecimal.ZERO : amount);
    }

    /// Both of one window, for a call that holds more than at first.
    public HeldWindow plus(HeldWindow more) {
        return new HeldWindow(
                key, end, limit, shadow, counted.add(more.counted), held.add(more.held));
    }

    /// The same with others that came later, each window once.
    public static List<HeldWindow> join(List<HeldWindow> windows, List<HeldWindow> more) {
        Map<WindowKey, HeldWindow> joined = new LinkedHashMap<>();
        windows.forEach(window -> joined.put(window.key(), window));
        more.forEach(window -> joined.merge(window.key(), window, HeldWindow::plus));
        return List.copyOf(joined.values());
    }

    HeldWindow unheld() {
        return new HeldWindow(key, end, limit, shadow, BigDecimal.ZERO, BigDecimal.ZERO);
    }

    HeldWindow atMost(BigDecimal left) {
        return held.compareTo(left) <= 0
                ? this
                : new HeldWindow(key, end, limit, shadow, counted, left);
    }

    HeldWindow under(@Nullable BigDecimal newest) {
        return newest == null || newest.compareTo(limit) >= 0
                ? this
                : new HeldWindow(key, end, newest, shadow, counted, held);
    }

    /// All that is taken of the window, as whole numbers.
    public long pieces() {
        return Pieces.floor(key.unit(), counted.add(held));
    }
}
