package dev.sluice.app.clients;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a suite is pointed at, as the variables it reads.
///
/// @param baseUrl what an SDK takes as its base URL, with `/v1`
/// @param key a credential for model calls
/// @param simulator origin of the simulated provider, whose journal keeps request bodies
/// @param management null: a bare upstream, without management and charges
/// @param prices model to price as JSON, for the oracle; null: it asks the management API
record SuiteTarget(
        URI baseUrl,
        String key,
        URI simulator,
        @Nullable Management management,
        @Nullable String prices) {

    /// The management API and the installation's credential.
    record Management(URI origin, String adminKey) {}

    /// With a gateway, charges are not optional.
    Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>();
        variables.put("SLUICE_BASE_URL", baseUrl.toString());
        variables.put("SLUICE_KEY", key);
        variables.put("SLUICE_SIM_URL", simulator.toString());
        variables.put("SLUICE_URL", management == null ? "" : management.origin().toString());
        variables.put("SLUICE_ADMIN_KEY", management == null ? "" : management.adminKey());
        variables.put("SLUICE_CHARGES", management == null ? "" : "required");
        variables.put("SLUICE_PRICES", prices == null ? "" : prices);
        variables.put("SLUICE_ORGANIZATION", "");
        variables.put("SLUICE_SIM_CONTROL_KEY", "");
        return variables;
    }
}
