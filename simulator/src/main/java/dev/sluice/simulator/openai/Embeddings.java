package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.answer.Vectors;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An embeddings request and its answer: a unit vector for every input, the same for the same
/// input and model.
record Embeddings(
        String model, List<Item> items, boolean base64, long dimensions, Directives directives) {

    private static final int MOST_INPUTS = 2_048;
    private static final int MOST_DIMENSIONS = 4_096;

    /// One input: its text or its token numbers written out.
    record Item(String text, long tokens) {}

    static Embeddings read(Buffer body) {
        JsonNode root = Json.body(body);
        String asked = Json.text(root, "model");
        if (asked.isEmpty()) {
            throw Json.bad("you must provide a model parameter");
        }
        List<Item> items = items(root.path("input"));
        if (items.isEmpty() || items.size() > MOST_INPUTS) {
            throw Json.bad("'$.input' must have between 1 and " + MOST_INPUTS + " entries.");
        }
        String format = root.path("encoding_format").asString("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw Json.bad("Invalid 'encoding_format': it is 'float' or 'base64'.");
        }
        Directives directives =
                Directives.ofModel(asked).plus(Directives.inText(items.getLast().text()));
        return new Embeddings(
                Directives.bareModel(asked),
                items,
                format.equals("base64"),
                Json.integer(root, "dimensions", 0, 1, MOST_DIMENSIONS),
                directives);
    }

    private static List<Item> items(JsonNode input) {
        List<Item> items = new ArrayList<>();
        if (input.isString()) {
            items.add(item(input));
        } else if (input.isArray() && !input.isEmpty() && input.get(0).isIntegralNumber()) {
            items.add(item(input));
        } else if (input.isArray()) {
            input.forEach(one -> items.add(item(one)));
        }
        return items;
    }

    private static Item item(JsonNode one) {
        if (one.isString() && !one.stringValue().isEmpty()) {
            return new Item(one.stringValue(), Tokens.count(one.stringValue()));
        }
        if (one.isArray() && !one.isEmpty() && one.valueStream().allMatch(JsonNode::isInt)) {
            return new Item(one.toString(), one.size());
        }
        throw Json.bad("'$.input' is invalid: strings or token arrays, none of them empty.");
    }

    Answer answer(Model of, Directives all) {
        for (Item item : items) {
            if (item.tokens() > of.context()) {
                throw Json.bad(
                        "This model's maximum context length is %d tokens, however you requested %d"
                                .formatted(of.context(), item.tokens()));
            }
        }
        int length = Math.toIntExact(dimensions == 0 ? of.dimensions() : dimensions);
        ObjectNode out = Json.object().put("object", "list");
        ArrayNode data = out.putArray("data");
        long tokens = 0;
        for (int i = 0; i < items.size(); i++) {
            float[] vector = Vectors.of(model, items.get(i).text(), length);
            ObjectNode entry = data.addObject().put("object", "embedding").put("index", i);
            if (base64) {
                entry.put("embedding", littleEndian(vector));
            } else {
                ArrayNode numbers = entry.putArray("embedding");
                for (float number : vector) {
                    numbers.add(number);
                }
            }
            tokens += items.get(i).tokens();
        }
        out.put("model", model);
        JsonNode usage = new UsageJson(all).embeddings(tokens);
        if (usage != null) {
            out.set("usage", usage);
        }
        TrueUsage used = TrueUsage.ofPrompt(tokens);
        return new Answer.Plain(200, out.toString(), used, usage == null ? null : usage.toString());
    }

    private static String littleEndian(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
