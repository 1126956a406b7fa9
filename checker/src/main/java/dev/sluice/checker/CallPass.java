package dev.sluice.checker;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One walk over all calls and, beside them, all transfers of calls, both in the order of their
/// request ids: each call meets its transfers without either table being in memory.
final class CallPass {

    private final Connection connection;
    private final CallChecks checks;
    private final Findings findings;
    private long calls;
    private long transfers;

    CallPass(Connection connection, CallChecks checks, Findings findings) {
        this.connection = connection;
        this.checks = checks;
        this.findings = findings;
    }

    long calls() {
        return calls;
    }

    /// Of calls; movements by hand are in the sums.
    long transfers() {
        return transfers;
    }

    void run() throws SQLException {
        try (Rows callRows = Rows.of(connection, BookedCall.SELECT);
                Rows transferRows = Rows.of(connection, BookedTransfer.SELECT)) {
            BookedTransfer transfer = nextTransfer(transferRows);
            String before = "";
            while (callRows.next()) {
                BookedCall call = BookedCall.of(callRows.row());
                calls++;
                if (call.requestId().equals(before)) {
                    findings.problem("call_is_booked_once", call.place(), "1", "2");
                }
                before = call.requestId();
                List<BookedTransfer> own = new ArrayList<>();
                while (transfer != null && transfer.requestId().compareTo(before) <= 0) {
                    if (transfer.requestId().equals(before)) {
                        own.add(transfer);
                    } else {
                        orphan(transfer);
                    }
                    transfer = nextTransfer(transferRows);
                }
                checks.check(call, own);
            }
            while (transfer != null) {
                orphan(transfer);
                transfer = nextTransfer(transferRows);
            }
        }
    }

    private @Nullable BookedTransfer nextTransfer(Rows rows) throws SQLException {
        if (!rows.next()) {
            return null;
        }
        transfers++;
        return BookedTransfer.of(rows.row());
    }

    private void orphan(BookedTransfer transfer) {
        findings.problem("transfer_has_its_call", transfer.place(), "a call", "none");
    }
}
