package dev.sluice.simulator.plan;

import static dev.sluice.simulator.script.Directive.CHUNK;

import dev.sluice.simulator.answer.Prose;
import dev.sluice.simulator.answer.Tokens;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A text in the pieces a stream brings it in: whole tokens, as many at a time as was asked for.
public final class Pieces {

    private Pieces() {}

    public static Stream<String> of(Plan plan, String text) {
        List<String> tokens = Tokens.split(text);
        int size = Math.toIntExact(Math.max(1, plan.directives().number(CHUNK, 1)));
        int groups = (tokens.size() + size - 1) / size;
        return IntStream.range(0, groups)
                .mapToObj(group ->
                        tokens.subList(group * size, Math.min(tokens.size(), (group + 1) * size)))
                .map(piece -> String.join("", piece));
    }

    /// The text of an answer, or words without end where that was asked for.
    public static Stream<String> ofText(Plan plan, Choice choice) {
        if (!plan.endless()) {
            return of(plan, choice.text());
        }
        Iterator<String> words = Prose.endless(plan.question().seed().part("endless"));
        return Stream.generate(words::next);
    }
}
