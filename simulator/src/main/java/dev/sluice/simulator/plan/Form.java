package dev.sluice.simulator.plan;

import tools.jackson.databind.JsonNode;

/// What the text of an answer has to be.
public sealed interface Form {

    Form PROSE = new Prose();
    Form ANY_OBJECT = new AnyObject();

    record Prose() implements Form {}

    record AnyObject() implements Form {}

    /// Bare, without quotes.
    record Word(String word) implements Form {}

    record Fitting(JsonNode schema) implements Form {}
}
