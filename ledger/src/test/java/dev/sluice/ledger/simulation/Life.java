package dev.sluice.ledger.simulation;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.ActualUse;
import dev.sluice.ledger.Recovery;
import dev.sluice.ledger.booking.Books.Shipped;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.journal.CallReceipts;
import dev.sluice.ledger.journal.Disk;
import dev.sluice.ledger.journal.JournalRecord;
import dev.sluice.ledger.journal.ModelJournal;
import dev.sluice.ledger.journal.Place;
import dev.sluice.ledger.journal.RecoveredCall.Known;
import dev.sluice.ledger.window.Settlement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A replica from one start to the next: the production escrow, treasury and journal, and its calls
/// as [dev.sluice.ledger.EscrowLedger] leads them through these.
final class Life {

    /// A call that is not confirmed to be booked.
    ///
    /// @param last null when it is to be read from the journal
    /// @param at null when the journal does not have it
    private record Ended(Call call, @Nullable CallRecord last, @Nullable Place at) {}

    private final Replica replica;
    private final World world;
    final Epoch epoch;
    final Escrow escrow;
    private final Treasury treasury;
    private final ModelJournal journal;
    private final Map<String, Call> open = new LinkedHashMap<>();

    /// Calls whose last record is not written.
    private final Set<Call> closing = new LinkedHashSet<>();

    /// Calls whose clients wait for the books, since the journal failed.
    private final Set<Call> answeredOnceBooked = new HashSet<>();

    private final Deque<Ended> ended = new ArrayDeque<>();
    private final List<Waiter> again = new ArrayList<>();

    Life(Replica replica, World world, Recovery.Life begun, Disk disk) {
        this.replica = replica;
        this.world = world;
        this.epoch = begun.epoch();
        this.escrow = new Escrow(begun.askedNanos());
        this.treasury =
                new Treasury(replica.network, escrow, epoch, world::wallClock, () -> world.nanos);
        this.journal = ModelJournal.open(disk, replica.name, epoch.number(), world::wallClock);
    }

    /// Calls that hold something: an end that is not written changes nothing until it is booked.
    int openCalls() {
        return open.size() + closing.size();
    }

    /// Calls that wait to be confirmed.
    List<Call> shipping() {
        return ended.stream().map(Ended::call).toList();
    }

    /// Those of them whose end no record says: they hold what they held until they are confirmed.
    List<Call> unwritten() {
        return ended.stream().filter(one -> one.at() == null).map(Ended::call).toList();
    }

    /// Calls that may not be in the books.
    List<Call> unconfirmed() {
        List<Call> calls = new ArrayList<>(open.values());
        calls.addAll(closing);
        calls.addAll(shipping());
        return calls;
    }

    boolean hasFailed() {
        return journal.failure() != null;
    }

    /// A waiting call of the simulation.
    private final class Waiter extends Treasury.Waiting {
        private final HoldRequest request;
        private boolean answered;
        private boolean recalled;

        Waiter(HoldRequest request) {
            super(request, request.claims(), request.outputTokensMax());
            this.request = request;
        }

        @Override
        protected boolean waits() {
            return !answered;
        }

        @Override
        protected boolean held(Settlement.Open hold) {
            answered = true;
            if (world.random.nextInt(50) == 0) {
                world.reached.mark("granted to nobody");
                journal.release();
                return false;
            }
            granted(request, hold);
            return true;
        }

        @Override
        protected void refused(HoldResult.Refused refused) {
            answered = true;
            journal.release();
            world.checks.refused(request, refused);
        }

        @Override
        protected void unavailable(String reason) {
            answered = true;
            journal.release();
            world.reached.mark("unavailable");
        }

        @Override
        protected void again() {
            if (!recalled) {
                recalled = true;
                world.reached.mark("recall");
            }
            again.add(this);
        }
    }

    /// @param memoryOnly while an exchange is under way nothing else is asked of the store
    void call(HoldRequest request, boolean memoryOnly) {
        if (!journal.tryReserve()) {
            world.reached.mark(
                    hasFailed() ? "refused by a failed journal" : "refused by a full disk");
            return;
        }
        Settlement.Open hold =
                treasury.tryHold(request, request.claims(), request.outputTokensMax());
        if (hold != null) {
            world.reached.mark("granted from memory");
            granted(request, hold);
        } else if (memoryOnly) {
            journal.release();
        } else {
            treasury.serve(List.of(new Waiter(request)));
        }
    }

    private void granted(HoldRequest request, Settlement.Open hold) {
        Call call = new Call(request, hold, epoch);
        open.put(call.requestId(), call);
        world.checks.granted(call);
    }

    /// Calls that wait for others are offered once more.
    void offerAgain() {
        List<Waiter> waiting = List.copyOf(again);
        again.clear();
        if (!waiting.isEmpty()) {
            treasury.serve(waiting);
        }
    }

    /// The oldest call or any other takes its next step.
    void advanceOne() {
        journalTurn();
        if (!open.isEmpty()) {
            advance(
                    world.random.nextInt(4) == 0
                            ? open.values().stream()
                                    .skip(world.random.nextInt(open.size()))
                                    .findFirst()
                                    .orElseThrow()
                            : open.values().iterator().next());
        }
    }

    /// The threads of the journal get on, or do not.
    void journalTurn() {
        int die = world.random.nextInt(8);
        if (die < 6) {
            journal.write(1 + world.random.nextInt(8));
        }
        if (die < world.flushes) {
            journal.flush();
        }
    }

    private void advance(Call call) {
        switch (call.stage) {
            case HELD -> attempt(call);
            case ATTEMPTING -> {
                if (call.mayAsk != null) {
                    answered(call, call.mayAsk);
                }
            }
            case RELAYING -> {
                if (call.mayRelay != null && call.mayRelay) {
                    call.stage = Call.Stage.STREAMING;
                } else if (call.mayRelay != null) {
                    world.reached.mark("no first byte for want of a journal");
                    end(call, 0);
                }
            }
            case STREAMING -> {
                if (world.random.nextInt(4) == 0) {
                    progress(call);
                } else {
                    end(call, world.use(call));
                }
            }
            case ENDED -> throw new IllegalStateException("ended before");
        }
    }

    private void attempt(Call call) {
        call.stage = Call.Stage.ATTEMPTING;
        call.mayAsk = null;
        // input is bounded before it is counted: sometimes above what the call is granted
        long ifRelayed = world.random.nextLong(call.held() + call.held() / 4 + 1);
        journal.append(
                new JournalRecord.Attempted(call.hold, record(call, ifRelayed)),
                call.ofAttempt(ifRelayed, call.receipts.ofAttempt(may -> call.mayAsk = may)));
    }

    /// A provider was asked, or could not be.
    private void answered(Call call, boolean asked) {
        int die = world.random.nextInt(60);
        if (!asked || die < 3) {
            end(call, 0);
        } else if (die < 5) {
            world.reached.mark("failover");
            attempt(call);
        } else {
            call.stage = Call.Stage.RELAYING;
            journal.append(
                    new JournalRecord.Relayed(call.requestId()),
                    call.ofRelay(call.receipts.ofRelay(may -> relayed(call, may))));
        }
    }

    private static void relayed(Call call, boolean may) {
        call.mayRelay = may;
        if (may) {
            call.gotFirstByte();
        }
    }

    private void progress(Call call) {
        long soFar = world.random.nextLong(call.held() + call.held() / 4 + 1);
        journal.append(new JournalRecord.Progress(record(call, soFar)), call.ofProgress(soFar));
    }

    private CallRecord record(Call call, long charge) {
        return Records.of(call.request, world.wallClock(), charge, true);
    }

    private void end(Call call, long charge) {
        call.stage = Call.Stage.ENDED;
        call.charge = charge;
        CallRecord last = Records.of(call.request, world.wallClock(), charge, charge > 0);
        open.remove(call.requestId());
        closing.add(call);
        journal.append(
                new JournalRecord.Final(call.hold, last),
                call.ofEnd(call.receipts.ofEnd(new Ending(call, last))));
        if (world.random.nextInt(20) == 0) {
            world.meanwhile(replica);
        }
    }

    private final class Ending implements CallReceipts.Ending {
        private final Call call;
        private final CallRecord last;

        Ending(Call call, CallRecord last) {
            this.call = call;
            this.last = last;
        }

        @Override
        public void written(Place at) {
            closed();
            boolean inMemory = world.random.nextInt(4) > 0;
            ended.add(new Ended(call, inMemory ? last : null, at));
        }

        @Override
        public void mayAnswer() {
            call.gotLastByte();
        }

        @Override
        public void mayAnswerOnceBooked() {
            world.reached.mark("ended without a flush");
            if (shipping().contains(call)) {
                answeredOnceBooked.add(call);
            } else {
                call.gotLastByte();
            }
        }

        @Override
        public void failed() {
            if (!replica.diskFails) {
                throw new AssertionError("no room to close " + call);
            }
            world.reached.mark("ended without a journal");
            journal.release();
            ended.add(new Ended(call, last, null));
            answeredOnceBooked.add(call);
        }

        private void closed() {
            closing.remove(call);
            ActualUse use = ActualUse.of(last);
            escrow.settle(call.hold, use);
            if (world.random.nextInt(20) == 0) {
                // two threads may both find that a call ended, or that it never ran
                escrow.settle(call.hold, use);
                escrow.release(call.hold);
            }
            journal.release();
            world.checks.ended(call);
        }
    }

    void ship(int most) {
        List<Ended> batch = ended.stream().limit(most).toList();
        if (batch.isEmpty()) {
            return;
        }
        List<CallRecord> calls = whole(batch);
        List<Shipment> shipments = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            shipments.add(new Shipment(batch.get(i).call().hold, calls.get(i), Known.EXACT));
        }
        Shipped shipped;
        try {
            shipped = replica.network.ship(epoch, shipments);
        } catch (Network.Lost _) {
            return;
        }
        escrow.adopt(shipped.slices());
        if (shipped.epochOver()) {
            escrow.over();
        }
        for (int i = 0; i < batch.size(); i++) {
            Ended one = ended.remove();
            closing.remove(one.call());
            escrow.shipped(one.call().hold, ActualUse.of(calls.get(i)));
            journal.booked(one.call().requestId(), one.at());
            if (answeredOnceBooked.remove(one.call())) {
                one.call().gotLastByte();
            }
        }
    }

    private List<CallRecord> whole(List<Ended> batch) {
        List<Place> spilled = new ArrayList<>();
        for (Ended one : batch) {
            if (one.last() == null) {
                spilled.add(Objects.requireNonNull(one.at()));
            }
        }
        Iterator<JournalRecord.Final> read = journal.read(spilled).iterator();
        List<CallRecord> calls = new ArrayList<>(batch.size());
        for (Ended one : batch) {
            calls.add(one.last() == null ? read.next().call() : one.last());
        }
        return calls;
    }

    void tick() {
        journal.sweep();
        try {
            treasury.tick();
        } catch (Network.Lost _) {
            world.reached.mark("tick lost");
        }
    }

    void answerRecalls() {
        try {
            treasury.answerRecalls();
        } catch (Network.Lost _) {
            world.reached.mark("recall answer lost");
        }
    }

    /// All calls end, and all that is left to tell is told.
    void comeToRest() {
        while (!open.isEmpty()) {
            advanceOne();
        }
        while (!journal.isQuiet()) {
            journalTurn();
        }
        while (!ended.isEmpty()) {
            ship(100);
        }
        if (!hasFailed() && journal.unbookedCalls() > 0) {
            throw new AssertionError(journal.unbookedCalls() + " calls keep their segments");
        }
        world.store.end(epoch, "stopped");
    }
}
