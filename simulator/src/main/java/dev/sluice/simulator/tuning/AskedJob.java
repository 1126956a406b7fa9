package dev.sluice.simulator.tuning;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.script.Directives;
import java.util.function.Function;

/// A job that is asked for.
///
/// @param named its model, with directives
/// @param begin begins it and answers
record AskedJob(String named, Directives directives, Function<Directives, Answer> begin)
        implements Dialect.Asked {

    @Override
    public String model() {
        return Directives.bareModel(named);
    }

    @Override
    public Answer answer(Directives told) {
        return begin.apply(told);
    }
}
