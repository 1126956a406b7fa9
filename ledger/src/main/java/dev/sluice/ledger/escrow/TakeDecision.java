package dev.sluice.ledger.escrow;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.escrow.EscrowStore.Answer;
import dev.sluice.ledger.escrow.EscrowStore.Ask;
import dev.sluice.ledger.escrow.EscrowStore.Own;
import dev.sluice.ledger.escrow.EscrowStore.Patience;
import dev.sluice.ledger.escrow.EscrowStore.TakeRequest;
import dev.sluice.ledger.window.HoldArithmetic;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.HoldArithmetic.Decision;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who gets what of windows whose rows are locked. Pure: the store reads rows, runs this, writes
/// [Row#granted] and [Row#recall].
///
/// The invariant is here: what is granted is at most limit − spent − escrowed, for every window.
public final class TakeDecision {

    /// Below this share of the limit a slice is one hold and no more.
    private static final int EXACT_BELOW_ONE_IN = 20;

    /// A window or account, locked.
    public static final class Row {
        private final BigDecimal spent;
        private final BigDecimal escrowed;
        private final Others others;
        private final @Nullable Limit remembered;
        private long granted;
        private boolean recall;

        /// @param spent for an account, minus its balance
        /// @param escrowed slices of all epochs, this one's included
        /// @param remembered the newest limit any request came with before, null for none
        public Row(
                BigDecimal spent, BigDecimal escrowed, Others others, @Nullable Limit remembered) {
            this.spent = spent;
            this.escrowed = escrowed;
            this.others = others;
            this.remembered = remembered;
        }

        /// Pieces this epoch's slice grows by.
        public long granted() {
            return granted;
        }

        /// Whether the slices of others are to be asked for.
        public boolean recall() {
            return recall;
        }
    }

    /// What other epochs have of a window.
    public enum Others {
        /// Nothing, or what they were asked for and could not give.
        NOTHING_TO_GIVE,
        /// Slices nobody asked for.
        HOLDING,
        /// Slices that were asked for and not answered.
        ASKED
    }

    private final Map<WindowKey, Row> rows;
    private final TakeRequest request;
    private final int liveReplicas;
    private final Map<WindowKey, Long> free = new HashMap<>();

    public TakeDecision(Map<WindowKey, Row> rows, TakeRequest request, int liveReplicas) {
        this.rows = rows;
        this.request = request;
        this.liveReplicas = Math.max(1, liveReplicas);
        request.own().forEach((key, own) -> free.put(key, own.free()));
    }

    /// Decides the asks in order, each against what the ones before it left, then enlarges slices.
    public List<Answer> decide() {
        List<Answer> answers = new ArrayList<>(request.asks().size());
        for (Ask ask : request.asks()) {
            answers.add(decide(ask));
        }
        request.own().forEach(this::enlarge);
        return answers;
    }

    /// Limits of windows that are newer than the remembered ones. Accounts remember none.
    public Map<WindowKey, Limit> toRemember() {
        Map<WindowKey, Limit> newer = new HashMap<>();
        request.own()
                .forEach((key, own) -> {
                    Limit remembered = row(key).remembered;
                    long before = remembered == null ? 0 : remembered.revision();
                    if (!key.isWallet() && own.limit().revision() > before) {
                        newer.put(key, own.limit());
                    }
                });
        return newer;
    }

    /// The newest limit of a window: this replica's, unless another came with a later one.
    private BigDecimal limit(WindowKey key) {
        Limit own = Objects.requireNonNull(request.own().get(key)).limit();
        Limit remembered = row(key).remembered;
        return (remembered == null ? own : own.orNewer(remembered)).amount();
    }

    /// Windows of which more is spent and escrowed, after this, than their limit allows.
    public Set<WindowKey> over() {
        Set<WindowKey> over = new HashSet<>();
        request.own()
                .keySet()
                .forEach(key -> {
                    if (headroom(key).signum() < 0) {
                        over.add(key);
                    }
                });
        return over;
    }

    private BigDecimal headroom(WindowKey key) {
        Row row = row(key);
        return limit(key)
                .subtract(row.spent)
                .subtract(row.escrowed)
                .subtract(Pieces.decimal(key.unit(), row.granted));
    }

    private Answer decide(Ask ask) {
        HoldRequest call = ask.request();
        WindowKey wallet = WindowKey.wallet(call.organizationId());
        Decision decision =
                HoldArithmetic.decide(
                        ask.claims().stream().map(this::underNewest).toList(),
                        claim -> balance(WindowKey.of(claim)),
                        call.wallet(),
                        call.wallet() == null ? Balance.EMPTY : balance(wallet),
                        call.outputTokensMin(),
                        ask.outputTokensMax());
        boolean whole =
                decision instanceof Decision.Fits(long output) && output == ask.outputTokensMax();
        if (!whole && mayStillGet(ask)) {
            return new Answer.Recalling();
        }
        return switch (decision) {
            case Decision.Refuses(HoldResult.Refused refused) -> new Answer.Decided(refused);
            case Decision.Fits(long output) -> new Answer.Decided(grant(ask, output));
        };
    }

    private Claim underNewest(Claim claim) {
        if (claim.rule().shadow()) {
            return claim;
        }
        BigDecimal limit = limit(WindowKey.of(claim));
        return limit.compareTo(claim.rule().limit()) == 0 ? claim : claim.withLimit(limit);
    }

    /// Nothing is refused or lowered while others may have what is missing.
    private boolean mayStillGet(Ask ask) {
        if (ask.patience() == Patience.NONE) {
            return false;
        }
        boolean waits = false;
        for (WindowKey key : keys(ask)) {
            Row row = row(key);
            if (row.others == Others.HOLDING && ask.patience() == Patience.RECALL) {
                row.recall = true;
                waits = true;
            }
            waits |= row.others == Others.ASKED;
        }
        return waits;
    }

    private HoldResult grant(Ask ask, long output) {
        Money largest = Money.ZERO;
        for (Claim claim : ask.claims()) {
            long amount = claim.amountAt(output);
            if (claim.rule().unit() == QuotaUnit.USD) {
                largest = largest.max(new Money(amount));
            }
            if (!claim.rule().shadow()) {
                use(WindowKey.of(claim), amount);
            }
        }
        HoldRequest.WalletClaim wallet = ask.request().wallet();
        if (wallet != null) {
            largest = new Money(wallet.amountAt(output));
            use(WindowKey.wallet(ask.request().organizationId()), largest.picos());
        }
        return new HoldResult.Held(output, largest);
    }

    private void use(WindowKey key, long amount) {
        long ready = free.getOrDefault(key, 0L);
        long fromFree = Math.min(ready, amount);
        free.put(key, ready - fromFree);
        Row row = row(key);
        row.granted = Math.addExact(row.granted, amount - fromFree);
    }

    private void enlarge(WindowKey key, Own own) {
        Row row = row(key);
        long missing = own.wish() - free.getOrDefault(key, 0L) - own.spare();
        if (missing <= 0 || row.recall || row.others == Others.ASKED) {
            return;
        }
        BigDecimal whole = key.isWallet() ? limit(key).subtract(row.spent) : limit(key);
        BigDecimal headroom = headroom(key);
        if (headroom.multiply(BigDecimal.valueOf(EXACT_BELOW_ONE_IN)).compareTo(whole) < 0) {
            return;
        }
        long share = Pieces.floor(key.unit(), headroom) / (2L * liveReplicas);
        row.granted = Math.addExact(row.granted, Math.max(0, Math.min(missing, share)));
    }

    /// What is used and what is in the way of this replica's next hold; what it has free is
    /// neither.
    private Balance balance(WindowKey key) {
        Row row = row(key);
        QuotaUnit unit = key.unit();
        Own own = request.own().get(key);
        BigDecimal unshipped = Pieces.decimal(unit, own == null ? 0 : own.unshipped());
        BigDecimal spare = Pieces.decimal(unit, own == null ? 0 : own.spare());
        BigDecimal held =
                row.escrowed
                        .add(Pieces.decimal(unit, row.granted))
                        .subtract(Pieces.decimal(unit, free.getOrDefault(key, 0L)))
                        .subtract(spare);
        // a request that was admitted is used: it never comes back
        return unit == QuotaUnit.REQUESTS
                ? new Balance(row.spent.add(held), BigDecimal.ZERO)
                : new Balance(row.spent.add(unshipped), held.subtract(unshipped));
    }

    private Row row(WindowKey key) {
        return Objects.requireNonNull(rows.get(key), () -> "not locked: " + key);
    }

    /// The most that an ask takes, of each window it can be short of.
    static Map<WindowKey, Long> needs(Ask ask) {
        Map<WindowKey, Long> needs = new LinkedHashMap<>();
        long output = ask.outputTokensMax();
        for (Claim claim : ask.claims()) {
            if (!claim.rule().shadow()) {
                long need = Pieces.bound(claim.base(), claim.perOutputToken(), output);
                needs.merge(WindowKey.of(claim), need, Slice::sum);
            }
        }
        HoldRequest.WalletClaim wallet = ask.request().wallet();
        if (wallet != null) {
            long need = Pieces.bound(wallet.base(), wallet.perOutputToken(), output);
            needs.put(WindowKey.wallet(ask.request().organizationId()), need);
        }
        return needs;
    }

    /// The windows an ask can be short of.
    static List<WindowKey> keys(Ask ask) {
        List<WindowKey> keys = new ArrayList<>(ask.claims().size() + 1);
        for (Claim claim : ask.claims()) {
            if (!claim.rule().shadow()) {
                keys.add(WindowKey.of(claim));
            }
        }
        if (ask.request().wallet() != null) {
            keys.add(WindowKey.wallet(ask.request().organizationId()));
        }
        return keys;
    }
}
