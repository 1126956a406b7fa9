package dev.sluice.app.smoke;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What came back on one request.
///
/// @param status 0 when nothing came back; `trouble` says why
/// @param json null when the body is none
record SmokeAnswer(
        int status,
        HttpHeaders headers,
        String body,
        @Nullable JsonNode json,
        long firstByteMillis,
        long totalMillis,
        @Nullable String trouble) {

    private static final List<String> REQUEST_IDS =
            List.of("x-request-id", "request-id", "apim-request-id", "x-amzn-requestid", "cf-ray");

    boolean ok() {
        return status >= 200 && status < 300;
    }

    @Nullable String requestId() {
        return REQUEST_IDS.stream()
                .flatMap(name -> headers.firstValue(name).stream())
                .findFirst()
                .orElse(null);
    }

    /// In US dollars, where the endpoint says so.
    @Nullable String cost() {
        Optional<String> header = headers.firstValue("x-sluice-cost-usd");
        if (header.isPresent()) {
            return header.get();
        }
        JsonNode said = json == null ? null : json.at("/usage/cost");
        return said != null && said.isNumber() ? said.decimalValue().toPlainString() : null;
    }
}
