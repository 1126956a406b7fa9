package dev.sluice.simulator.openai;

import static dev.sluice.simulator.script.Directive.CODE;
import static dev.sluice.simulator.script.Directive.MESSAGE;
import static dev.sluice.simulator.script.Directive.TYPE;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.script.Directives;
import tools.jackson.databind.node.ObjectNode;

/// The error envelope, as body and as event.
public final class Failures {

    private Failures() {}

    public static Answer body(Failure failure) {
        int status = failure.status();
        String usual = failure.code().isEmpty() ? usualCode(status) : failure.code();
        String told = failure.directives().text(CODE, usual);
        String text = failure.messageOr("Simulated failure with status " + status + ".");
        String json = envelope(status, told, text, failure.directives());
        return new Answer.Plain(status, json, TrueUsage.NONE, null);
    }

    /// The data of an error event after the first byte.
    public static String inStream(Directives directives) {
        String code = directives.text(CODE, "server_error");
        return envelope(500, code, "The simulated model failed in mid-stream.", directives);
    }

    /// The error inside a response that failed.
    static ObjectNode ofResponse(Directives directives) {
        return Json.object()
                .put("code", directives.text(CODE, "server_error"))
                .put("message", directives.text(MESSAGE, "The simulated model failed."));
    }

    private static String envelope(int status, String code, String text, Directives directives) {
        ObjectNode out = Json.object();
        out.putObject("error")
                .put("message", directives.text(MESSAGE, text))
                .put("type", directives.text(TYPE, usualType(status, code)))
                .putNull("param")
                .put("code", code.isEmpty() ? null : code);
        return out.toString();
    }

    private static String usualCode(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> "";
        };
    }

    private static String usualType(int status, String code) {
        if (code.equals("insufficient_quota")) {
            return code;
        }
        if (status == 429) {
            return "requests";
        }
        return status >= 500 ? "server_error" : "invalid_request_error";
    }
}
