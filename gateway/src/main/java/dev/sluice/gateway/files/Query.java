package dev.sluice.gateway.files;

import dev.sluice.domain.Fault;
import dev.sluice.gateway.offloop.OffLoop.Ask;
import java.util.List;

/// Reads the parameters of a request for a list.
public final class Query {

    private Query() {}

    public static String text(Ask ask, String name, String otherwise) {
        return ask.query().getOrDefault(name, List.of(otherwise)).getFirst();
    }

    /// A number from 1 on; throws the fault of anything else.
    public static int whole(Ask ask, String name, int otherwise, int most) {
        String text = text(ask, name, Integer.toString(otherwise));
        int number = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > most) {
            throw Fault.invalid("`%s` must be an integer from 1 to %d.".formatted(name, most), name)
                    .asException();
        }
        return number;
    }
}
