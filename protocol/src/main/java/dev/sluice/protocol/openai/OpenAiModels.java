package dev.sluice.protocol.openai;

import dev.sluice.protocol.json.PointEdits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/// `GET /v1/models` and `GET /v1/models/{id}`: the models a key may call, as OpenAI lists them.
public final class OpenAiModels {

    /// One model.
    ///
    /// @param id the public model name
    /// @param created when it was published, or the epoch when unknown
    /// @param ownedBy the vendor's or organization's name
    public record Model(String id, Instant created, String ownedBy) {}

    private OpenAiModels() {}

    public static byte[] list(List<Model> models) {
        return models.stream()
                .map(OpenAiModels::json)
                .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] one(Model model) {
        return json(model).getBytes(StandardCharsets.UTF_8);
    }

    private static String json(Model model) {
        return "{\"id\":%s,\"object\":\"model\",\"created\":%d,\"owned_by\":%s}"
                .formatted(
                        PointEdits.quote(model.id()),
                        model.created().getEpochSecond(),
                        PointEdits.quote(model.ownedBy()));
    }
}
