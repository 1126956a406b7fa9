package dev.sluice.control.explain;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The rules that were looked at, what each says, and whom to ask about those that refuse.
final class Reasons {

    private final ArrayNode reasons = JsonNodeFactory.instance.arrayNode();
    private final Set<String> asks = new LinkedHashSet<>();
    private @Nullable String decisive;

    void allow(String rule, String why) {
        add(rule, "allow", why);
    }

    /// @param ask what to ask for and whom
    void deny(String rule, String why, String ask) {
        add(rule, "deny", why);
        asks.add(ask);
        if (decisive == null) {
            decisive = rule;
        }
    }

    /// Looked at, but neither for nor against.
    void ignore(String rule, String why) {
        add(rule, "none", why);
    }

    private void add(String rule, String effect, String why) {
        reasons.addObject().put("rule", rule).put("effect", effect).put("why", why);
    }

    boolean denied() {
        return decisive != null;
    }

    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("object", "explanation").put("allowed", decisive == null);
        node.put("decided_by", decisive);
        node.set("reasons", reasons);
        return node.put("ask", asks.isEmpty() ? null : String.join(" ", asks));
    }
}
