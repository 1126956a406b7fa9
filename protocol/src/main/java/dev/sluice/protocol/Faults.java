package dev.sluice.protocol;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Turns a [Fault] into what the client's dialect calls an error: the body of an answer, the event
/// inside a stream, and the headers.
public final class Faults {

    /// Seconds until a spent quota is new, where that will be; for clients that cannot read a date
    /// among an error's details.
    public static final String RESETS_IN = "resets_in_seconds";

    /// Name of a detail that Anthropic's clients look for in the error, to go on otherwise.
    public static final String ERROR_CODE = "error_code";

    /// What is said to Gemini's clients of a quota that is never new: not for now.
    private static final Duration NOT_TODAY = Duration.ofDays(1);

    private static final JsonFactory JSON = new JsonFactory();

    private Faults() {}

    /// The error as the body of an answer, JSON in UTF-8.
    public static byte[] body(Dialect dialect, Fault fault, String requestId) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            switch (dialect) {
                case OPENAI, OPENAI_RESPONSES -> openai(json, fault, requestId);
                case ANTHROPIC -> anthropic(json, fault, requestId);
                case GEMINI -> gemini(json, fault, requestId);
            }
        }
        return out.toByteArray();
    }

    /// The error as the last event of a stream that has begun. Nothing follows it: no finish and no
    /// closing mark, or clients would take a cut answer for a whole one.
    public static byte[] event(Dialect dialect, Fault fault, String requestId) {
        if (dialect == Dialect.OPENAI_RESPONSES) {
            return failedResponse(fault, requestId);
        }
        byte[] body = body(dialect, fault, requestId);
        String head = dialect == Dialect.ANTHROPIC ? "event: error\ndata: " : "data: ";
        String text = head + new String(body, StandardCharsets.UTF_8) + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Some clients of responses heed no other event. It has the members that they read; its number
    /// is no part of the count, which is not known here.
    private static byte[] failedResponse(Fault fault, String requestId) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("type", "response.failed");
            json.writeNumberProperty("sequence_number", 0);
            json.writeName("response");
            json.writeStartObject();
            json.writeStringProperty("id", "resp_" + requestId);
            json.writeStringProperty("object", "response");
            json.writeStringProperty("status", "failed");
            json.writeName("error");
            json.writeStartObject();
            json.writeStringProperty("code", responseCode(fault));
            json.writeStringProperty("message", fault.message());
            details(json, fault, requestId, true);
            json.writeEndObject();
            json.writeName("output");
            json.writeStartArray();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        }
        String text =
                "event: response.failed\ndata: " + out.toString(StandardCharsets.UTF_8) + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The codes that clients know: one they wait and try again for, one that is the request's
    /// fault, and one for all else.
    private static String responseCode(Fault fault) {
        if (fault.status() == 429) {
            return fault.code() == FaultCode.QUOTA_EXCEEDED
                    ? "insufficient_quota"
                    : "rate_limit_exceeded";
        }
        return fault.status() >= 500 ? "server_error" : "invalid_prompt";
    }

    /// `retry-after` (whole seconds, rounded up), `retry-after-ms` and `x-should-retry`, as far as
    /// the fault has them; names in lower case.
    public static Map<String, String> headers(Fault fault) {
        Map<String, String> headers = new LinkedHashMap<>();
        Duration wait = fault.retryAfter();
        if (wait != null) {
            headers.put("retry-after", Long.toString(Math.ceilDiv(wait.toMillis(), 1000L)));
            headers.put("retry-after-ms", Long.toString(wait.toMillis()));
        }
        Boolean retry = fault.shouldRetry();
        if (retry != null) {
            headers.put("x-should-retry", retry.toString());
        }
        return headers;
    }

    private static void openai(JsonGenerator json, Fault fault, String requestId) {
        json.writeStartObject();
        json.writeName("error");
        json.writeStartObject();
        json.writeStringProperty("message", fault.message());
        json.writeStringProperty("type", openaiType(fault));
        json.writeStringProperty("code", fault.code().wireName());
        json.writeName("param");
        value(json, fault.param());
        details(json, fault, requestId, false);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void anthropic(JsonGenerator json, Fault fault, String requestId) {
        json.writeStartObject();
        json.writeStringProperty("type", "error");
        json.writeName("error");
        json.writeStartObject();
        json.writeStringProperty("type", anthropicType(fault.status()));
        json.writeStringProperty("message", fault.message());
        if (fault.detail(ERROR_CODE).orElse(null) instanceof String code) {
            json.writeName("details");
            json.writeStartObject();
            json.writeStringProperty(ERROR_CODE, code);
            json.writeEndObject();
        }
        details(json, fault, requestId, true);
        json.writeEndObject();
        json.writeStringProperty("request_id", requestId);
        json.writeEndObject();
    }

    private static void gemini(JsonGenerator json, Fault fault, String requestId) {
        json.writeStartObject();
        json.writeName("error");
        json.writeStartObject();
        json.writeNumberProperty("code", fault.status());
        json.writeStringProperty("message", fault.message());
        json.writeStringProperty("status", geminiStatus(fault.status()));
        json.writeName("details");
        json.writeStartArray();
        json.writeStartObject();
        json.writeStringProperty("@type", "type.googleapis.com/google.rpc.ErrorInfo");
        json.writeStringProperty("reason", fault.code().wireName().toUpperCase(Locale.ROOT));
        json.writeStringProperty("domain", "sluice");
        json.writeEndObject();
        Duration wait = geminiWait(fault);
        if (wait != null) {
            // Gemini's own clients wait by this, not by the header.
            json.writeStartObject();
            json.writeStringProperty("@type", "type.googleapis.com/google.rpc.RetryInfo");
            json.writeStringProperty("retryDelay", seconds(wait));
            json.writeEndObject();
        }
        json.writeEndArray();
        details(json, fault, requestId, true);
        json.writeEndObject();
        json.writeEndObject();
    }

    /// Gemini's own agent tries a 429 without a delay ten times, for minutes; with a long one it
    /// says at once that the quota is spent.
    private static @Nullable Duration geminiWait(Fault fault) {
        boolean spent =
                fault.code() == FaultCode.QUOTA_EXCEEDED
                        && fault.retryAfter() == null
                        && Boolean.FALSE.equals(fault.shouldRetry());
        if (!spent) {
            return fault.retryAfter();
        }
        return fault.detail(RESETS_IN).orElse(null) instanceof Long seconds
                ? Duration.ofSeconds(seconds)
                : NOT_TODAY;
    }

    /// A protobuf duration: seconds with three decimals where they matter.
    private static String seconds(Duration wait) {
        long millis = wait.toMillis();
        return millis % 1000 == 0
                ? millis / 1000 + "s"
                : "%d.%03ds".formatted(millis / 1000, millis % 1000);
    }

    private static void details(
            JsonGenerator json, Fault fault, String requestId, boolean withCode) {
        json.writeName("sluice");
        json.writeStartObject();
        json.writeStringProperty("request_id", requestId);
        if (withCode) {
            json.writeStringProperty("code", fault.code().wireName());
            if (fault.param() != null) {
                json.writeStringProperty("param", fault.param());
            }
        }
        for (Map.Entry<String, @Nullable Object> detail : fault.details().entrySet()) {
            if (!detail.getKey().equals("request_id")
                    && !(withCode && detail.getKey().equals("code"))
                    && !(withCode && detail.getKey().equals("param"))) {
                json.writeName(detail.getKey());
                value(json, detail.getValue());
            }
        }
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNull();
            case Boolean flag -> json.writeBoolean(flag);
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.writeName(Objects.toString(entry.getKey()));
                    value(json, entry.getValue());
                }
                json.writeEndObject();
            }
            case Iterable<?> list -> {
                json.writeStartArray();
                for (Object element : list) {
                    value(json, element);
                }
                json.writeEndArray();
            }
            // Money and other exact decimals are strings in every API of Sluice.
            default -> json.writeString(value.toString());
        }
    }

    private static String openaiType(Fault fault) {
        if (fault.code() == FaultCode.QUOTA_EXCEEDED) {
            return "insufficient_quota";
        }
        if (fault.code() == FaultCode.RATE_LIMIT_EXCEEDED) {
            return "rate_limit_error";
        }
        return switch (fault.status()) {
            case 401 -> "authentication_error";
            case 402 -> "insufficient_quota";
            case 403 -> "permission_error";
            default -> fault.status() >= 500 ? "server_error" : "invalid_request_error";
        };
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }

    /// The canonical status of google.rpc.Code that Google's HTTP mapping gives for this code.
    private static String geminiStatus(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 402, 412 -> "FAILED_PRECONDITION";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            case 409 -> "ABORTED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 499 -> "CANCELLED";
            case 502, 503 -> "UNAVAILABLE";
            default -> status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
        };
    }
}
