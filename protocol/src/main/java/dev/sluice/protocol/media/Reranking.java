package dev.sluice.protocol.media;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MediaFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.UsageReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `POST /v1/rerank`: documents in the order in which they fit a question, as Cohere and Jina have
/// it. One bills searches (a question and up to a hundred documents), the other tokens.
public final class Reranking {

    public static final String FAMILY = "rerank";

    private static final int MOST_DOCUMENTS = 10_000;
    private static final int DOCUMENTS_PER_SEARCH = 100;

    /// A document that is longer together with the question counts as several.
    private static final int TOKENS_PER_DOCUMENT = 500;

    private static final List<Set<MeterKind>> PRICED_BY =
            List.of(Set.of(MeterKind.SEARCHES), Set.of(MeterKind.INPUT));
    private static final Set<String> WANTED = Set.of("usage", "meta");

    private Reranking() {}

    /// Reads a request.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the name of the field
    public static Decoded decode(RequestContent content) {
        JsonForm form = JsonForm.read(content.identity());
        form.required("query");
        JsonNode documents = form.node("documents");
        if (documents == null) {
            throw Fields.missing("documents");
        }
        if (!documents.isArray() || documents.isEmpty() || documents.size() > MOST_DOCUMENTS) {
            throw Fields.wrong("documents", "a list of 1 to " + MOST_DOCUMENTS + " documents");
        }
        long query = form.bytesOf("query");
        // A token has at least one byte: no document has more pieces than this.
        long perPiece = Math.max(1, TOKENS_PER_DOCUMENT - query);
        long bytes = 0;
        long pieces = 0;
        for (JsonNode document : documents) {
            String text = document.isString() ? document.stringValue() : document.toString();
            long length = text.getBytes(StandardCharsets.UTF_8).length;
            bytes += length + query;
            pieces += Math.max(1, Math.ceilDiv(length, perPiece));
        }
        CallFacts facts =
                CallFacts.ofMedia(
                        form.model(),
                        FAMILY,
                        FAMILY,
                        false,
                        bytes,
                        null,
                        new MediaFacts(
                                Map.of(),
                                PRICED_BY,
                                Usage.of(
                                        MeterKind.SEARCHES,
                                        Math.ceilDiv(pieces, DOCUMENTS_PER_SEARCH)),
                                0,
                                0,
                                0));
        long likely = Math.ceilDiv(documents.size(), DOCUMENTS_PER_SEARCH);
        return new MediaRequest(form, facts, (_, body) -> read(facts, likely, body));
    }

    private static Answer read(CallFacts facts, long likelySearches, byte[] body) {
        JsonAnswer answer = JsonAnswer.read(body, WANTED);
        answer.length("results");
        UsageReport report = report(answer.member("meta"), answer.member("usage"));
        if (report == null) {
            Usage guessed =
                    Usage.builder()
                            .set(MeterKind.SEARCHES, likelySearches)
                            .set(MeterKind.INPUT, UsageEstimate.inputTokens(facts))
                            .build();
            report = new UsageReport.Counted(Usage.of(MeterKind.REQUESTS, 1), guessed);
        }
        return new Answer(body, Answer.Facts.of(report, Map.of()));
    }

    private static @Nullable UsageReport report(@Nullable JsonNode meta, @Nullable JsonNode usage) {
        Usage.Builder used = Usage.builder().set(MeterKind.REQUESTS, 1);
        boolean told = false;
        if (meta != null) {
            JsonNode units = meta.path("billed_units");
            told = set(used, MeterKind.SEARCHES, units.get("search_units"));
            told |= set(used, MeterKind.INPUT, units.get("input_tokens"));
        }
        if (usage != null) {
            told |= set(used, MeterKind.INPUT, usage.get("total_tokens"));
        }
        return told ? new UsageReport.Reported(used.build()) : null;
    }

    private static boolean set(Usage.Builder used, MeterKind meter, @Nullable JsonNode count) {
        OptionalLong whole = whole(count);
        whole.ifPresent(value -> used.set(meter, value));
        return whole.isPresent();
    }

    /// Cohere writes its counts with a decimal point.
    private static OptionalLong whole(@Nullable JsonNode count) {
        OptionalLong thousandfold = MediaUsage.thousandths(count);
        return thousandfold.isPresent()
                ? OptionalLong.of(Math.ceilDiv(thousandfold.getAsLong(), 1_000))
                : OptionalLong.empty();
    }
}
