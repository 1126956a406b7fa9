package dev.sluice.simulator.anthropic;

import static dev.sluice.simulator.script.Directive.MESSAGE;
import static dev.sluice.simulator.script.Directive.TYPE;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.script.Directives;
import tools.jackson.databind.node.ObjectNode;

/// The error envelope, as body and as event.
final class Failures {

    private Failures() {}

    static Answer body(Failure failure) {
        int status = failure.status();
        ObjectNode out =
                envelope(
                        usualType(status),
                        failure.messageOr(usualMessage(status)),
                        failure.directives());
        out.put("request_id", failure.requestId());
        return new Answer.Plain(status, out.toString(), TrueUsage.NONE, null);
    }

    /// An error event after the first byte.
    static Frame inStream(Directives directives) {
        ObjectNode out = envelope("api_error", "The simulated model failed.", directives);
        return new Frame("error", out.toString(), null, null);
    }

    private static ObjectNode envelope(String type, String text, Directives directives) {
        ObjectNode out = Json.object().put("type", "error");
        out.putObject("error")
                .put("type", directives.text(TYPE, type))
                .put("message", directives.text(MESSAGE, text));
        return out;
    }

    private static String usualMessage(int status) {
        return status == 529 ? "Overloaded" : "Simulated failure with status " + status + ".";
    }

    private static String usualType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }
}
