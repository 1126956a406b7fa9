package dev.sluice.simulator.answer;

import java.util.Iterator;
import java.util.List;
import java.util.Random;

/// Text without meaning, some of it outside ASCII, so that code points get split on the wire.
public final class Prose {

    private static final List<String> WORDS =
            List.of(
                    "the",
                    "gate",
                    "opens",
                    "when",
                    "water",
                    "rises",
                    "and",
                    "each",
                    "call",
                    "is",
                    "counted",
                    "once",
                    "über",
                    "quick",
                    "answer",
                    "that",
                    "follows",
                    "from",
                    "a",
                    "question",
                    "naïve",
                    "stream",
                    "of",
                    "small",
                    "pieces",
                    "reaches",
                    "sea",
                    "水",
                    "before",
                    "nightfall",
                    "café",
                    "with",
                    "steady",
                    "hands",
                    "🌊",
                    "it",
                    "holds",
                    "what",
                    "was",
                    "promised",
                    "then",
                    "lets",
                    "go",
                    "in",
                    "order");

    private Prose() {}

    /// About as many tokens as asked for: a few more, so that a limit at that number cuts.
    public static String ofTokens(Seed seed, long tokens) {
        StringBuilder text = new StringBuilder();
        Iterator<String> words = endless(seed);
        while (Tokens.count(text.toString()) < tokens) {
            for (long missing = tokens - text.length() / 4; missing > 0; missing--) {
                text.append(words.next());
            }
            text.append(words.next());
        }
        return Tokens.head(text.toString(), tokens);
    }

    /// Words with their blanks, without end.
    public static Iterator<String> endless(Seed seed) {
        Random random = seed.random();
        return new Iterator<>() {
            private boolean first = true;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public String next() {
                String word = WORDS.get(random.nextInt(WORDS.size()));
                String spaced = first ? word : ' ' + word;
                first = false;
                return spaced;
            }
        };
    }
}
