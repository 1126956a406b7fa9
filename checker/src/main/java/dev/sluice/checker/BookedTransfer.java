package dev.sluice.checker;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// One row of `transfer` that belongs to a call.
record BookedTransfer(
        String id,
        String organizationId,
        String kind,
        String requestId,
        @Nullable String attemptId,
        String debit,
        String credit,
        BigDecimal amount) {

    static final String SELECT =
            """
            SELECT id, organization_id, kind, request_id, attempt_id, debit, credit, amount
              FROM transfer WHERE request_id IS NOT NULL ORDER BY request_id COLLATE "C", id
            """;

    static BookedTransfer of(ResultSet row) throws SQLException {
        return new BookedTransfer(
                row.getString("id"),
                row.getString("organization_id"),
                row.getString("kind"),
                row.getString("request_id"),
                row.getString("attempt_id"),
                row.getString("debit"),
                row.getString("credit"),
                row.getBigDecimal("amount"));
    }

    /// Where findings point.
    String place() {
        return organizationId + "/" + requestId + " " + kind + " " + id;
    }
}
