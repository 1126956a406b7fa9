package dev.sluice.ledger.journal;

/// Told what became of one appended record. Called on the journal's threads, in the order of the
/// records: implementations hand over to their own event loop and return at once.
///
/// `written` survives `kill -9` of the process, `flushed` the loss of power. Every receipt gets
/// `written` then `flushed`, or `failed` once in place of what is missing: also after `written`.
public interface Receipt {

    /// For records nobody waits for.
    Receipt NONE = new Receipt() {};

    default void written(Place at) {}

    default void flushed() {}

    /// The record may or may not be read back. Nearly always the journal is failed for good; else
    /// this record alone was too large, or was `progress` that a full disk has no room for.
    ///
    /// @param reason for people
    default void failed(String reason) {}
}
