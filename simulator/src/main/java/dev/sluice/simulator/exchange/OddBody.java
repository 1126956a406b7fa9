package dev.sluice.simulator.exchange;

import dev.sluice.simulator.script.BadDirectiveException;

/// Bodies no client expects after a 200.
final class OddBody {

    private static final String HTML =
            "<!doctype html><html><head><title>502</title></head><body>Bad gateway</body></html>";

    private OddBody() {}

    /// The same answer with another body. What was used stays used, and is not reported.
    static Answer instead(Answer answer, String kind) {
        String body =
                switch (kind) {
                    case "empty" -> "";
                    case "html" -> HTML;
                    case "truncated" -> "{\"id\":\"chatcmpl-sim\",\"choices\":[{\"ind";
                    case "null" -> "null";
                    case "array" -> "[]";
                    case "object" -> "{}";
                    default -> throw new BadDirectiveException("no body '" + kind + "'");
                };
        return new Answer.Plain(answer.status(), body, answer.usage(), null);
    }
}
