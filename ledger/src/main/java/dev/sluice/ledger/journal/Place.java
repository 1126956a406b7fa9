package dev.sluice.ledger.journal;

/// Where a record stands.
///
/// @param segment its number
/// @param offset of its frame, in bytes from the segment's beginning
public record Place(long segment, int offset) {}
