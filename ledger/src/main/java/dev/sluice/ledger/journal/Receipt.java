package dev.sluice.ledger.journal;

/// Hears what became of a record.
public interface Receipt {
    Receipt NONE = new Receipt() {};

    default void written() {}

    default void flushed() {}

    default void failed(String reason) {}
}
