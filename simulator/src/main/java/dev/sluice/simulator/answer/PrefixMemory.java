package dev.sluice.simulator.answer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which beginnings of prompts this simulator has seen: its prompt cache. Safe from any thread.
public final class PrefixMemory {

    /// Beginnings remembered; the longest unused goes first.
    public static final int LIMIT = 50_000;

    /// Shorter prompts are never cached.
    public static final long LEAST = 1_024;

    private static final long STEP = 128;

    private final Map<String, Boolean> seen =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > LIMIT;
                }
            };

    /// One beginning: everything up to and including a message.
    public record Prefix(String hash, long tokens) {}

    /// The tokens of the longest beginning seen before, rounded down to 128 and 0 below 1,024;
    /// remembers all of these.
    public synchronized long seenTokens(String account, String model, List<Prefix> prefixes) {
        long best = 0;
        for (Prefix prefix : prefixes) {
            if (prefix.tokens() < LEAST) {
                continue;
            }
            if (seen.put(key(account, model, prefix), true) != null) {
                best = Math.max(best, prefix.tokens());
            }
        }
        return best / STEP * STEP;
    }

    /// The tokens of the longest beginning seen before; remembers those that are to be kept.
    public synchronized long longest(
            String account, String model, List<Prefix> beginnings, List<Prefix> kept) {
        long best = 0;
        for (Prefix prefix : beginnings) {
            if (seen.get(key(account, model, prefix)) != null) {
                best = Math.max(best, prefix.tokens());
            }
        }
        for (Prefix prefix : kept) {
            if (prefix.tokens() >= LEAST) {
                seen.put(key(account, model, prefix), true);
            }
        }
        return best;
    }

    private static String key(String account, String model, Prefix prefix) {
        return account + '\n' + model + '\n' + prefix.hash();
    }

    public synchronized void clear() {
        seen.clear();
    }
}
