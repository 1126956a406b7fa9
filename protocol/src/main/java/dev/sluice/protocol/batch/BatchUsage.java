package dev.sluice.protocol.batch;

import dev.sluice.protocol.json.Trees;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the answers of a batch say was used, together. For those who read it there: what is paid
/// is metered call by call.
public final class BatchUsage {

    private long input;
    private long cached;
    private long output;
    private long reasoning;

    /// Counts one answer.
    ///
    /// @param line of the file of answers
    public void add(byte[] line) {
        JsonNode usage = Trees.read(line).path("response").path("body").path("usage");
        boolean chat = usage.has("prompt_tokens");
        String in = chat ? "prompt_tokens" : "input_tokens";
        String out = chat ? "completion_tokens" : "output_tokens";
        input += usage.path(in).asLong(0);
        cached += usage.path(in + "_details").path("cached_tokens").asLong(0);
        output += usage.path(out).asLong(0);
        reasoning += usage.path(out + "_details").path("reasoning_tokens").asLong(0);
    }

    public ObjectNode json() {
        ObjectNode json = Trees.object().put("input_tokens", input);
        json.putObject("input_tokens_details").put("cached_tokens", cached);
        json.put("output_tokens", output);
        json.putObject("output_tokens_details").put("reasoning_tokens", reasoning);
        return json.put("total_tokens", input + output);
    }
}
