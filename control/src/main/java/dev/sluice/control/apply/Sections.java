package dev.sluice.control.apply;

import dev.sluice.control.config.Resource;
import dev.sluice.control.resources.Resources;
import java.util.List;

/// The lists of a file: each after those its objects refer to.
final class Sections {

    /// Parts of the wider grammar, refused by name instead of ignored.
    static final List<String> LATER =
            List.of("grants", "budgets", "customers", "prices", "webhooks", "identity", "switches");

    private Sections() {}

    static List<Resource<?>> of(Resources resources) {
        return List.of(
                resources.teams(),
                resources.users(),
                resources.machines(),
                resources.plans(),
                resources.upstreams(),
                resources.models(),
                resources.keys(),
                resources.quotas());
    }
}
