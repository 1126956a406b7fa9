package dev.sluice.simulator.exchange;

import dev.sluice.simulator.script.Directives;
import java.util.Map;

/// A wire format the simulated provider speaks.
public interface Dialect {

    boolean serves(Route route);

    /// The key a request carries; empty for none.
    default String key(Route route) {
        return route.bearer();
    }

    /// Headers of every answer beside those that say what its body is.
    default Map<String, String> headers(String requestId, int status) {
        return Map.of("x-request-id", requestId);
    }

    /// Reads a request; throws [RefusedException] for one a provider would refuse, and
    /// `BadDirectiveException` for a directive it cannot read.
    Asked read(Inbound request);

    /// The provider's error body.
    Answer failure(Failure failure);

    /// A request that was understood.
    interface Asked {

        /// As the client wrote it, without the suffix of directives; empty where there is none.
        default String model() {
            return "";
        }

        default boolean stream() {
            return false;
        }

        /// Those in the model's name and in the text.
        default Directives directives() {
            return Directives.NONE;
        }

        /// Decides the answer; throws [RefusedException] as [Dialect#read] does.
        Answer answer(Directives directives);
    }
}
