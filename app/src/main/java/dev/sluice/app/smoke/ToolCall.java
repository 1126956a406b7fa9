package dev.sluice.app.smoke;

import tools.jackson.databind.JsonNode;

/// A call of the tool that smoke offers.
///
/// @param arguments null when they are no JSON object
public record ToolCall(String name, @org.jspecify.annotations.Nullable JsonNode arguments) {}
