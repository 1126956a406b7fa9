package dev.sluice.simulator.anthropic;

import dev.sluice.simulator.answer.PrefixMemory.Prefix;
import dev.sluice.simulator.exchange.Json;
import tools.jackson.databind.JsonNode;

/// A place up to which the client wants the prompt kept.
record Breakpoint(Prefix prefix, boolean hour) {

    static boolean isHour(JsonNode cacheControl) {
        return Json.text(cacheControl, "ttl").equals("1h");
    }
}
