package dev.sluice.domain;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One failure as a value: what went wrong, in words that say what to do next, and the details
/// that go into `error.sluice`. One boundary per plane turns it into the client's dialect.
///
/// @param status the HTTP status; differs from the code's own only for `upstream_rejected`
/// @param param the offending request field, a dotted path, or null
/// @param retryAfter how long the client should wait, or null
/// @param shouldRetry the `x-should-retry` header, or null to send none
/// @param details fields of `error.sluice` (rule, scope, unit, limit, …): strings, numbers,
///     booleans, null, maps and lists of these
public record Fault(
        FaultCode code,
        int status,
        String message,
        @Nullable String param,
        @Nullable Duration retryAfter,
        @Nullable Boolean shouldRetry,
        Map<String, @Nullable Object> details) {

    public static Fault of(FaultCode code, String message) {
        return new Fault(code, code.httpStatus(), message, null, null, null, Map.of());
    }

    public static Fault invalid(String message, @Nullable String param) {
        return of(FaultCode.INVALID_REQUEST, message).withParam(param);
    }

    public Fault withParam(@Nullable String newParam) {
        return new Fault(code, status, message, newParam, retryAfter, shouldRetry, details);
    }

    public Fault withStatus(int newStatus) {
        return new Fault(code, newStatus, message, param, retryAfter, shouldRetry, details);
    }

    public Fault withRetryAfter(@Nullable Duration wait) {
        return new Fault(code, status, message, param, wait, shouldRetry, details);
    }

    public Fault withShouldRetry(boolean retry) {
        return new Fault(code, status, message, param, retryAfter, retry, details);
    }

    public Fault withDetail(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(details);
        more.put(name, value);
        return new Fault(
                code,
                status,
                message,
                param,
                retryAfter,
                shouldRetry,
                java.util.Collections.unmodifiableMap(more));
    }

    public Optional<Object> detail(String name) {
        return Optional.ofNullable(details.get(name));
    }

    /// The fault as an exception, for code too deep to return it.
    public FaultException asException() {
        return new FaultException(this);
    }
}
