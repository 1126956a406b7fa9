package dev.sluice.protocol.video;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a request says of the video it wants, as far as a price may depend on it.
///
/// @param seconds its length, null where it is left open
/// @param size its pixels, `1280x720`, or null
/// @param resolution its lines, `720p`, or null
public record VideoAsked(
        @Nullable Integer seconds, @Nullable String size, @Nullable String resolution) {

    static final Pattern SIZE = Pattern.compile("([1-9]\\d{1,3})x([1-9]\\d{1,3})");
    static final Pattern LINES = Pattern.compile("([1-9]\\d{2,3})p");
    private static final String FOUR_K = "4k";
    private static final int LINES_OF_FOUR_K = 2_160;

    /// The same from [#kept].
    public static VideoAsked of(Map<String, String> kept) {
        String seconds = kept.get("seconds");
        return new VideoAsked(
                seconds == null ? null : Integer.valueOf(seconds),
                kept.get("size"),
                kept.get("resolution"));
    }

    /// What of it is known, by name.
    public Map<String, String> kept() {
        Map<String, String> kept = new HashMap<>();
        if (seconds != null) {
            kept.put("seconds", Integer.toString(seconds));
        }
        if (size != null) {
            kept.put("size", size);
        }
        if (resolution != null) {
            kept.put("resolution", resolution);
        }
        return kept;
    }

    /// How many lines it has; empty where that is left open.
    OptionalLong lines() {
        if (resolution != null) {
            Matcher lines = LINES.matcher(resolution);
            return lines.matches()
                    ? OptionalLong.of(Long.parseLong(lines.group(1)))
                    : OptionalLong.of(LINES_OF_FOUR_K);
        }
        return size == null ? OptionalLong.empty() : OptionalLong.of(Math.min(width(), height()));
    }

    /// By the name that providers give so many lines; null where it is left open.
    @Nullable String linesName() {
        OptionalLong lines = lines();
        if (lines.isEmpty()) {
            return null;
        }
        return lines.getAsLong() == LINES_OF_FOUR_K ? FOUR_K : lines.getAsLong() + "p";
    }

    int width() {
        return side(1);
    }

    int height() {
        return side(2);
    }

    private int side(int group) {
        Matcher sides = size == null ? null : SIZE.matcher(size);
        return sides != null && sides.matches() ? Integer.parseInt(sides.group(group)) : 0;
    }

    static boolean isResolution(String text) {
        return text.equals(FOUR_K) || LINES.matcher(text).matches();
    }
}
