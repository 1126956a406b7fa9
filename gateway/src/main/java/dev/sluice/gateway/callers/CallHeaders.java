package dev.sluice.gateway.callers;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.Fault;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the `x-sluice-*` headers of an application. What a key fixes, a header may repeat but not
/// change.
///
/// @param strict refuse what would otherwise be lowered to fit
public record CallHeaders(Attribution attribution, boolean strict) {

    private static final int MAX_CHARACTERS = 256;
    private static final int MAX_TAGS = 16;
    private static final String OPERATION = "x-sluice-operation";
    private static final List<String> NAMES =
            List.of(
                    "x-sluice-customer",
                    "x-sluice-workflow",
                    "x-sluice-product-area",
                    "x-sluice-user",
                    "x-sluice-action-id",
                    "x-sluice-tags",
                    "x-sluice-strict",
                    OPERATION);
    private static final List<String> OPERATIONS =
            List.of("draft", "preview", "edit", "final", "upscale");

    /// Throws the fault of a header that is not well-formed or says other than the key.
    ///
    /// @param endUser the customer named by the body, used when neither key nor header names one
    public static CallHeaders read(MultiMap headers, KeyEntry key, @Nullable String endUser) {
        String customer = fixed("x-sluice-customer", headers, key.customer());
        if (customer == null && endUser != null && endUser.length() <= MAX_CHARACTERS) {
            customer = endUser;
        }
        Attribution attribution =
                new Attribution(
                        key.organizationId(),
                        key.teamId(),
                        key.id(),
                        key.owner(),
                        key.environment(),
                        fixed("x-sluice-workflow", headers, key.workflow()),
                        fixed("x-sluice-product-area", headers, key.productArea()),
                        customer,
                        key.plan(),
                        key.trafficClass(),
                        value("x-sluice-user", headers),
                        value("x-sluice-action-id", headers),
                        tags(value("x-sluice-tags", headers), operation(headers)));
        return new CallHeaders(attribution, isStrict(headers));
    }

    /// What of these headers is said of calls, by name.
    public static Map<String, String> kept(MultiMap headers) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (String name : NAMES) {
            String value = value(name, headers);
            if (value != null) {
                kept.put(name, value);
            }
        }
        return kept;
    }

    public static boolean isStrict(MultiMap headers) {
        return flag("x-sluice-strict", headers);
    }

    private static @Nullable String fixed(String header, MultiMap headers, @Nullable String ofKey) {
        String sent = value(header, headers);
        if (ofKey == null) {
            return sent;
        }
        if (sent != null && !sent.equals(ofKey)) {
            throw Policy.denied(
                            "attribution",
                            "The header " + header + " differs from the value fixed on this key.")
                    .withParam(header)
                    .asException();
        }
        return ofKey;
    }

    private static @Nullable String value(String header, MultiMap headers) {
        String value = headers.get(header);
        if (value == null) {
            return null;
        }
        if (headers.getAll(header).size() > 1
                || value.isBlank()
                || value.length() > MAX_CHARACTERS
                || value.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw invalid(header, "1 to " + MAX_CHARACTERS + " printable characters, sent once");
        }
        return value.strip();
    }

    private static boolean flag(String header, MultiMap headers) {
        String value = value(header, headers);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw invalid(header, "'true' or 'false'");
    }

    /// What a picture, a sound or a video is made for.
    private static @Nullable String operation(MultiMap headers) {
        String operation = value(OPERATION, headers);
        if (operation != null && !OPERATIONS.contains(operation)) {
            throw invalid(OPERATION, "one of " + String.join(", ", OPERATIONS));
        }
        return operation;
    }

    private static Map<String, String> tags(@Nullable String text, @Nullable String operation) {
        Map<String, String> tags = new LinkedHashMap<>();
        if (operation != null) {
            tags.put("operation", operation);
        }
        if (text == null) {
            return tags;
        }
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            String tag = pair.substring(0, Math.max(0, equals)).strip();
            String tagged = pair.substring(equals + 1).strip();
            if (tag.isEmpty()
                    || tagged.isEmpty()
                    || tags.put(tag, tagged) != null
                    || tags.size() > MAX_TAGS) {
                throw invalid(
                        "x-sluice-tags", "at most " + MAX_TAGS + " different tags as a=b,c=d");
            }
        }
        return tags;
    }

    private static RuntimeException invalid(String header, String wanted) {
        return Fault.invalid("The header " + header + " must be " + wanted + ".", header)
                .asException();
    }
}
