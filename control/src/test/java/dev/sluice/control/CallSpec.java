package dev.sluice.control;

import dev.sluice.domain.Attribution;
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
        @Nullable String keyId) {

    static CallSpec of(String organization, Instant at, long input, long output) {
        return new CallSpec(
                organization, at, input, output, 200, "service:api", "customer-1", "replies", null);
    }

    CallSpec status(int code) {
        return new CallSpec(
                organization, at, input, output, code, owner, customer, workflow, keyId);
    }

    CallSpec owner(String name) {
        return new CallSpec(
                organization, at, input, output, status, name, customer, workflow, keyId);
    }

    CallSpec customer(String name) {
        return new CallSpec(organization, at, input, output, status, owner, name, workflow, keyId);
    }

    CallSpec key(String id) {
        return new CallSpec(organization, at, input, output, status, owner, customer, workflow, id);
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
