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
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// `POST /v1/moderations`: whether texts and pictures are harmful. Providers report no usage: a
/// price by the request charges exactly, one by tokens what Sluice counts.
public final class Moderations {

    public static final String FAMILY = "moderations";

    private static final List<Set<MeterKind>> PRICED_BY =
            List.of(Set.of(MeterKind.REQUESTS), Set.of(MeterKind.INPUT));
    private static final Set<String> WANTED = Set.of("usage");

    private Moderations() {}

    /// Reads a request.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the name of the field
    public static Decoded decode(RequestContent content) {
        JsonForm form = JsonForm.read(content.identity());
        JsonNode input = form.node("input");
        if (input == null) {
            throw Fields.missing("input");
        }
        long texts = 0;
        int images = 0;
        for (JsonNode one : input.isArray() ? input : List.of(input)) {
            if (one.path("type").asString("").equals("image_url")) {
                images++;
            } else if (one.isString() || one.path("text").isString()) {
                String text = one.isString() ? one.stringValue() : one.path("text").stringValue();
                texts += text.getBytes(StandardCharsets.UTF_8).length;
            } else {
                throw Fields.wrong("input", "a text, texts, or parts with `text` or `image_url`");
            }
        }
        CallFacts facts =
                CallFacts.ofMedia(
                        form.model(),
                        FAMILY,
                        FAMILY,
                        false,
                        texts,
                        null,
                        new MediaFacts(Map.of(), PRICED_BY, Usage.NONE, images, 0, 0));
        return new MediaRequest(form, facts, (_, body) -> read(facts, body));
    }

    private static Answer read(CallFacts facts, byte[] body) {
        JsonAnswer answer = JsonAnswer.read(body, WANTED);
        answer.length("results");
        Usage request = Usage.of(MeterKind.REQUESTS, 1);
        UsageReport told = MediaUsage.read(answer.member("usage"), MeterKind.OUTPUT, request);
        return new Answer(
                body,
                Answer.Facts.of(
                        told instanceof UsageReport.Reported
                                ? told
                                : new UsageReport.Counted(
                                        request,
                                        Usage.of(
                                                MeterKind.INPUT, UsageEstimate.inputTokens(facts))),
                        Map.of()));
    }
}
