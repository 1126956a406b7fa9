package dev.sluice.control.http;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `Idempotency-Key` of management POSTs: by organization, caller, path and key, for 24 hours.
final class IdempotencyStore {

    private static final Duration KEPT = Duration.ofHours(24);

    /// A call that neither finished nor failed by then died with its replica; its transaction
    /// cannot have committed without finishing the claim.
    private static final Duration ABANDONED = Duration.ofMinutes(2);

    /// What a key is unique in.
    record Name(String organizationId, String actor, String path, String key) {}

    /// What is known of a key.
    record Known(
            String bodyHash,
            boolean finished,
            int status,
            @Nullable String headers,
            Optional<Body> body,
            @Nullable String subject,
            Instant createdAt) {}

    /// A stored body.
    static final class Body {
        private final byte[] bytes;

        Body(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /// Claims the key, or answers what an earlier call with it answered. Any other case is a 409.
    ///
    /// @return empty when this call is the first and goes on
    Optional<ManagementResponse> claim(Sql sql, Name name, String bodyHash, Instant now) {
        sql.update("DELETE FROM idempotent_request WHERE created_at < ?", now.minus(KEPT));
        int inserted =
                sql.update(
                        """
                        INSERT INTO idempotent_request AS i
                        (organization_id, actor, path, idem_key, body_sha256, state, created_at)
                        VALUES (?, ?, ?, ?, ?, 'running', ?)
                        ON CONFLICT (organization_id, actor, path, idem_key) DO UPDATE
                        SET created_at = excluded.created_at, body_sha256 = excluded.body_sha256
                        WHERE i.state = 'running' AND i.created_at < ?
                        """,
                        name.organizationId,
                        name.actor,
                        name.path,
                        name.key,
                        bodyHash,
                        now,
                        now.minus(ABANDONED));
        if (inserted == 1) {
            return Optional.empty();
        }
        Known known =
                sql.one(
                        """
                        SELECT * FROM idempotent_request
                        WHERE organization_id = ? AND actor = ? AND path = ? AND idem_key = ?
                        """,
                        IdempotencyStore::known,
                        name.organizationId,
                        name.actor,
                        name.path,
                        name.key);
        return Optional.of(replay(known, bodyHash));
    }

    private static ManagementResponse replay(Known known, String bodyHash) {
        if (!known.bodyHash.equals(bodyHash)) {
            throw Fault.of(
                            FaultCode.IDEMPOTENCY_CONFLICT,
                            "This Idempotency-Key was used with another body. Take a new key.")
                    .withShouldRetry(false)
                    .asException();
        }
        if (!known.finished) {
            throw Fault.of(
                            FaultCode.IDEMPOTENCY_IN_PROGRESS,
                            "A call with this Idempotency-Key is still running.")
                    .withRetryAfter(Duration.ofSeconds(1))
                    .asException();
        }
        if (known.body.isEmpty()) {
            throw Fault.of(
                            FaultCode.IDEMPOTENCY_REPLAY,
                            "This call was already done and made "
                                    + known.subject
                                    + ". Its secret is shown only once and was not kept: rotate it"
                                    + " for a new one.")
                    .withShouldRetry(false)
                    .withDetail("id", known.subject)
                    .asException();
        }
        ManagementResponse response =
                ManagementResponse.bytes(
                        known.status, ManagementResponse.JSON, known.body.get().bytes);
        if (known.headers != null) {
            for (var header : Json.parse(known.headers).properties()) {
                response = response.withHeader(header.getKey(), header.getValue().stringValue());
            }
        }
        return response.withHeader("x-sluice-idempotent-replay", "true");
    }

    void finish(Sql sql, Name name, ManagementResponse response) {
        boolean secret = response.secretOf().isPresent();
        ObjectNode headers = Json.object();
        response.headers().forEach(headers::put);
        sql.update(
                """
                UPDATE idempotent_request
                SET state = 'finished', status = ?, headers = ?::jsonb, body = ?, subject = ?
                WHERE organization_id = ? AND actor = ? AND path = ? AND idem_key = ?
                """,
                response.status(),
                Json.text(headers),
                secret ? null : response.body(),
                response.secretOf().orElse(null),
                name.organizationId,
                name.actor,
                name.path,
                name.key);
    }

    void delete(Sql sql, Name name) {
        sql.update(
                """
                DELETE FROM idempotent_request
                WHERE organization_id = ? AND actor = ? AND path = ? AND idem_key = ?
                """,
                name.organizationId,
                name.actor,
                name.path,
                name.key);
    }

    static String hash(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Known known(Row row) {
        byte @Nullable [] body = row.bytesOrNull("body");
        return new Known(
                row.text("body_sha256"),
                row.text("state").equals("finished"),
                row.integerOrNull("status") == null ? 0 : row.integer("status"),
                row.textOrNull("headers"),
                body == null ? Optional.empty() : Optional.of(new Body(body)),
                row.textOrNull("subject"),
                row.instant("created_at"));
    }
}
