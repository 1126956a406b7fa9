package dev.sluice.gateway.offloop;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.offloop.OffLoop.Answer;
import dev.sluice.gateway.offloop.OffLoop.Ask;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import dev.sluice.protocol.json.Trees;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// What [KeyedRoutes] answer.
public final class KeyedAnswers {

    private KeyedAnswers() {}

    public static Answer json(ObjectNode body) {
        return Answer.of(200, Map.of("content-type", "application/json"), Trees.bytes(body));
    }

    public static Answer fault(Fault fault, Ask ask) {
        return fault(fault, ask, Map.of());
    }

    /// Whose shapes the client of a shared path reads.
    public static Dialect dialect(Ask ask) {
        return Dialect.of(ask.path(), ask.headers()::containsKey);
    }

    /// The refusal of a method.
    ///
    /// @param allow what may be used, as `GET, POST`
    public static Answer notAllowed(Ask ask, String allow) {
        Fault fault =
                Fault.of(
                        FaultCode.METHOD_NOT_ALLOWED,
                        "Use " + allow.replace(", ", " or ") + " for " + ask.path() + ".");
        return fault(fault, ask, Map.of("allow", allow));
    }

    private static Answer fault(Fault fault, Ask ask, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(Faults.headers(fault));
        headers.put("content-type", "application/json");
        headers.putAll(more);
        return Answer.of(
                fault.status(), headers, Faults.body(dialect(ask), fault, ask.requestId()));
    }
}
