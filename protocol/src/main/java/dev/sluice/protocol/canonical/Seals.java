package dev.sluice.protocol.canonical;

import org.jspecify.annotations.Nullable;

/// Marks on seals: which dialect's provider sealed it, so that no other is ever sent it. A provider
/// whose clients also reach it untranslated seals without a mark; every other one's seals are
/// marked when they leave their own dialect.
public final class Seals {

    /// How every mark begins; no provider's own seal does.
    public static final String MARK = "sluice.";

    private Seals() {}

    /// The seal as clients of other dialects keep it.
    public static String marked(String dialect, String seal) {
        return MARK + dialect + "." + seal;
    }

    public static boolean isMarked(String seal) {
        return seal.startsWith(MARK);
    }

    /// The seal that a provider of this dialect made, byte for byte; null when another made it.
    public static @Nullable String own(String dialect, @Nullable String marked) {
        String mark = marked(dialect, "");
        return marked != null && marked.startsWith(mark) ? marked.substring(mark.length()) : null;
    }
}
