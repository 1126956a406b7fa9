package dev.sluice.checker;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the checker looked at and what it found.
///
/// @param upstreamCalls how many calls the simulator's journal had; null without one
/// @param problemCount all of them; `problems` has the first ones of each check
/// @param notes what may be right but deserves a look, such as a limit lowered below what was spent
public record Report(
        long calls,
        long transfers,
        @Nullable Integer upstreamCalls,
        long problemCount,
        List<Finding> problems,
        List<Finding> notes) {

    public boolean clean() {
        return problemCount == 0;
    }

    /// One object with everything, snake case.
    public ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("ok", clean()).put("calls", calls).put("transfers", transfers);
        node.put("upstream_calls", upstreamCalls).put("problem_count", problemCount);
        add(node.putArray("problems"), problems);
        add(node.putArray("notes"), notes);
        return node;
    }

    private static void add(ArrayNode array, List<Finding> findings) {
        for (Finding finding : findings) {
            array.addObject()
                    .put("check", finding.check())
                    .put("where", finding.where())
                    .put("expected", finding.expected())
                    .put("found", finding.found());
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(problemCount).append(" problems in ").append(calls).append(" calls");
        problems.forEach(problem -> text.append('\n').append(problem));
        notes.forEach(note -> text.append("\nnote: ").append(note));
        return text.toString();
    }
}
