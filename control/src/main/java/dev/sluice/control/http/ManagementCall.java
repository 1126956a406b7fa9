package dev.sluice.control.http;

import dev.sluice.control.access.Actor;
import dev.sluice.domain.Fault;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One management call after it was authenticated and authorised.
///
/// @param parameters the variable parts of the path, decoded
/// @param organization the one organization it works on, or null for routes of the installation
/// @param now the moment it began
/// @param idempotency the claim on its `Idempotency-Key`, or null
public record ManagementCall(
        ManagementRequest request,
        Map<String, String> parameters,
        Actor actor,
        @Nullable String organization,
        String requestId,
        Instant now,
        @Nullable IdempotencyClaim idempotency) {

    /// The id of the organization this call works on.
    public String organizationId() {
        if (organization == null) {
            throw new IllegalStateException("this route has no organization");
        }
        return organization;
    }

    /// A variable part of the path.
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("this route has no {" + name + "}");
        }
        return value;
    }

    /// A boolean of the query; absent is false.
    public boolean flag(String name) {
        return switch (request.query(name).orElse("false")) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default ->
                    throw Fault.invalid("'" + name + "' must be true or false.", name)
                            .asException();
        };
    }
}
