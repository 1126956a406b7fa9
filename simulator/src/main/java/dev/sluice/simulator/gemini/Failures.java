package dev.sluice.simulator.gemini;

import static dev.sluice.simulator.script.Directive.MESSAGE;
import static dev.sluice.simulator.script.Directive.RETRY_AFTER;
import static dev.sluice.simulator.script.Directive.TYPE;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.script.Directives;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The error envelope, as body and as element of a stream.
final class Failures {

    private static final String TYPES = "type.googleapis.com/google.rpc.";

    private Failures() {}

    /// @param inArray whether the route answers with an array
    static Answer body(Failure failure, boolean inArray) {
        // The provider calls a wrong key a bad argument.
        boolean wrongKey = failure.code().equals("invalid_api_key");
        int status = wrongKey ? 400 : failure.status();
        String text = failure.messageOr("Simulated failure with status " + status + ".");
        ObjectNode out =
                envelope(status, wrongKey ? "API key not valid." : text, failure.directives());
        ArrayNode details = ((ObjectNode) out.get("error")).putArray("details");
        if (wrongKey) {
            detail(details, "ErrorInfo").put("reason", "API_KEY_INVALID");
        } else if (status == 429) {
            detail(details, "QuotaFailure")
                    .putArray("violations")
                    .addObject()
                    .put("quotaMetric", "simulated_requests");
            String wait = failure.directives().text(RETRY_AFTER, "1");
            detail(details, "RetryInfo").put("retryDelay", wait + "s");
        }
        String json = inArray ? "[" + out + "]" : out.toString();
        return new Answer.Plain(status, json, TrueUsage.NONE, null);
    }

    private static ObjectNode detail(ArrayNode details, String type) {
        return details.addObject().put("@type", TYPES + type);
    }

    static String inStream(Directives directives) {
        return envelope(500, "The simulated model failed.", directives).toString();
    }

    private static ObjectNode envelope(int status, String text, Directives directives) {
        ObjectNode out = Json.object();
        out.putObject("error")
                .put("code", status)
                .put("message", directives.text(MESSAGE, text))
                .put("status", directives.text(TYPE, name(status)));
        return out;
    }

    private static String name(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 499 -> "CANCELLED";
            case 501 -> "UNIMPLEMENTED";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
        };
    }
}
