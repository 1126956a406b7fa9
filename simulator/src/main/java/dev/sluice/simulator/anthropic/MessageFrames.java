package dev.sluice.simulator.anthropic;

import static dev.sluice.simulator.script.Directive.NO_FINISH;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Pieces;
import dev.sluice.simulator.plan.Plan;
import dev.sluice.simulator.plan.Seal;
import dev.sluice.simulator.plan.Step;
import dev.sluice.simulator.plan.StepFrames;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An answer as a stream of named events: the message opens, its blocks open, grow and close one
/// after the other, the message ends.
final class MessageFrames {

    private final MessagePlan message;
    private final Plan plan;

    private MessageFrames(MessagePlan message) {
        this.message = message;
        this.plan = message.plan();
    }

    static Answer of(MessagePlan message) {
        Plan plan = message.plan();
        List<Iterator<Step>> parts = new MessageFrames(message).parts();
        Frame end = new Frame("message_stop", typed("message_stop").toString(), null, null);
        return Answer.Streamed.sse(
                new StepFrames(plan.usage(), (data, number, soFar) -> null, parts),
                end,
                Failures.inStream(plan.directives()),
                plan.usage());
    }

    private List<Iterator<Step>> parts() {
        List<Iterator<Step>> parts = new ArrayList<>();
        parts.add(List.of(start()).iterator());
        List<Block> blocks = Block.of(plan);
        for (int index = 0; index < blocks.size(); index++) {
            parts.add(block(blocks.get(index), index).iterator());
        }
        if (!plan.directives().flag(NO_FINISH)) {
            parts.add(List.of(finish()).iterator());
        }
        return parts;
    }

    private static ObjectNode typed(String type) {
        return Json.object().put("type", type);
    }

    /// One output token is told at the start: whoever adds the counts of a stream counts it twice.
    private Step start() {
        ObjectNode opened = message.message();
        JsonNode usage = message.usage(Math.min(1, plan.usage().completion()));
        if (usage != null) {
            opened.set("usage", usage);
        }
        ObjectNode data = typed("message_start");
        data.set("message", opened);
        String reported = usage == null ? null : usage.toString();
        return new Step("message_start", data, 0, 0, reported);
    }

    private Stream<Step> block(Block block, int index) {
        ObjectNode start = typed("content_block_start").put("index", index);
        start.set("content_block", block.opened());
        long tokens = block.openingTokens();
        long reasoning = block instanceof Block.Redacted ? tokens : 0;
        Step opens = new Step("content_block_start", start, tokens, reasoning, null);
        Step closes =
                Step.silent("content_block_stop", typed("content_block_stop").put("index", index));
        Stream<Step> begin =
                index == 0
                        ? Stream.of(opens, Step.silent("ping", typed("ping")))
                        : Stream.of(opens);
        return Stream.concat(Stream.concat(begin, grows(block, index)), Stream.of(closes));
    }

    private Stream<Step> grows(Block block, int index) {
        return switch (block) {
            case Block.Thinking thinking -> {
                Stream<Step> thoughts =
                        Pieces.of(plan, thinking.text())
                                .map(piece -> {
                                    long tokens = Tokens.count(piece);
                                    return delta(
                                            index,
                                            typed("thinking_delta").put("thinking", piece),
                                            tokens,
                                            tokens);
                                });
                ObjectNode signature =
                        typed("signature_delta")
                                .put("signature", Seal.of("thinking", thinking.text()));
                yield Stream.concat(thoughts, Stream.of(delta(index, signature, 0, 0)));
            }
            case Block.Text text -> {
                Stream<Step> words =
                        Pieces.ofText(plan, plan.choices().getFirst())
                                .map(piece ->
                                        delta(
                                                index,
                                                typed("text_delta").put("text", piece),
                                                Tokens.count(piece),
                                                0));
                yield text.cited() ? Stream.concat(words, Stream.of(cites(index))) : words;
            }
            case Block.Use use -> input(index, use.call().arguments(), true);
            case Block.Search search -> input(index, Block.QUERY, false);
            case Block.Redacted redacted -> Stream.of();
            case Block.Found found -> Stream.of();
        };
    }

    /// Arguments come as pieces of JSON, the first of them empty.
    private Stream<Step> input(int index, String json, boolean counted) {
        return Stream.concat(Stream.of(""), Pieces.of(plan, json))
                .map(piece ->
                        delta(
                                index,
                                typed("input_json_delta").put("partial_json", piece),
                                counted ? Tokens.count(piece) : 0,
                                0));
    }

    private static Step cites(int index) {
        ObjectNode delta = typed("citations_delta");
        delta.set("citation", Block.citation());
        return delta(index, delta, 0, 0);
    }

    private static Step delta(int index, ObjectNode delta, long tokens, long reasoning) {
        ObjectNode data = typed("content_block_delta").put("index", index);
        data.set("delta", delta);
        return new Step("content_block_delta", data, tokens, reasoning, null);
    }

    private Step finish() {
        ObjectNode data = typed("message_delta");
        message.ending(data.putObject("delta"));
        JsonNode usage = message.finalUsage();
        if (usage != null) {
            data.set("usage", usage);
        }
        String reported = usage == null ? null : usage.toString();
        return new Step("message_delta", data, 0, 0, reported);
    }
}
