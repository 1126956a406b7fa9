package dev.sluice.app.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the management API answered.
///
/// @param body the text exactly as it came
record ApiAnswer(int status, String body, Optional<String> requestId, Optional<String> date) {

    boolean ok() {
        return status >= 200 && status < 300;
    }

    /// The body as a tree, or null when it is empty or not JSON.
    @Nullable JsonNode json() {
        return body.isBlank() ? null : Json.parseOrNull(body);
    }

    /// Says what was refused and what to do about it.
    ///
    /// @return lines for a person
    String refusal() {
        JsonNode node = json();
        JsonNode error = node == null ? null : node.get("error");
        String message = error == null ? null : Json.text(error, "message");
        String code = error == null ? null : Json.text(error, "code");
        String param = error == null ? null : Json.text(error, "param");
        StringBuilder words = new StringBuilder(message == null ? "no reason given." : message);
        words.append("\n  status: ").append(status).append(code == null ? "" : " " + code);
        if (param != null) {
            words.append("\n  parameter: ").append(param);
        }
        String inBody = error == null ? null : Json.text(error, "sluice.request_id");
        String id = inBody == null ? requestId.orElse(null) : inBody;
        if (id != null) {
            words.append("\n  request id: ").append(id);
        }
        if (status == 401) {
            words.append(
                    "\n  The credential was not accepted: set SLUICE_ADMIN_KEY, or remove the"
                            + " profile's.");
        } else if (status == 403) {
            words.append(
                    "\n  Somebody with the role owner or platform sees which roles a credential"
                            + " has ('sluice admin-tokens list').");
        } else if (error == null) {
            words.append("\n  Whoever answered does not seem to be Sluice: check SLUICE_URL.");
        }
        return words.toString();
    }
}
