package dev.sluice.protocol;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Classifies what a provider answered instead of a result.
///
/// Reads `{"error": {message, type, code, param, status}}`, the same in an array of one,
/// `{"error": "text"}`, `{"message": …}` and `{"detail": …}`; anything else counts by its status
/// alone.
public final class UpstreamFaults {

    /// Where another try can help.
    public enum Retry {
        /// Nowhere: the request as such was refused.
        NEVER,
        /// Only elsewhere: this target's credential or account is the trouble.
        OTHER_TARGET,
        /// Here too, after a pause.
        SAME_TARGET
    }

    /// A provider's refusal, classified.
    ///
    /// @param retry finer than the fault code's own answer
    /// @param providerMessage what the provider said, bounded and masked, for the operator's logs;
    ///     clients see it only in `upstream_rejected`
    public record Classified(Fault fault, Retry retry, @Nullable String providerMessage) {}

    /// The longest provider message that is passed on, in characters.
    static final int MAX_MESSAGE = 1_000;

    /// An error inside a stream that names no status of its own.
    private static final int UNKNOWN_STATUS = 0;

    private static final int MAX_BODY = 64 * 1024;
    private static final Duration MAX_WAIT = Duration.ofDays(1);
    private static final JsonFactory JSON = new JsonFactory();

    private static final Set<String> OUT_OF_MONEY =
            Set.of(
                    "insufficient_quota",
                    "billing_hard_limit_reached",
                    "billing_not_active",
                    "insufficient_balance",
                    "credit_balance_too_low");

    /// Said under a plain 400, by the one provider that has no word of its own for it.
    private static final String OUT_OF_CREDIT = "credit balance is too low";

    private static final Pattern SECRETS =
            Pattern.compile(
                    "(?i)\\b(sk|pk|rk|xai|gsk|hf|r8|nvapi|pplx)[-_][A-Za-z0-9_*-]{6,}"
                            + "|\\bAIza[A-Za-z0-9_-]{10,}"
                            + "|\\bBearer\\s+[A-Za-z0-9._~+/=-]{6,}"
                            + "|\\beyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_.-]*"
                            + "|([?&](key|api_key|token)=)[^&\\s\"']+"
                            + "|\\b[A-Za-z0-9]{40,}\\b");

    private UpstreamFaults() {}

    /// Classifies an answer whose status is not a success. A limit the provider says no wait will
    /// lift (429 with `x-should-retry: false`) keeps that word.
    ///
    /// @param header looks a header up by its lower-case name
    /// @param now for a `retry-after` that is a date
    public static Classified decode(
            int status, Function<String, @Nullable String> header, byte[] body, Instant now) {
        Told told = told(body);
        Classified classified = classify(status, told, retryAfter(header, now));
        String should = header.apply("x-should-retry");
        boolean useless = status == 429 && should != null && should.strip().equals("false");
        return useless
                ? new Classified(
                        classified.fault().withShouldRetry(false),
                        classified.retry(),
                        classified.providerMessage())
                : classified;
    }

    /// Classifies an error inside a stream that began with 200. `status` is the error's own
    /// code where that is one, else what its type implies.
    public static Classified inStream(byte[] data, int offset, int length) {
        Told told = told(data, offset, length);
        return classify(told.impliedStatus(), told, null);
    }

    private static boolean isOutOfMoney(@Nullable String word) {
        return word != null && OUT_OF_MONEY.contains(word);
    }

    private static Classified classify(int status, Told told, @Nullable Duration wait) {
        String message = told.message == null ? null : mask(told.message);
        boolean broke =
                isOutOfMoney(told.code)
                        || isOutOfMoney(told.type)
                        || (told.message != null && told.message.contains(OUT_OF_CREDIT));
        if (broke || status == 401 || status == 402 || status == 403) {
            // Not the client's key and not the client's money: nothing the client could fix.
            Fault fault =
                    upstreamError(
                            status,
                            "The upstream refused the gateway's own account; its operator has to"
                                    + " look at it.",
                            wait);
            return new Classified(fault, Retry.OTHER_TARGET, message);
        }
        switch (status) {
            case 400, 404, 413, 422 -> {
                String text =
                        message == null || message.isBlank()
                                ? "The upstream refused the request (HTTP " + status + ")."
                                : message;
                Fault fault =
                        Fault.of(FaultCode.UPSTREAM_REJECTED, text)
                                .withStatus(status)
                                .withParam(told.param);
                return new Classified(withCode(fault, status, told), Retry.NEVER, message);
            }
            case 429 -> {
                Fault fault =
                        Fault.of(
                                        FaultCode.UPSTREAM_RATE_LIMITED,
                                        "The upstream limits the rate of requests; try again"
                                                + " later.")
                                .withRetryAfter(wait)
                                .withDetail("upstream_status", (long) status);
                return new Classified(fault, Retry.SAME_TARGET, message);
            }
            default -> {
                Fault fault =
                        upstreamError(
                                status,
                                status == UNKNOWN_STATUS
                                        ? "The upstream failed while it answered; try again."
                                        : "The upstream failed (HTTP " + status + "); try again.",
                                wait);
                boolean passing =
                        status == UNKNOWN_STATUS || status == 408 || status == 409 || status >= 500;
                return new Classified(
                        fault, passing ? Retry.SAME_TARGET : Retry.OTHER_TARGET, message);
            }
        }
    }

    private static Fault upstreamError(int status, String message, @Nullable Duration wait) {
        Fault fault = Fault.of(FaultCode.UPSTREAM_ERROR, message).withRetryAfter(wait);
        return status == UNKNOWN_STATUS
                ? fault
                : fault.withDetail("upstream_status", (long) status);
    }

    private static Fault withCode(Fault fault, int status, Told told) {
        Fault detailed = fault.withDetail("upstream_status", (long) status);
        String code = told.code != null ? told.code : told.type;
        return code == null ? detailed : detailed.withDetail("upstream_code", mask(code));
    }

    /// `retry-after-ms`, else `retry-after` in seconds or as a date; null when there is none or it
    /// is no time. Never negative, never above a day.
    static @Nullable Duration retryAfter(Function<String, @Nullable String> header, Instant now) {
        String millis = header.apply("retry-after-ms");
        String after = header.apply("retry-after");
        try {
            if (millis != null && isDecimal(millis.strip())) {
                return bounded(decimal(millis.strip(), 0));
            }
            if (after == null) {
                return null;
            }
            if (isDecimal(after.strip())) {
                return bounded(decimal(after.strip(), 3));
            }
            ZonedDateTime date =
                    ZonedDateTime.parse(after.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            return bounded(Duration.between(now, date.toInstant()));
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static boolean isDecimal(String text) {
        return text.length() <= 18 && text.matches("[0-9]+(\\.[0-9]+)?");
    }

    private static Duration decimal(String text, int shift) {
        long millis =
                new java.math.BigDecimal(text)
                        .movePointRight(shift)
                        .setScale(0, java.math.RoundingMode.CEILING)
                        .longValueExact();
        return Duration.ofMillis(millis);
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
    }

    /// Cuts a provider's text to a bounded length and hides what looks like a credential.
    static String mask(String text) {
        String bounded = text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "…" : text;
        String hidden = SECRETS.matcher(bounded).replaceAll(UpstreamFaults::hidden);
        StringBuilder clean = new StringBuilder(hidden.length());
        hidden.codePoints()
                .map(c -> Character.isISOControl(c) && c != '\n' ? ' ' : c)
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '?' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static String hidden(java.util.regex.MatchResult match) {
        String prefix = match.group(1) != null ? match.group(1) + "-" : match.group(2);
        return java.util.regex.Matcher.quoteReplacement(prefix == null ? "***" : prefix + "***");
    }

    /// What the error's JSON says, as far as it says anything.
    private record Told(
            @Nullable String message,
            @Nullable String type,
            @Nullable String code,
            @Nullable String param,
            int numericCode) {

        static final Told NOTHING = new Told(null, null, null, null, 0);

        int impliedStatus() {
            if (numericCode >= 400 && numericCode <= 599) {
                return numericCode;
            }
            String word = (type == null ? "" : type) + " " + (code == null ? "" : code);
            if (word.contains("rate_limit")) {
                return 429;
            }
            if (word.contains("invalid_request") || word.contains("context_length")) {
                return 400;
            }
            return UNKNOWN_STATUS;
        }
    }

    private static Told told(byte[] body) {
        return told(body, 0, body.length);
    }

    private static Told told(byte[] body, int offset, int length) {
        if (length == 0 || length > MAX_BODY) {
            return Told.NOTHING;
        }
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), body, offset, length)) {
            JsonToken first = p.nextToken();
            if (first == JsonToken.START_ARRAY) {
                first = p.nextToken();
            }
            return first == JsonToken.START_OBJECT ? envelope(p) : Told.NOTHING;
        } catch (JacksonException e) {
            return Told.NOTHING;
        }
    }

    private static Told envelope(JsonParser p) {
        String loose = null;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            if (name.equals("error") && token == JsonToken.START_OBJECT) {
                return error(p);
            }
            boolean text = token == JsonToken.VALUE_STRING;
            if (text && (name.equals("error") || name.equals("message") || name.equals("detail"))) {
                loose = p.getString();
            }
            p.skipChildren();
        }
        return new Told(loose, null, null, null, 0);
    }

    private static Told error(JsonParser p) {
        String message = null;
        String type = null;
        String code = null;
        String param = null;
        int number = 0;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            if (token == JsonToken.VALUE_STRING) {
                String text = p.getString();
                switch (name) {
                    case "message" -> message = text;
                    case "type", "status" -> type = type == null ? text : type;
                    case "code" -> {
                        code = text;
                        number = text.matches("[45][0-9]{2}") ? Integer.parseInt(text) : number;
                    }
                    case "param" -> param = mask(text);
                    default -> {}
                }
            } else if (token == JsonToken.VALUE_NUMBER_INT
                    && (name.equals("code") || name.equals("status"))
                    && p.getNumberType() == JsonParser.NumberType.INT) {
                number = p.getIntValue();
            }
            p.skipChildren();
        }
        return new Told(message, type, code, param, number);
    }
}
