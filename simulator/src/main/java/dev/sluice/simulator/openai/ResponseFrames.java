package dev.sluice.simulator.openai;

import static dev.sluice.simulator.script.Directive.ERROR_AT;
import static dev.sluice.simulator.script.Directive.NO_DONE;
import static dev.sluice.simulator.script.Directive.NO_FINISH;
import static dev.sluice.simulator.script.Directive.TYPE;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Choice;
import dev.sluice.simulator.plan.Pieces;
import dev.sluice.simulator.plan.Plan;
import dev.sluice.simulator.plan.Step;
import dev.sluice.simulator.plan.StepFrames;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A response as a stream of events, each with its name and its number: the response begins, its
/// items begin, grow and end one after the other, the response ends.
final class ResponseFrames {

    private final ResponsePlan response;
    private final Plan plan;

    private ResponseFrames(ResponsePlan response) {
        this.response = response;
        this.plan = response.plan();
    }

    static Answer of(ResponsePlan response) {
        Plan plan = response.plan();
        List<Iterator<Step>> parts = new ResponseFrames(response).parts();
        return Answer.Streamed.sse(
                new StepFrames(
                        plan.usage(),
                        (data, number, soFar) -> {
                            data.put("sequence_number", number);
                            return null;
                        },
                        parts),
                null,
                error(response),
                plan.usage());
    }

    /// A failed response; with `type=error` the bare event some clients know instead.
    private static Frame error(ResponsePlan response) {
        var directives = response.plan().directives();
        String type = directives.text(TYPE, "response.failed");
        ObjectNode data;
        if (type.equals("error")) {
            data = Failures.ofResponse(directives).put("type", "error").putNull("param");
        } else {
            data = Json.object().put("type", "response.failed");
            data.set("response", response.failed());
        }
        data.put("sequence_number", directives.number(ERROR_AT, 0));
        return new Frame(Json.text(data, "type"), data.toString(), null, null);
    }

    private List<Iterator<Step>> parts() {
        List<Iterator<Step>> parts = new ArrayList<>();
        parts.add(
                Stream.of("response.created", "response.in_progress")
                        .map(type -> whole(type, response.begun(), null))
                        .iterator());
        List<OutputItem> items = OutputItem.of(response.request(), plan);
        for (int index = 0; index < items.size(); index++) {
            parts.add(new ItemSteps(plan, items.get(index), index).all().iterator());
        }
        var directives = plan.directives();
        if (!directives.flag(NO_FINISH) && !directives.flag(NO_DONE)) {
            ObjectNode finished = response.finished();
            JsonNode usage = finished.path("usage");
            String reported = usage.isMissingNode() ? null : usage.toString();
            String type = "response." + Json.text(finished, "status");
            parts.add(List.of(whole(type, finished, reported)).iterator());
        }
        return parts;
    }

    private static Step whole(String type, ObjectNode response, @Nullable String reported) {
        ObjectNode data = Json.object().put("type", type);
        data.set("response", response);
        return new Step(type, data, 0, 0, reported);
    }

    /// The events of one item.
    private record ItemSteps(Plan plan, OutputItem item, int index) {

        Stream<Step> all() {
            ObjectNode added = event("response.output_item.added");
            added.set("item", item.begun());
            ObjectNode done = event("response.output_item.done");
            done.set("item", item.done());
            return Stream.concat(
                    Stream.concat(Stream.of(opening(added)), grows()), Stream.of(silent(done)));
        }

        /// Thoughts that are not shown are over, and paid for, when their item begins.
        private Step opening(ObjectNode added) {
            return switch (item) {
                case OutputItem.Thought thought -> {
                    long hidden = thought.summary() == null ? thought.choice().reasoning() : 0;
                    yield new Step(Json.text(added, "type"), added, hidden, hidden, null);
                }
                case OutputItem.Call call ->
                        step(
                                added,
                                Tokens.count(call.call().name())
                                        + (call.tool().isSearch()
                                                ? Tokens.count(call.call().arguments())
                                                : 0));
                case OutputItem.Search search -> silent(added);
                case OutputItem.Message message -> silent(added);
            };
        }

        private Stream<Step> grows() {
            return switch (item) {
                case OutputItem.Thought thought ->
                        thought.summary() == null ? Stream.of() : summary(thought.summary());
                case OutputItem.Search search ->
                        Stream.of("in_progress", "searching", "completed")
                                .map(state -> silent(inItem("response.web_search_call." + state)));
                case OutputItem.Message message -> message(message.choice());
                case OutputItem.Call call -> call.tool().isSearch() ? Stream.of() : arguments(call);
            };
        }

        private Stream<Step> summary(String text) {
            ObjectNode begun = summaryEvent("response.reasoning_summary_part.added");
            begun.set("part", OutputItem.summaryPart(""));
            Stream<Step> thoughts =
                    Pieces.of(plan, text)
                            .map(piece -> {
                                String type = "response.reasoning_summary_text.delta";
                                long tokens = Tokens.count(piece);
                                ObjectNode data = summaryEvent(type).put("delta", piece);
                                return new Step(type, data, tokens, tokens, null);
                            });
            ObjectNode said =
                    summaryEvent("response.reasoning_summary_text.done").put("text", text);
            ObjectNode done = summaryEvent("response.reasoning_summary_part.done");
            done.set("part", OutputItem.summaryPart(text));
            return Stream.concat(
                    Stream.concat(Stream.of(silent(begun)), thoughts),
                    Stream.of(silent(said), silent(done)));
        }

        private Stream<Step> message(Choice choice) {
            String kind = choice.refusal() ? "response.refusal" : "response.output_text";
            ObjectNode begun = partEvent("response.content_part.added");
            begun.set("part", OutputItem.emptyPart(choice));
            Stream<Step> words =
                    Pieces.ofText(plan, choice)
                            .map(piece -> {
                                ObjectNode data = partEvent(kind + ".delta").put("delta", piece);
                                if (!choice.refusal()) {
                                    data.putArray("logprobs");
                                }
                                return step(data, Tokens.count(piece));
                            });
            List<Step> last = new ArrayList<>();
            if (choice.cited()) {
                ObjectNode cites = partEvent("response.output_text.annotation.added");
                cites.put("annotation_index", 0).set("annotation", OutputItem.citation(choice));
                last.add(silent(cites));
            }
            ObjectNode said = partEvent(kind + ".done");
            said.put(choice.refusal() ? "refusal" : "text", choice.text());
            if (!choice.refusal()) {
                said.putArray("logprobs");
            }
            ObjectNode done = partEvent("response.content_part.done");
            done.set("part", OutputItem.part(choice));
            last.add(silent(said));
            last.add(silent(done));
            return Stream.concat(Stream.concat(Stream.of(silent(begun)), words), last.stream());
        }

        private Stream<Step> arguments(OutputItem.Call call) {
            boolean free = call.call().freeText();
            String kind =
                    free ? "response.custom_tool_call_input" : "response.function_call_arguments";
            String text = call.call().arguments();
            Stream<Step> pieces =
                    Pieces.of(plan, text)
                            .map(piece ->
                                    step(
                                            inItem(kind + ".delta").put("delta", piece),
                                            Tokens.count(piece)));
            ObjectNode done = inItem(kind + ".done").put(free ? "input" : "arguments", text);
            if (!free) {
                done.put("name", call.tool().name());
            }
            return Stream.concat(pieces, Stream.of(silent(done)));
        }

        private ObjectNode event(String type) {
            return Json.object().put("type", type).put("output_index", index);
        }

        private ObjectNode inItem(String type) {
            return event(type).put("item_id", item.id());
        }

        private ObjectNode partEvent(String type) {
            return inItem(type).put("content_index", 0);
        }

        private ObjectNode summaryEvent(String type) {
            return inItem(type).put("summary_index", 0);
        }

        private static Step silent(ObjectNode data) {
            return Step.silent(Json.text(data, "type"), data);
        }

        private static Step step(ObjectNode data, long tokens) {
            return new Step(Json.text(data, "type"), data, tokens, 0, null);
        }
    }
}
