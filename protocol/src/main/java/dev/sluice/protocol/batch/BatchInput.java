package dev.sluice.protocol.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The lines of an input file: the calls, or what is wrong with it.
public final class BatchInput {

    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final byte[] content;
    private final String endpoint;
    private final int mostLines;
    private final int mostErrors;
    private final List<Span> lines = new ArrayList<>();
    private final List<LineError> errors = new ArrayList<>();
    private final Map<String, Integer> customIds = new HashMap<>();
    private @Nullable String model;

    private BatchInput(byte[] content, String endpoint, int mostLines, int mostErrors) {
        this.content = content;
        this.endpoint = endpoint;
        this.mostLines = mostLines;
        this.mostErrors = mostErrors;
    }

    private record Span(int number, int from, int to) {}

    /// Reads an input file.
    ///
    /// @param endpoint the path that the batch asks
    /// @param mostLines how many calls a batch may have
    /// @param mostErrors after so many the rest is not looked at
    public static BatchInput of(byte[] content, String endpoint, int mostLines, int mostErrors) {
        BatchInput input = new BatchInput(content, endpoint, mostLines, mostErrors);
        input.read();
        return input;
    }

    private void read() {
        int number = 1;
        int from = Arrays.mismatch(content, MARK) == MARK.length ? MARK.length : 0;
        while (from < content.length && errors.size() < mostErrors) {
            int end = from;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            if (!isBlank(from, end)) {
                if (lines.size() == mostLines) {
                    errors.add(
                            new LineError(
                                    "too_many_lines",
                                    "A batch may have " + mostLines + " lines.",
                                    null,
                                    number));
                    return;
                }
                check(new Span(number, from, end));
            }
            from = end + 1;
            number++;
        }
        if (lines.isEmpty() && errors.isEmpty()) {
            errors.add(new LineError("empty_file", "The input file has no lines.", null, null));
        }
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (content[i] != ' ' && content[i] != '\t' && content[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private void check(Span span) {
        lines.add(span);
        try {
            BatchLine line = BatchLine.check(slice(span), endpoint, span.number);
            Integer before = customIds.putIfAbsent(line.customId(), span.number);
            if (before != null) {
                errors.add(
                        new LineError(
                                "duplicate_custom_id",
                                "The `custom_id` is that of line " + before + ".",
                                "custom_id",
                                span.number));
            }
            if (model == null) {
                model = line.model();
            } else if (!model.equals(line.model())) {
                errors.add(
                        new LineError(
                                "mismatched_model",
                                "All lines of a batch must ask the same model, as its first one.",
                                "body.model",
                                span.number));
            }
        } catch (BatchLine.Refused e) {
            errors.add(e.error());
        }
    }

    private byte[] slice(Span span) {
        return Arrays.copyOfRange(content, span.from, span.to);
    }

    /// What is wrong; empty when nothing is.
    public List<LineError> errors() {
        return List.copyOf(errors);
    }

    /// The model that all lines ask; only where nothing is wrong.
    public String model() {
        return Objects.requireNonNull(model);
    }

    public int lines() {
        return lines.size();
    }

    /// The number of a line in the file, from 1.
    ///
    /// @param index from 0
    public int number(int index) {
        return lines.get(index).number;
    }

    /// A line as it was sent.
    ///
    /// @param index from 0
    public byte[] line(int index) {
        return slice(lines.get(index));
    }
}
