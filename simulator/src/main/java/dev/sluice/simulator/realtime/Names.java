package dev.sluice.simulator.realtime;

import java.util.Map;

/// What events are called: as today, or as in the beta.
enum Names {
    TODAY,
    BETA;

    private static final Map<String, String> IN_BETA =
            Map.of(
                    "response.output_text.delta", "response.text.delta",
                    "response.output_text.done", "response.text.done",
                    "response.output_audio.delta", "response.audio.delta",
                    "response.output_audio.done", "response.audio.done",
                    "response.output_audio_transcript.delta", "response.audio_transcript.delta",
                    "response.output_audio_transcript.done", "response.audio_transcript.done",
                    "conversation.item.added", "conversation.item.created");

    String of(String today) {
        return this == TODAY ? today : IN_BETA.getOrDefault(today, today);
    }

    /// What a part of an item that the model made is called.
    String ofMade(String inBeta) {
        return this == TODAY ? "output_" + inBeta : inBeta;
    }

    /// Whether there is such an event at all.
    boolean has(String today) {
        return this == TODAY || !today.equals("conversation.item.done");
    }
}
