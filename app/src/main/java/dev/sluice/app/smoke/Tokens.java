package dev.sluice.app.smoke;

/// What an endpoint says it counted.
///
/// @param input whole, cached parts included
/// @param output whole, reasoning included
public record Tokens(long input, long output) {}
