package dev.sluice.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallFoldTest {

    private final RandomRecords records = new RandomRecords(7);
    private final Settlement.Open hold = records.hold();
    private final CallRecord first = records.call("req_1");
    private final CallRecord second = records.call("req_1");

    @Test
    void anAttemptAloneCostsTheCustomerNothingAndKeepsItsProviderCost() {
        RecoveredCall call = only(new JournalRecord.Attempted(hold, first));
        assertThat(call.known()).isEqualTo(RecoveredCall.Known.ABANDONED);
        assertThat(call.hold()).isEqualTo(hold);
        assertThat(call.call().chargeLines()).isEmpty();
        assertThat(call.call().usage()).isEqualTo(Usage.NONE);
        assertThat(call.call().timings().firstByteMillis()).isNull();
        assertThat(call.call().attempts()).noneMatch(CallRecord.Attempt::accepted);
        assertThat(call.call().attempts().stream().map(CallRecord.Attempt::costLines).toList())
                .isEqualTo(first.attempts().stream().map(CallRecord.Attempt::costLines).toList());
    }

    @Test
    void aRelayedCallIsTheLaterAttemptEstimated() {
        RecoveredCall call =
                only(
                        new JournalRecord.Attempted(records.hold(), first),
                        new JournalRecord.Attempted(hold, second),
                        new JournalRecord.Relayed("req_1"));
        assertThat(call.known()).isEqualTo(RecoveredCall.Known.ESTIMATED);
        assertThat(call.hold()).isEqualTo(hold);
        assertThat(call.call().usage()).isEqualTo(second.usage());
        assertThat(call.call().chargeLines()).isEqualTo(second.chargeLines());
        assertThat(call.call().estimated()).isTrue();
        assertThat(call.call().outcome().errorCode()).isEqualTo("gateway_restarted");
    }

    @Test
    void progressReplacesTheAttempt() {
        RecoveredCall call =
                only(
                        new JournalRecord.Attempted(hold, first),
                        new JournalRecord.Relayed("req_1"),
                        new JournalRecord.Progress(second));
        assertThat(call.known()).isEqualTo(RecoveredCall.Known.ESTIMATED);
        assertThat(call.call().usage()).isEqualTo(second.usage());
        assertThat(call.hold()).isEqualTo(hold);
    }

    @Test
    void aFinalIsTakenAsItIsAndNothingAfterItCounts() {
        RecoveredCall call =
                only(
                        new JournalRecord.Attempted(hold, first),
                        new JournalRecord.Final(null, second),
                        new JournalRecord.Progress(first));
        assertThat(call).isEqualTo(new RecoveredCall(3, hold, second, RecoveredCall.Known.EXACT));
    }

    @Test
    void aRelayedWithoutItsAttemptIsTheRestOfAConfirmedCall() {
        assertThat(fold(new JournalRecord.Relayed("req_1"))).isEmpty();
    }

    private static RecoveredCall only(JournalRecord... records) {
        List<RecoveredCall> calls = fold(records);
        assertThat(calls).hasSize(1);
        return calls.getFirst();
    }

    private static List<RecoveredCall> fold(JournalRecord... records) {
        List<RecoveredCall> calls = new ArrayList<>();
        CallFold fold = new CallFold(calls::add);
        for (JournalRecord record : records) {
            fold.add(3, record);
        }
        fold.end();
        return calls;
    }
}
