package dev.sluice.simulator.journal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// One call as one JSON line.
public final class CallJson {

    private static final JsonMapper JSON = JsonMapper.shared();

    private CallJson() {}

    public static String line(Call call) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("sequence", call.sequence());
        line.put("at", call.at().toString());
        line.put("account", call.account());
        line.put("method", call.method());
        line.put("path", call.path());
        line.put("model", call.model());
        line.put("stream", call.stream());
        line.put("request_sha256", call.requestSha256());
        line.put("request_bytes", call.requestBytes());
        if (call.requestBody() != null) {
            line.put("request_body", call.requestBody());
        }
        line.put("headers", call.headers());
        line.put("directives", call.directives());
        line.put("request_id", call.requestId());
        line.put("status", call.status());
        line.put("events", call.events());
        line.put("bytes", call.bytes());
        line.put("planned", usage(call.planned()));
        line.put("produced", usage(call.produced()));
        if (call.reported() != null) {
            line.put("reported", call.reported());
        }
        line.put("outcome", call.outcome().wireName());
        line.put("stage", call.stage().wireName());
        if (call.endedAt() != null) {
            line.put("ended_at", call.endedAt().toString());
        }
        return JSON.writeValueAsString(line);
    }

    private static Map<String, Object> usage(TrueUsage usage) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("prompt_tokens", usage.prompt());
        map.put("cached_tokens", usage.cached());
        map.put("cache_write_tokens", usage.cacheWrite());
        map.put("cache_write_1h_tokens", usage.cacheWriteHour());
        map.put("audio_input_tokens", usage.audioInput());
        map.put("image_input_tokens", usage.imageInput());
        map.put("completion_tokens", usage.completion());
        map.put("reasoning_tokens", usage.reasoning());
        map.put("audio_output_tokens", usage.audioOutput());
        map.put("image_output_tokens", usage.imageOutput());
        map.put("searches", usage.searches());
        usage.counts().toMap().forEach((meter, count) -> map.put(meter.wireName(), count));
        if (!usage.served().isEmpty()) {
            map.put("served", new TreeMap<>(usage.served()));
        }
        return map;
    }
}
