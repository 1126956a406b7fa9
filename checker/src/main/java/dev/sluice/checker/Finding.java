package dev.sluice.checker;

/// Something that is not as it must be.
///
/// @param check which equation does not hold
/// @param where which row: `organization/…`
/// @param expected what the row must say, as recomputed
/// @param found what it says
public record Finding(String check, String where, String expected, String found) {

    @Override
    public String toString() {
        return "%s: %s: expected %s, found %s".formatted(check, where, expected, found);
    }
}
