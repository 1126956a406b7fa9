package dev.sluice.app.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What would happen: `estimate` and `explain`. Both answer with 0 whether or not it would be
/// allowed: the question was answered.
final class QuestionCommands {

    private QuestionCommands() {}

    static Verb estimate() {
        Field endpoint =
                Field.text("--endpoint", "PATH", "of the call; default /v1/chat/completions");
        Field key = Field.text("--key", "KEY", "as this key; default anybody of the organization");
        return Verb.named("estimate", "Would this call pass, and what would it cost?")
                .argument("FILE", "the body of the call, as JSON; '-' reads standard input")
                .options(endpoint, key)
                .example("sluice estimate call.json --key my-app")
                .runs(in -> {
                    String file = in.argument(0);
                    JsonNode call = Json.parseFile(in.read(file), file);
                    String path = in.one(endpoint.option());
                    ObjectNode body =
                            Json.object()
                                    .put("endpoint", path == null ? "/v1/chat/completions" : path);
                    body.set("body", call);
                    in.given(key).ifPresent(value -> body.put("key", value.getFirst()));
                    return in.print(in.post("estimate", body), List.of());
                });
    }

    static Verb explain() {
        return Verb.call("explain", "POST", "explain", "May this caller do this, and why?")
                .body(
                        Field.text("--key", "KEY", "id or label; or --caller"),
                        Field.text("--caller", "WHO", "user:NAME or service:NAME"),
                        Field.text("--model", "MODEL", "the public name").must(),
                        Field.text("--action", "ACTION", "chat, streaming, tools, embeddings, …")
                                .must(),
                        Field.text("--data-class", "CLASS", "of what would be sent"),
                        Field.text("--environment", "NAME", "where"),
                        Field.text("--at", "TIME", "at a past time"))
                .example("sluice explain --key my-app --model sim-chat --action chat");
    }
}
