package dev.sluice.domain;

/// Every way a call can end badly: who caused it, the HTTP status, and whether another try helps.
///
/// The lower-case names are public API.
public enum FaultCode {
    INVALID_REQUEST(400, Source.CLIENT, Retry.NEVER),
    INVALID_API_KEY(401, Source.CLIENT, Retry.NEVER),
    INSUFFICIENT_BALANCE(402, Source.CLIENT, Retry.NEVER),
    POLICY_DENIED(403, Source.CLIENT, Retry.NEVER),
    /// A management credential without the right; calls to models use `policy_denied`.
    PERMISSION_DENIED(403, Source.CLIENT, Retry.NEVER),
    MODEL_NOT_FOUND(404, Source.CLIENT, Retry.NEVER),
    NOT_FOUND(404, Source.CLIENT, Retry.NEVER),
    METHOD_NOT_ALLOWED(405, Source.CLIENT, Retry.NEVER),
    REQUEST_TIMEOUT(408, Source.CLIENT, Retry.LATER),
    CONFLICT(409, Source.CLIENT, Retry.NEVER),
    IDEMPOTENCY_IN_PROGRESS(409, Source.CLIENT, Retry.LATER),
    IDEMPOTENCY_REPLAY(409, Source.CLIENT, Retry.NEVER),
    IDEMPOTENCY_CONFLICT(409, Source.CLIENT, Retry.NEVER),
    PRECONDITION_FAILED(412, Source.CLIENT, Retry.NEVER),
    REQUEST_TOO_LARGE(413, Source.CLIENT, Retry.NEVER),
    URI_TOO_LONG(414, Source.CLIENT, Retry.NEVER),
    UNSUPPORTED_MEDIA_TYPE(415, Source.CLIENT, Retry.NEVER),
    MODEL_NOT_PRICED(422, Source.GATEWAY, Retry.NEVER),
    RATE_LIMIT_EXCEEDED(429, Source.CLIENT, Retry.LATER),
    QUOTA_EXCEEDED(429, Source.CLIENT, Retry.NEVER),
    HEADERS_TOO_LARGE(431, Source.CLIENT, Retry.NEVER),
    CLIENT_CLOSED(499, Source.CLIENT, Retry.NEVER),
    /// The provider refused this very request; carries the provider's own status.
    UPSTREAM_REJECTED(400, Source.UPSTREAM, Retry.NEVER),
    UPSTREAM_RATE_LIMITED(429, Source.UPSTREAM, Retry.OTHER_TARGET),
    UPSTREAM_ERROR(502, Source.UPSTREAM, Retry.OTHER_TARGET),
    UPSTREAM_TIMEOUT(504, Source.UPSTREAM, Retry.OTHER_TARGET),
    INTERNAL_ERROR(500, Source.GATEWAY, Retry.LATER),
    OVERLOADED(503, Source.GATEWAY, Retry.LATER),
    ESCROW_UNAVAILABLE(503, Source.GATEWAY, Retry.LATER);

    /// Whose doing it was.
    public enum Source {
        CLIENT,
        GATEWAY,
        UPSTREAM
    }

    /// Whether, and where, trying again can help.
    public enum Retry {
        NEVER,
        LATER,
        OTHER_TARGET
    }

    private final int httpStatus;
    private final Source source;
    private final Retry retry;

    FaultCode(int httpStatus, Source source, Retry retry) {
        this.httpStatus = httpStatus;
        this.source = source;
        this.retry = retry;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public Source source() {
        return source;
    }

    public Retry retry() {
        return retry;
    }

    /// The name clients see in `error.code`.
    public String wireName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
