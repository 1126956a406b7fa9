package dev.sluice.app.probes;

import dev.sluice.control.availability.Findings;
import dev.sluice.control.availability.ProbeCalendarStore;
import dev.sluice.control.availability.ProbeCalendarStore.Spot;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.Money;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.DataPlane;
import dev.sluice.gateway.batches.OwnCalls;
import dev.sluice.gateway.callers.Passes;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.policy.Decision;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks models whether they work, on a calendar that all replicas share. One replica at a time has
/// the turn. A probe is a call like any other, but for its price rule: nobody is charged, what the
/// provider is owed is the operator's.
public final class ScheduledProbes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledProbes.class);
    private static final Duration LOOK = Duration.ofSeconds(15);
    private static final Duration LOG_LOOK = Duration.ofMillis(250);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    /// The share of an interval by which a probe may be late, so that not all come at once.
    private static final int JITTER = 10;

    private static final String KEY = "probes";
    private static final String OWNER = "service:sluice";
    private static final String ENVIRONMENT = "development";
    private static final String TRAFFIC = "test";
    private static final String CHECK = "text";

    private final Parts parts;
    private final String life;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("probe-", 0).factory());
    private final Semaphore slots;
    private final Semaphore woken = new Semaphore(0);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable LocalDate spentUp;

    /// What they are made of.
    ///
    /// @param life names this life of this replica
    public record Parts(
            ProbeCalendarStore calendar,
            SnapshotSource snapshots,
            Policy policy,
            Findings findings,
            Calls calls,
            Passes passes,
            OwnCalls listener,
            RandomGenerator random,
            InstantSource clock,
            ProbeSettings settings,
            ProbeLimits limits,
            String life) {}

    public ScheduledProbes(Parts parts) {
        this.parts = parts;
        this.life = parts.life;
        this.slots = new Semaphore(parts.limits.probesAtOnce());
    }

    /// Begins to look at the calendar; the listener has to be there.
    public ScheduledProbes start() {
        threads.execute(() -> {
            try {
                while (stopping.getCount() > 0) {
                    look();
                    if (woken.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                        woken.drainPermits();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return this;
    }

    private void look() {
        try {
            lookOnce();
        } catch (RuntimeException e) {
            LOG.warn("what is to be probed was not looked for; it is repeated", e);
        }
    }

    /// Begins the probes that are due, as many as may run; the server does so by itself, too.
    ///
    /// @return how many it began
    public synchronized int lookOnce() {
        Map<String, Duration> own = parts.calendar.ownIntervals();
        Duration usual = parts.settings.every();
        if (usual == null && own.values().stream().allMatch(Duration::isZero)) {
            return 0;
        }
        if (!parts.calendar.takeTurn(life, parts.limits.probeTurn())) {
            return 0;
        }
        Instant now = parts.clock.instant();
        Map<Spot, ProbePlace> places =
                ProbePlace.all(parts.snapshots.current(), id -> own.getOrDefault(id, usual), now);
        List<ProbePlace> due = due(places, now);
        int begun = 0;
        for (ProbePlace place : due) {
            if (stopping.getCount() == 0 || !slots.tryAcquire()) {
                break;
            }
            if (begin(place, now)) {
                begun++;
            } else {
                slots.release();
            }
        }
        return begun;
    }

    private List<ProbePlace> due(Map<Spot, ProbePlace> places, Instant now) {
        Map<Spot, Instant> first = new HashMap<>();
        Map<Spot, Instant> latest = new HashMap<>();
        places.forEach((spot, place) -> {
            first.put(spot, now.plus(jitter(place)));
            latest.put(spot, now.plus(place.every()).plus(place.every().dividedBy(JITTER)));
        });
        return parts.calendar.agree(first, latest).entrySet().stream()
                .filter(each -> !each.getValue().isAfter(now))
                .sorted(Map.Entry.comparingByValue())
                .map(each -> Objects.requireNonNull(places.get(each.getKey())))
                .toList();
    }

    private Duration jitter(ProbePlace place) {
        return Duration.ofMillis(parts.random.nextLong(place.every().toMillis() / JITTER));
    }

    /// Whether a probe runs now; it then has the slot.
    private boolean begin(ProbePlace place, Instant now) {
        ProbeAsk ask =
                ProbeAsk.of(place.spot().family(), place.model(), parts.limits.probeTokens());
        Instant next = now.plus(place.every()).plus(jitter(place));
        Optional<Money> most = worstCase(place, ask, now);
        if (most.isEmpty()) {
            parts.calendar.postpone(place.spot(), next);
            return false;
        }
        BigDecimal aside = most.get().toDecimal();
        LocalDate day = parts.calendar.today();
        if (!parts.calendar.setAside(place.spot(), next, aside, parts.settings.usdPerDay())) {
            tellSpentUp(day);
            return false;
        }
        threads.execute(() -> {
            try {
                parts.calendar.paid(day, aside, probed(place, ask));
            } catch (RuntimeException e) {
                LOG.warn("the probe of {} ended badly", place, e);
            } finally {
                slots.release();
                woken.release();
            }
        });
        return true;
    }

    /// What it costs at the provider, at most; empty when it would not be sent to one.
    private Optional<Money> worstCase(ProbePlace place, ProbeAsk ask, Instant now) {
        KeyEntry key = key(place, BigDecimal.ONE);
        Snapshot snapshot = parts.snapshots.current();
        try {
            return parts.policy.decide(
                                    key,
                                    attribution(key),
                                    DataPlane.decodeFacts(ask.path(), ask.body()),
                                    false,
                                    snapshot,
                                    now,
                                    parts.random)
                            instanceof Decision.Allowed allowed
                    ? Optional.of(allowed.plan().worstCase())
                    : Optional.empty();
        } catch (FaultException e) {
            LOG.debug("{} cannot be probed", place, e);
            return Optional.empty();
        }
    }

    private static KeyEntry key(ProbePlace place, BigDecimal multiply) {
        return new KeyEntry(
                KEY,
                place.organizationId(),
                KEY,
                null,
                OWNER,
                ENVIRONMENT,
                null,
                null,
                null,
                null,
                TRAFFIC,
                Set.of(place.model()),
                Set.of(),
                Set.of(),
                List.of(),
                null,
                place.spot().upstreamId(),
                multiply);
    }

    private static Attribution attribution(KeyEntry key) {
        return new Attribution(
                key.organizationId(),
                null,
                key.id(),
                key.owner(),
                key.environment(),
                null,
                null,
                null,
                null,
                key.trafficClass(),
                null,
                null,
                Map.of());
    }

    private void tellSpentUp(LocalDate day) {
        if (!day.equals(spentUp)) {
            spentUp = day;
            LOG.info(
                    "probes of {} reach {} USD: the rest waits until tomorrow",
                    day,
                    parts.settings.usdPerDay());
        }
    }

    /// Asks and keeps what came of it.
    ///
    /// @return what the provider is owed; null when nobody knows
    private @Nullable BigDecimal probed(ProbePlace place, ProbeAsk ask) {
        Secret pass = parts.passes.issue(key(place, BigDecimal.ZERO));
        OwnCalls.Heard heard;
        try {
            heard =
                    parts.listener.post(
                            ask.path(), pass, ask.headers(), ask.body(), parts.limits.probeWait());
        } catch (IOException e) {
            LOG.warn("the probe of {} has no answer: {}", place, e.toString());
            return null;
        } finally {
            parts.passes.revoke(pass);
        }
        String requestId = heard.header("x-request-id").orElse("");
        Optional<StoredCall> booked = booked(place.organizationId(), requestId);
        if (booked.isEmpty()) {
            return null;
        }
        var unused =
                parts.findings.keep(
                        place.organizationId(),
                        List.of(
                                new Findings.Check(
                                        requestId,
                                        CHECK,
                                        place.spot().family(),
                                        ask.verdict(heard),
                                        ask.note(heard),
                                        true)));
        return booked.get().providerUsd();
    }

    /// The call in the books, which have it soon after it was answered.
    private Optional<StoredCall> booked(String organizationId, String requestId) {
        long looks = parts.limits.probeBooked().dividedBy(LOG_LOOK);
        try {
            for (long i = 0; i < looks; i++) {
                Optional<StoredCall> call =
                        parts.calls
                                .get(organizationId, requestId)
                                .filter(found -> found.state() != StoredCall.State.HELD);
                if (call.isPresent()) {
                    return call;
                }
                if (stopping.await(LOG_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    return Optional.empty();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /// Begins nothing more; what runs has a few seconds to be answered. The turn is left to others.
    @Override
    public void close() {
        stopping.countDown();
        woken.release();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
            parts.calendar.leaveTurn(life);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("the turn to probe is free when its lease ends", e);
        }
    }
}
