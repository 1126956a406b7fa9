package dev.sluice.control.apply;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that is wrong with one file, told together.
final class Problems {

    private static final int MOST_TOLD = 100;

    private record Problem(Position at, @Nullable String field, String message) {}

    private final List<Problem> found = new ArrayList<>();

    void add(Position at, @Nullable String field, String message) {
        Problem problem = new Problem(at, field, message);
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /// Adds a problem after which nothing more can be read.
    FaultException last(Position at, @Nullable String field, String message) {
        add(at, field, message);
        return refusal();
    }

    int count() {
        return found.size();
    }

    void refuseIfAny() {
        if (!found.isEmpty()) {
            throw refusal();
        }
    }

    private FaultException refusal() {
        List<Problem> sorted =
                found.stream()
                        .sorted(
                                Comparator.comparingInt((Problem p) -> p.at.line())
                                        .thenComparingInt(p -> p.at.column()))
                        .toList();
        List<Problem> told = sorted.subList(0, Math.min(sorted.size(), MOST_TOLD));
        StringBuilder message = new StringBuilder();
        if (sorted.size() > 1) {
            message.append("The file has ").append(sorted.size()).append(" problems:");
        }
        List<Map<String, @Nullable Object>> details = new ArrayList<>();
        for (Problem problem : told) {
            if (sorted.size() > 1) {
                message.append('\n');
            }
            message.append(
                    "line %d, column %d: %s"
                            .formatted(problem.at.line(), problem.at.column(), problem.message));
            Map<String, @Nullable Object> detail = new LinkedHashMap<>();
            detail.put("line", problem.at.line());
            detail.put("column", problem.at.column());
            detail.put("field", problem.field);
            detail.put("message", problem.message);
            details.add(detail);
        }
        return Fault.invalid(message.toString(), told.getFirst().field)
                .withDetail("problems", details)
                .asException();
    }
}
