package dev.sluice.ledger.journal;

/// The journal cannot be read to its end: starting would lose calls that were answered. Says where,
/// and is for a person to decide.
public final class JournalCorruptException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public JournalCorruptException(String message) {
        super(message);
    }
}
