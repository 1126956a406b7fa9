package dev.sluice.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which calls a quota rule counts: every field that is set must match; none set means the whole
/// organization. Teams and keys are ids, the rest are names.
public record Scope(
        @Nullable String team,
        @Nullable String key,
        @Nullable String environment,
        @Nullable String model) {

    public static final Scope ORGANIZATION = new Scope(null, null, null, null);

    /// True when a call with this attribution and public model name is counted.
    public boolean matches(Attribution call, String modelName) {
        return matches(team, call.teamId())
                && matches(key, call.keyId())
                && matches(environment, call.environment())
                && matches(model, modelName);
    }

    private static boolean matches(@Nullable String wanted, @Nullable String actual) {
        return wanted == null || wanted.equals(actual);
    }

    /// The fields that are set, by their wire names, in the order of declaration.
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        put(map, "team", team);
        put(map, "key", key);
        put(map, "environment", environment);
        put(map, "model", model);
        return map;
    }

    private static void put(Map<String, String> map, String name, @Nullable String value) {
        if (value != null) {
            map.put(name, value);
        }
    }
}
