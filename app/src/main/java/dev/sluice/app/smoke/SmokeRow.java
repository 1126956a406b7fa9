package dev.sluice.app.smoke;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One check of one endpoint, as it is kept: evidence without what was asked and answered.
///
/// @param note what was found, in words
/// @param model the endpoint said it used
/// @param shape the paths of all members of the answer
/// @param usage null when none was reported
/// @param cost in US dollars, or null
public record SmokeRow(
        String target,
        String check,
        Verdict verdict,
        String note,
        int status,
        @Nullable String requestId,
        @Nullable String model,
        List<String> shape,
        @Nullable Tokens usage,
        long firstByteMillis,
        long totalMillis,
        @Nullable String cost) {

    /// How a check came out.
    public enum Verdict {
        PASSED,
        /// The endpoint says in so many words that it does not do this.
        UNSUPPORTED,
        FAILED,
        SKIPPED;

        /// As reports write it.
        public String words() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// The availability label that this stands for; null when nothing was found out.
        public @Nullable String label() {
            return switch (this) {
                case PASSED -> "available";
                case UNSUPPORTED -> "official_unsupported";
                case FAILED -> "unknown_failure";
                case SKIPPED -> null;
            };
        }
    }

    ObjectNode json() {
        ObjectNode node =
                SmokeJson.object()
                        .put("check", check)
                        .put("target", target)
                        .put("verdict", verdict.words())
                        .put("label", verdict.label())
                        .put("note", note)
                        .put("status", status == 0 ? null : Integer.valueOf(status))
                        .put("request_id", requestId)
                        .put("model", model);
        Tokens tokens = usage;
        node.put("input_tokens", tokens == null ? null : Long.valueOf(tokens.input()))
                .put("output_tokens", tokens == null ? null : Long.valueOf(tokens.output()))
                .put("first_byte_ms", firstByteMillis < 0 ? null : Long.valueOf(firstByteMillis))
                .put("total_ms", totalMillis < 0 ? null : Long.valueOf(totalMillis))
                .put("cost_usd", cost);
        ArrayNode paths = node.putArray("shape");
        shape.forEach(paths::add);
        return node;
    }
}
