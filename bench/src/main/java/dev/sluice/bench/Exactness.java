package dev.sluice.bench;

/// The counts of one saturated run, which must be one and the same.
///
/// @param answered calls the load saw answered
/// @param provider calls the provider saw
/// @param rows usage rows written
/// @param charges ledger entries written
record Exactness(long answered, long provider, long rows, long charges) {

    boolean holds() {
        return answered > 0 && answered == provider && provider == rows && rows == charges;
    }

    String line() {
        return ("after a saturated run: %,d answered, %,d upstream calls,"
                        + " %,d usage rows, %,d charges: %s")
                .formatted(answered, provider, rows, charges, holds() ? "equal" : "NOT EQUAL");
    }
}
