package dev.sluice.control.keys;

import dev.sluice.catalog.Providers;
import dev.sluice.control.access.Credentials;
import dev.sluice.control.config.Edit;
import dev.sluice.control.http.Fields;
import dev.sluice.control.models.ModelResource;
import dev.sluice.domain.CidrBlock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the parts of a key.
final class KeyFields {

    static final String PRODUCTION = "production";

    private static final Set<String> FAMILIES =
            Set.of(
                    "chat",
                    "responses",
                    "messages",
                    "embeddings",
                    "images",
                    "videos",
                    "audio",
                    "moderations",
                    "rerank",
                    "batches",
                    "files",
                    "fine_tuning",
                    "realtime");
    private static final Set<String> ACTIONS =
            Set.of(
                    "chat",
                    "streaming",
                    "responses",
                    "embeddings",
                    "images",
                    "video",
                    "audio",
                    "tools",
                    "realtime",
                    "batch",
                    "moderations",
                    "rerank",
                    "tuning",
                    "deployment");
    private static final Set<String> TRAFFIC =
            Set.of("internal", "test", "evaluation", "production", "customer", "batch");

    private KeyFields() {}

    /// The endpoint families, and those that are named after the one dialect they speak.
    private static Set<String> families() {
        Set<String> families = new HashSet<>(FAMILIES);
        Providers.shipped().all().stream()
                .filter(entry -> entry.dialects().containsKey(entry.id()))
                .forEach(entry -> families.add(entry.id()));
        return families;
    }

    /// Lower case, so that `Production` is not a second environment.
    static String environment(Fields fields) {
        String environment = fields.name("environment");
        if (!environment.matches("[a-z0-9][a-z0-9_-]{0,62}")) {
            throw fields.wrong(
                    "environment",
                    "must be lower-case letters, digits, '-' and '_', such as staging.");
        }
        return environment;
    }

    static Key.Tags tags(Fields fields) {
        return new Key.Tags(
                fields.nameOrNull("workflow"),
                fields.nameOrNull("customer"),
                noted(fields, "purpose"),
                fields.nameOrNull("product_area"),
                fields.nameOrNull("plan"),
                fields.word("traffic_class", TRAFFIC).orElse(null),
                noted(fields, "storage_ref"));
    }

    private static @Nullable String noted(Fields fields, String name) {
        String text = fields.textOrNull(name);
        if (text != null && Credentials.looksLikeOne(text)) {
            throw fields.wrong(
                    name, "looks like a credential: write where it is kept, never the key itself.");
        }
        return text;
    }

    static Key.Limits limits(
            Edit edit, Fields fields, ModelResource models, Key.@Nullable Limits current) {
        List<String> names = fields.texts("models");
        for (int i = 0; i < names.size(); i++) {
            boolean known =
                    models.rows().named(edit.sql(), edit.organizationId(), names.get(i)).isPresent()
                            || (current != null && current.models().contains(names.get(i)));
            if (!known) {
                throw fields.wrong("models[" + i + "]", "names no model: '" + names.get(i) + "'.");
            }
        }
        List<String> ips = fields.texts("allowed_ips");
        for (int i = 0; i < ips.size(); i++) {
            try {
                CidrBlock.parse(ips.get(i));
            } catch (IllegalArgumentException e) {
                throw fields.wrong(
                        "allowed_ips[" + i + "]",
                        "must be an address or a block such as 10.0.0.0/8.");
            }
        }
        return new Key.Limits(
                names,
                List.copyOf(fields.words("endpoint_families", families())),
                List.copyOf(fields.words("actions", ACTIONS)),
                fields.texts("data_classes"),
                ips);
    }
}
