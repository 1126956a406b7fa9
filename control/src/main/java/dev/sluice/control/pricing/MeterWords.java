package dev.sluice.control.pricing;

import dev.sluice.domain.MeterKind;

/// What each price stands for, in words that need no knowledge of any provider.
final class MeterWords {

    private MeterWords() {}

    static String of(MeterKind meter) {
        return switch (meter) {
            case INPUT -> "US dollars per million tokens of text sent that no cache served";
            case CACHE_READ -> "US dollars per million tokens of input read from a prompt cache";
            case CACHE_WRITE_5M ->
                    "US dollars per million tokens of input written to a prompt cache that keeps"
                            + " them for five minutes";
            case CACHE_WRITE_1H ->
                    "US dollars per million tokens of input written to a prompt cache that keeps"
                            + " them for one hour";
            case OUTPUT -> "US dollars per million tokens of text in the answer";
            case REASONING ->
                    "US dollars per million tokens the model thought before it answered; where"
                            + " absent they are charged as output";
            case AUDIO_INPUT -> "US dollars per million audio tokens sent";
            case AUDIO_OUTPUT -> "US dollars per million audio tokens in the answer";
            case IMAGE_INPUT -> "US dollars per million image tokens sent";
            case IMAGE_OUTPUT -> "US dollars per million image tokens in the answer";
            case IMAGES -> "US dollars per image made";
            case VIDEO_MILLISECONDS -> "US dollars per second of video made";
            case VIDEO_JOBS -> "US dollars per video job, whatever its length";
            case AUDIO_MILLISECONDS -> "US dollars per minute of audio";
            case CHARACTERS -> "US dollars per million characters of text";
            case SEARCHES -> "US dollars per search the provider ran for the model";
            case TRAINING ->
                    "US dollars per million tokens a model is trained with, each as often as it is"
                            + " seen";
            case REQUESTS -> "US dollars per call, beside everything else it uses";
        };
    }
}
