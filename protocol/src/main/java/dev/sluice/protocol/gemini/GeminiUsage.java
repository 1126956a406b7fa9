package dev.sluice.protocol.gemini;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.CountReader;
import dev.sluice.protocol.UsageReport;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Splits `usageMetadata` into disjoint meters.
///
/// `promptTokenCount` includes `cachedContentTokenCount`; `candidatesTokenCount` excludes
/// `thoughtsTokenCount`, and `toolUsePromptTokenCount` is beside the prompt. In a stream each is
/// cumulative: the last one counts, as a whole. The details say how much of each was sound and
/// pictures; documents and videos count as text.
///
/// A count that is negative, no integer or above a billion, or a part larger than its whole, makes
/// the whole usage *missing*: it is not believed in part.
final class GeminiUsage {

    private boolean seen;
    private long prompt;
    private long cached;
    private long toolUse;
    private long candidates;
    private long thoughts;
    private Modalities ofPrompt = Modalities.NONE;
    private Modalities ofCached = Modalities.NONE;
    private Modalities ofCandidates = Modalities.NONE;
    private CountReader counts = new CountReader();

    /// Tokens of a count that are not text.
    private record Modalities(long audio, long image) {
        static final Modalities NONE = new Modalities(0, 0);
    }

    /// Takes the value the parser is at and leaves the parser at its last token.
    void take(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return;
        }
        prompt = 0;
        cached = 0;
        toolUse = 0;
        candidates = 0;
        thoughts = 0;
        ofPrompt = Modalities.NONE;
        ofCached = Modalities.NONE;
        ofCandidates = Modalities.NONE;
        counts = new CountReader();
        seen = true;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "promptTokenCount" -> prompt = count(p, name);
                case "cachedContentTokenCount" -> cached = count(p, name);
                case "toolUsePromptTokenCount" -> toolUse = count(p, name);
                case "candidatesTokenCount" -> candidates = count(p, name);
                case "thoughtsTokenCount" -> thoughts = count(p, name);
                case "promptTokensDetails" -> ofPrompt = modalities(p, name);
                case "cacheTokensDetails" -> ofCached = modalities(p, name);
                case "candidatesTokensDetails" -> ofCandidates = modalities(p, name);
                default -> p.skipChildren();
            }
        }
    }

    private Modalities modalities(JsonParser p, String name) {
        long audio = 0;
        long image = 0;
        if (p.currentToken() != JsonToken.START_ARRAY) {
            p.skipChildren();
            return Modalities.NONE;
        }
        while (p.nextToken() != JsonToken.END_ARRAY) {
            String modality = "";
            long tokens = 0;
            if (p.currentToken() != JsonToken.START_OBJECT) {
                p.skipChildren();
                continue;
            }
            for (String member = p.nextName(); member != null; member = p.nextName()) {
                boolean text = p.nextToken() == JsonToken.VALUE_STRING;
                switch (member) {
                    case "modality" -> modality = text ? p.getString() : "";
                    case "tokenCount" -> tokens = count(p, name);
                    default -> p.skipChildren();
                }
            }
            audio += modality.equals("AUDIO") ? tokens : 0;
            image += modality.equals("IMAGE") ? tokens : 0;
        }
        return new Modalities(audio, image);
    }

    private long count(JsonParser p, String name) {
        return counts.read(p, name, 0);
    }

    /// What is known now.
    ///
    /// @param outputAtLeast tokens that were seen, for an answer whose own count is not final
    /// @param searches searches the answer shows
    UsageReport report(long outputAtLeast, int searches) {
        if (!seen) {
            return UsageReport.NONE;
        }
        String flaw = counts.flaw();
        if (flaw != null) {
            return new UsageReport.Missing(flaw);
        }
        if (cached > prompt) {
            return new UsageReport.Missing("cachedContentTokenCount exceeds promptTokenCount");
        }
        if (prompt + toolUse + candidates + thoughts == 0) {
            return new UsageReport.Missing("usage is all zero");
        }
        long audioIn = Math.max(0, ofPrompt.audio - ofCached.audio);
        long imageIn = Math.max(0, ofPrompt.image - ofCached.image);
        long out = Math.max(candidates, outputAtLeast - thoughts);
        if (audioIn + imageIn > prompt - cached
                || ofCandidates.audio + ofCandidates.image > candidates) {
            return new UsageReport.Missing("the details of usage exceed it");
        }
        return new UsageReport.Reported(
                Usage.builder()
                        .set(MeterKind.REQUESTS, 1)
                        .set(MeterKind.INPUT, prompt - cached - audioIn - imageIn + toolUse)
                        .set(MeterKind.AUDIO_INPUT, audioIn)
                        .set(MeterKind.IMAGE_INPUT, imageIn)
                        .set(MeterKind.CACHE_READ, cached)
                        .set(MeterKind.REASONING, thoughts)
                        .set(MeterKind.AUDIO_OUTPUT, ofCandidates.audio)
                        .set(MeterKind.IMAGE_OUTPUT, ofCandidates.image)
                        .set(MeterKind.OUTPUT, out - ofCandidates.audio - ofCandidates.image)
                        .set(MeterKind.SEARCHES, searches)
                        .build());
    }
}
