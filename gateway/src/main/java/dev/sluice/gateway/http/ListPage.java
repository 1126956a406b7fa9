package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import java.util.function.BinaryOperator;

/// Which part of a list a request asks for, in the `order`, `limit` and `after` of its query.
///
/// @param after the one before it; empty for the beginning
public record ListPage(boolean ascending, int limit, String after) {

    /// Throws the fault of what cannot be asked for.
    ///
    /// @param parameters the value of a parameter, or what is given with its name where it has none
    /// @param usual how many are listed where the request does not say
    public static ListPage of(BinaryOperator<String> parameters, int usual, int most) {
        String order = parameters.apply("order", "desc");
        if (!order.equals("asc") && !order.equals("desc")) {
            throw Fault.invalid("`order` must be `asc` or `desc`.", "order").asException();
        }
        int limit = limit(parameters, usual, most);
        return new ListPage(order.equals("asc"), limit, parameters.apply("after", ""));
    }

    /// How many are asked for of a list that has one order alone.
    public static int limit(BinaryOperator<String> parameters, int usual, int most) {
        return limit(parameters, "limit", usual, most);
    }

    /// The same where the parameter has another name.
    public static int limit(BinaryOperator<String> parameters, String name, int usual, int most) {
        String text = parameters.apply(name, Integer.toString(usual));
        int limit = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > most) {
            throw Fault.invalid("`" + name + "` must be an integer from 1 to " + most + ".", name)
                    .asException();
        }
        return limit;
    }
}
