package dev.sluice.control.pricing;

import java.util.Map;
import java.util.TreeMap;

/// Which endpoint family a model's mode belongs to, and which families this build serves.
///
/// @param served by family name, as `endpoint_families` of keys takes it
public record EndpointFamilies(Map<String, Served> served) {

    /// Modes of the price book whose family has another name.
    private static final Map<String, String> FAMILY_OF_MODE =
            Map.of(
                    "embedding", "embeddings",
                    "completion", "completions",
                    "image_generation", "images",
                    "image_edit", "images",
                    "video_generation", "videos",
                    "audio_transcription", "audio",
                    "audio_speech", "audio",
                    "moderation", "moderations");

    public EndpointFamilies {
        served = new TreeMap<>(served);
    }

    /// Where a family is served.
    public record Served(String method, String path) {}

    String ofMode(String mode) {
        return FAMILY_OF_MODE.getOrDefault(mode, mode);
    }

    boolean serves(String family) {
        return served.containsKey(family);
    }
}
