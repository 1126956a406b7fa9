package dev.sluice.protocol.canonical;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What of a request does not reach a model that is asked in another dialect; reported to the
/// client as `x-sluice-dropped`, and a reason to refuse the call under `x-sluice-strict`. The same
/// for an answer that the client is shown in another dialect, but for the refusal.
///
/// Paths are the client's own (`logit_bias`, `messages[2].content[0].cache_control`), without their
/// indexes, so that a long conversation is one entry.
public final class Losses {

    private final Set<String> paths = new LinkedHashSet<>();

    /// The field is left out, or its value was brought into what the other side takes.
    public void drop(String path) {
        paths.add(path.replaceAll("\\[[0-9]+]", "[]"));
    }

    /// In the order in which they were met.
    public List<String> paths() {
        return List.copyOf(paths);
    }
}
