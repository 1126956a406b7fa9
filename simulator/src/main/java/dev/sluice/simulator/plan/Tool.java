package dev.sluice.simulator.plan;

import tools.jackson.databind.JsonNode;

/// A tool the client runs.
///
/// @param schema of its arguments; not an object where there is none
/// @param freeText takes text instead of arguments
public record Tool(String name, JsonNode schema, boolean freeText) {}
