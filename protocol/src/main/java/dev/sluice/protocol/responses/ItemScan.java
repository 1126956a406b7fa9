package dev.sluice.protocol.responses;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.Span;
import dev.sluice.protocol.openai.MessageScan;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Looks through the items of `input` for what is not text, and for what may not be sent.
final class ItemScan {

    private final MessageScan parts;
    private final ToolScan tools;
    private final List<Span> foreign = new ArrayList<>();
    private boolean unseen;

    ItemScan(MessageScan parts, ToolScan tools) {
        this.parts = parts;
        this.tools = tools;
    }

    boolean unseen() {
        return unseen;
    }

    /// What to cut out of the request: no provider takes reasoning that it did not seal.
    List<Span> foreignReasoning() {
        return List.copyOf(foreign);
    }

    void input(JsonParser p) {
        if (p.currentToken() == VALUE_STRING) {
            return;
        }
        if (p.currentToken() != START_ARRAY) {
            throw Fields.wrong("input", "a string or an array of items");
        }
        List<Span> items = new ArrayList<>();
        List<Integer> cut = new ArrayList<>();
        for (int i = 0; p.nextToken() != END_ARRAY; i++) {
            String at = "input[" + i + "]";
            if (p.currentToken() != START_OBJECT) {
                throw Fields.wrong(at, "an object");
            }
            int from = (int) p.currentTokenLocation().getByteOffset();
            if (isForeign(p, at)) {
                cut.add(i);
            }
            items.add(new Span(from, (int) p.currentLocation().getByteOffset()));
        }
        cutOut(items, cut);
    }

    /// Each item with the comma that parts it from its neighbour; all of them when all are.
    private void cutOut(List<Span> items, List<Integer> cut) {
        int lastKept = items.size() - 1;
        while (lastKept >= 0 && cut.contains(lastKept)) {
            lastKept--;
        }
        for (int i : cut) {
            if (i < lastKept) {
                foreign.add(new Span(items.get(i).from(), items.get(i + 1).from()));
            }
        }
        if (lastKept < items.size() - 1) {
            int from = lastKept < 0 ? items.getFirst().from() : items.get(lastKept).to();
            foreign.add(new Span(from, items.getLast().to()));
        }
    }

    /// Reads an item; true for reasoning that was sealed here.
    private boolean isForeign(JsonParser p, String at) {
        String type = "message";
        boolean sealedHere = false;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "type" -> {
                    String given = Fields.text(p, at + ".type", 128);
                    type = given == null ? type : given;
                }
                case "content", "output" -> content(p, at + "." + name);
                case "tools" -> tools.ofItem(p, at + ".tools");
                case "encrypted_content" ->
                        sealedHere =
                                token == VALUE_STRING
                                        && p.getString().startsWith(OpenAiResponses.SEAL);
                default -> p.skipChildren();
            }
        }
        if (type.equals("item_reference")) {
            throw Fault.invalid(
                            "Items that a provider keeps cannot be referred to: send the item"
                                    + " itself.",
                            at)
                    .asException();
        }
        return sealedHere && type.equals("reasoning");
    }

    private void content(JsonParser p, String at) {
        if (p.currentToken() == START_ARRAY) {
            parts.content(p, at);
        } else {
            // A screenshot, or what a tool of a later day gives.
            unseen |= p.currentToken() == START_OBJECT;
            p.skipChildren();
        }
    }
}
