package dev.sluice.ledger.escrow;

/// A slice as the store has it.
///
/// @param amount pieces counted for this epoch: open holds, settlements on their way, and what is
///     free
/// @param version rises with every change; an older state never replaces a newer one
public record SliceState(long amount, long version) {}
