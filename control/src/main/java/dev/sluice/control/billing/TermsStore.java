package dev.sluice.control.billing;

import dev.sluice.store.Sql;
import java.math.BigDecimal;

/// How an organization pays.
final class TermsStore {

    /// What was agreed.
    ///
    /// @param mode `prepaid` or `postpaid`
    record Terms(String mode, BigDecimal creditLimit) {}

    Terms of(Sql sql, String organizationId) {
        return sql.one(
                "SELECT billing_mode, credit_limit FROM organization WHERE id = ?",
                row -> new Terms(row.text("billing_mode"), row.decimal("credit_limit")),
                organizationId);
    }
}
