package dev.sluice.ledger.reading;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list, newest first.
///
/// @param nextCursor what to ask the next page with, or null when there is none
public record Page<T>(List<T> data, @Nullable String nextCursor) {

    /// The most rows of one page.
    public static final int LARGEST = 500;
}
