package dev.sluice.protocol;

import static tools.jackson.core.JsonToken.START_OBJECT;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// Who a request in OpenAI's words is made for. It may say so in three places; the first of them in
/// [#name] counts.
public final class EndUser {

    private @Nullable String customer;
    private @Nullable String safetyIdentifier;
    private @Nullable String user;

    /// Reads `metadata`, whose other members are the client's own.
    public void metadata(JsonParser p) {
        if (!Fields.opens(p, START_OBJECT, "metadata")) {
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            if (name.equals("customer")) {
                customer = Fields.text(p, "metadata.customer", Fields.MAX_NAME);
            } else {
                p.skipChildren();
            }
        }
    }

    /// Reads `safety_identifier`.
    public void safetyIdentifier(JsonParser p) {
        safetyIdentifier = Fields.text(p, "safety_identifier", Fields.MAX_NAME);
    }

    /// Reads `user`.
    public void user(JsonParser p) {
        user = Fields.text(p, "user", Fields.MAX_NAME);
    }

    public @Nullable String name() {
        if (customer != null) {
            return customer;
        }
        return safetyIdentifier != null ? safetyIdentifier : user;
    }
}
