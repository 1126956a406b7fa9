package dev.sluice.control;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who makes a call of a [MoneyPlane], and what with.
record CallSpec(
        String organization,
        Instant at,
        long input,
        long output,
        int status,
        @Nullable String owner,
        @Nullable String customer,
        @Nullable String workflow,
        @Nullable String keyId,
        String endpoint) {

    static CallSpec of(String organization, Instant at, long input, long output) {
        return new CallSpec(
                organization,
                at,
                input,
                output,
                200,
                "service:api",
                "customer-1",
                "replies",
                null,
                "chat");
    }

    CallSpec status(int code) {
        return new CallSpec(
                organization, at, input, output, code, owner, customer, workflow, keyId, endpoint);
    }

    CallSpec owner(String name) {
        return new CallSpec(
                organization, at, input, output, status, name, customer, workflow, keyId, endpoint);
    }

    CallSpec customer(String name) {
        return new CallSpec(
                organization, at, input, output, status, owner, name, workflow, keyId, endpoint);
    }

    CallSpec key(String id) {
        return new CallSpec(
                organization, at, input, output, status, owner, customer, workflow, id, endpoint);
    }

    /// A call of another endpoint family; see [#usage].
    CallSpec to(String family) {
        return new CallSpec(
                organization, at, input, output, status, owner, customer, workflow, keyId, family);
    }

    /// What it uses: `input` and `output` are tokens of a conversation; of pictures `output` counts
    /// them, of sound `input` are milliseconds heard, or `output` characters said.
    Usage usage() {
        Usage.Builder usage = Usage.builder();
        switch (endpoint) {
            case "images" -> usage.set(MeterKind.INPUT, input).set(MeterKind.IMAGES, output);
            case "audio" ->
                    usage.set(MeterKind.AUDIO_MILLISECONDS, input)
                            .set(MeterKind.CHARACTERS, output);
            default -> usage.set(MeterKind.INPUT, input).set(MeterKind.OUTPUT, output);
        }
        return usage.build();
    }

    Attribution attribution() {
        return new Attribution(
                organization,
                null,
                keyId,
                owner,
                "staging",
                workflow,
                "support",
                customer,
                null,
                null,
                "ana",
                "act_1",
                Map.of("tier", "gold"));
    }
}
