package dev.sluice.simulator.exchange;

import dev.sluice.simulator.script.Directives;

/// A wire format the simulated provider speaks.
public interface Dialect {

    boolean serves(String method, String path);

    /// Reads a request; throws [RefusedException] for one a provider would refuse, and
    /// `BadDirectiveException` for a directive it cannot read.
    Asked read(Inbound request);

    /// The provider's error body for a failure of this status.
    Answer failure(int status, String code, String message, Directives directives);

    /// A request that was understood.
    interface Asked {

        /// As the client wrote it, without the suffix of directives; empty where there is none.
        String model();

        boolean stream();

        /// Those in the model's name and in the text.
        Directives directives();

        /// Decides the answer; throws [RefusedException] as [Dialect#read] does.
        Answer answer(Directives directives);
    }
}
