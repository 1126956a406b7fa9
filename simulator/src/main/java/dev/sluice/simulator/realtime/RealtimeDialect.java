package dev.sluice.simulator.realtime;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.openai.Failures;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.plan.Models.Kind;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;

/// What is answered in HTTP on the path of sessions: every refusal of one.
public final class RealtimeDialect implements Dialect {

    public static final String PATH = "/v1/realtime";

    private final Models models;

    public RealtimeDialect(Models models) {
        this.models = models;
    }

    @Override
    public boolean serves(Route route) {
        return route.is("GET", PATH);
    }

    /// Whether a request asks for a session, and for nothing that is refused.
    public boolean takes(Route route) {
        String asked = route.parameter("model");
        if (!serves(route) || !route.header("upgrade").equalsIgnoreCase("websocket")) {
            return false;
        }
        if (route.parameter("intent").equals("transcription")) {
            return asked.isEmpty();
        }
        return asked.indexOf('+') < 0
                && models.find(asked).filter(model -> model.kind() == Kind.TALKS).isPresent();
    }

    @Override
    public Asked read(Inbound request) {
        String asked = request.route().parameter("model");
        return new Asked() {
            @Override
            public String model() {
                return asked;
            }

            @Override
            public Directives directives() {
                return Directives.ofModel(asked);
            }

            @Override
            public Answer answer(Directives directives) {
                throw refusal(Directives.bareModel(asked));
            }
        };
    }

    private RefusedException refusal(String name) {
        Model model =
                models.find(name)
                        .orElseThrow(() ->
                                new RefusedException(
                                        404,
                                        "model_not_found",
                                        "The model `" + name + "` does not exist."));
        return Json.bad(
                model.kind() == Kind.TALKS
                        ? "Connect with a WebSocket."
                        : "Model \"" + name + "\" is not supported in realtime mode.");
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }
}
