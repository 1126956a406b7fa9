package dev.sluice.simulator.video;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.script.Directives;
import java.util.function.Function;

/// A video that is asked for.
///
/// @param begin begins its job and answers
record AskedVideo(Making.Wanted wanted, Function<Directives, Answer> begin)
        implements Dialect.Asked {

    @Override
    public String model() {
        return Directives.bareModel(wanted.model());
    }

    @Override
    public Directives directives() {
        return wanted.directives();
    }

    @Override
    public Answer answer(Directives directives) {
        return begin.apply(directives);
    }
}
