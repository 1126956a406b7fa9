package dev.sluice.simulator.journal;

import dev.sluice.domain.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call as it stands: immutable.
///
/// @param sequence counts from 1 over the life of the simulator, also over cleared journals
/// @param account the label of the key, or `key-` and the head of its digest; never the key
/// @param requestBody only where the journal keeps bodies
/// @param headers as received, names in lower case, credentials as `***`
/// @param directives what was asked for, as text; empty for an ordinary call
/// @param status 0 while nothing was answered
/// @param events stream events written; a plain answer is one
/// @param bytes bytes of the body written, after compression, without chunk framing
/// @param planned the usage of the whole answer; all zero for errors
/// @param produced the usage up to the last event written: what a provider would bill
/// @param reported the usage as written on the wire, null where none was or not yet
/// @param endedAt null while open
public record Call(
        long sequence,
        Instant at,
        String account,
        String method,
        String path,
        String model,
        boolean stream,
        String requestSha256,
        long requestBytes,
        @Nullable String requestBody,
        Map<String, List<String>> headers,
        String directives,
        String requestId,
        int status,
        long events,
        long bytes,
        TrueUsage planned,
        TrueUsage produced,
        @Nullable String reported,
        Outcome outcome,
        Stage stage,
        @Nullable Instant endedAt) {

    public boolean open() {
        return outcome == Outcome.OPEN;
    }

    /// What has to be priced for this call, by disjoint meter.
    public Usage usage() {
        return produced.disjoint();
    }

    /// The first value of a request header, by its lower-case name; null if absent.
    public @Nullable String header(String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? null : values.getFirst();
    }
}
