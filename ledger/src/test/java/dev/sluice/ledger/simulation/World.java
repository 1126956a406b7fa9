package dev.sluice.ledger.simulation;

import static dev.sluice.ledger.simulation.Requests.DOLLAR;

import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.PublishedLimits;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Replicas, time and what may go wrong, one step after another from one seed.
final class World {

    private static final Instant START = Instant.parse("2026-05-04T10:07:00Z");

    final Random random;

    /// What the account has: little, or more than windows let through.
    final long balance;

    final Reached reached = new Reached();
    final Checks checks = new Checks(this);
    final ModelStore store = new ModelStore(() -> this.nanos, checks);
    final List<Replica> replicas = new ArrayList<>();
    private final Requests requests;

    /// Of eight turns of a journal, those that flush: a disk may be slow.
    final int flushes;

    private final List<Replica> lost = new ArrayList<>();
    long nanos = 1_000_000_000L;
    private long limit = 20 * DOLLAR;
    private long revision = 1;
    private Duration wallOffset = Duration.ZERO;
    long calls;
    private long names;
    private long lastMinute;

    World(long seed, int replicaCount) {
        random = new Random(seed);
        requests = new Requests(random);
        flushes = 1 + random.nextInt(3);
        balance = (((seed >> 2) & 1) == 0 ? 12 : 10_000) * DOLLAR;
        checks.published(revision, limit);
        store.balance(WindowKey.wallet(Requests.ORGANIZATION)).spent =
                Pieces.decimal(QuotaUnit.USD, -balance);
        for (int i = 0; i < replicaCount; i++) {
            replicas.add(new Replica("r" + ++names, this));
        }
    }

    /// The clock that decides windows: PostgreSQL's, which may be set.
    Instant wallClock() {
        return START.plusNanos(nanos).plus(wallOffset);
    }

    void run(long wanted) {
        while (calls < wanted) {
            step();
        }
        settle();
    }

    private void step() {
        nanos += random.nextLong(2_000_000);
        Replica replica = replicas.get(random.nextInt(replicas.size()));
        if (!replica.isUp()) {
            comeBack(replica);
            return;
        }
        if ((!store.isOpen(replica.life().epoch) || replica.life().hasFailed())
                && random.nextInt(200) == 0) {
            // who was written off, or has no journal, is started again by somebody
            replica.crash(random.nextInt(3) == 0);
            return;
        }
        int die = random.nextInt(10_000);
        if (replica.paused) {
            if (die < 100) {
                replica.paused = false;
            }
            return;
        }
        if (!store.maySpend(replica.life().epoch)) {
            // a replica that could not confirm its configuration for so long refuses every call
            // until it has, however the time went by
            adoptLimit(replica);
        }
        if (die < 4_300) {
            call(replica, false);
        } else if (die < 8_800) {
            replica.life().advanceOne();
        } else if (die < 9_300) {
            replica.life().ship(1 + random.nextInt(40));
        } else if (die < 9_850) {
            if (die < 9_600) {
                replica.life().answerRecalls();
                replica.life().offerAgain();
            } else {
                replica.life().tick();
            }
            if (replica.hasGivenBack() && random.nextInt(10) == 0) {
                // what went back may be what the records that are lost had left
                replica.crash(true);
            }
        } else if (die < 9_900) {
            replica.network.deliverLate();
        } else {
            rarely(replica, random.nextInt(1_000));
        }
        checks.step(replica);
        checks.keepInForce();
        long minute = wallClock().getEpochSecond() / 60;
        if (minute != lastMinute) {
            lastMinute = minute;
            reached.mark("window roll-over");
        }
    }

    private void comeBack(Replica replica) {
        int die = random.nextInt(100);
        if (die < 2) {
            reached.mark("killed again before it was back");
            replica.crash(random.nextBoolean());
        } else if (die < 30) {
            replica.start();
        } else if (die < 35) {
            replica.network.deliverLate();
        } else if (die < 50) {
            // a start asks often: it never gets through a network that loses every fifth
            replica.network.faultsPerThousand(5);
        } else if (die < 54) {
            reached.mark("down past its lease");
            nanos += Duration.ofSeconds(100 + random.nextInt(60)).toNanos();
            writeOff();
        }
    }

    private void rarely(Replica replica, int die) {
        if (die < 40) {
            replica.crash(false);
        } else if (die < 70) {
            replica.crash(true);
        } else if (die < 110) {
            replica.paused = true;
            reached.mark("pause");
        } else if (die < 116) {
            // all others go on: the paused one finds its right to spend gone
            replica.paused = true;
            nanos += Duration.ofSeconds(100 + random.nextInt(60)).toNanos();
            reached.mark("pause past lease");
        } else if (die < 150) {
            wallOffset = wallOffset.plusMillis(random.nextLong(-2_000, 2_000));
            reached.mark("clock jump");
        } else if (die < 155 && replicas.size() > 1) {
            loseDisk(replica);
        } else if (die < 300) {
            writeOff();
        } else if (die < 360) {
            changeLimit();
        } else if (die < 430) {
            replica.network.faultsPerThousand(random.nextInt(3) == 0 ? 200 : 5);
        } else if (die < 680) {
            replica.network.deliverLate();
        } else if (die < 700) {
            nanos += Duration.ofSeconds(random.nextInt(40)).toNanos();
        } else if (die < 715) {
            reached.mark("disk full");
            replica.fillDisk(true);
        } else if (die < 760) {
            replica.fillDisk(false);
        } else if (die < 768) {
            reached.mark("force failed");
            replica.failForce();
        } else {
            adoptLimit(replica);
        }
    }

    /// While a reply is on its way to a replica, or one of its threads is held up, the others go
    /// on.
    void meanwhile(Replica replica) {
        if (!replica.isUp()) {
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> {
                if (random.nextInt(50) == 0) {
                    changeLimit();
                }
                adoptLimit(replica);
            }
            case 1 -> call(replica, true);
            case 2 -> replica.life().advanceOne();
            case 3 -> {
                if (random.nextInt(150) == 0) {
                    reached.mark("reply past lease");
                    nanos += Duration.ofSeconds(100 + random.nextInt(60)).toNanos();
                    writeOff();
                }
            }
            default -> replica.life().ship(1 + random.nextInt(40));
        }
    }

    private void call(Replica replica, boolean memoryOnly) {
        calls++;
        replica.life().call(requests.next(replica.limitView, wallClock()), memoryOnly);
    }

    /// What a call uses: mostly little of its hold, rarely more than that.
    long use(Call call) {
        long held = call.held();
        return switch (random.nextInt(100)) {
            case 0, 1, 2, 3 -> held + random.nextLong(held + 1) / 2;
            case 4, 5, 6, 7, 8, 9, 10, 11 -> held;
            default -> random.nextLong(held + 1) / 4;
        };
    }

    private void loseDisk(Replica replica) {
        reached.mark("disk loss");
        replicas.remove(replica);
        lost.add(replica);
        // what was not shipped is lost with it; it stays counted until the epoch is written off
        replicas.add(new Replica("r" + ++names, this));
    }

    private void writeOff() {
        List<Replica> candidates = new ArrayList<>(lost);
        for (Replica replica : replicas) {
            if (random.nextInt(3) == 0) {
                candidates.add(replica);
            }
        }
        for (Replica replica : candidates) {
            if (store.isOpen(replica.life().epoch) && store.writeOff(replica.life().epoch)) {
                reached.mark(
                        lost.contains(replica)
                                ? "write-off"
                                : replica.isUp()
                                        ? "write-off of the living"
                                        : "write-off of who comes back");
            }
        }
    }

    private void changeLimit() {
        long next = (2L + random.nextInt(30)) * DOLLAR;
        reached.mark(next < limit ? "limit lowered" : "limit raised");
        limit = next;
        checks.published(++revision, limit);
    }

    void adoptLimit(Replica replica) {
        replica.limitView = limit;
        replica.limitRevision = revision;
        replica.life()
                .escrow
                .limits(
                        new PublishedLimits(
                                Map.of(Requests.CHANGING, Pieces.decimal(QuotaUnit.USD, limit)),
                                Map.of(Requests.ORGANIZATION, BigDecimal.ZERO),
                                revision));
    }

    /// Everything comes to rest: all calls end, all is shipped and returned.
    private void settle() {
        replicas.forEach(Replica::comeToRest);
        nanos += Escrow.LEASE.toNanos() * 2;
        writeOff();
        checks.atRest();
    }
}
