package dev.sluice.app.cli;

import java.util.List;
import java.util.Map;

/// The server's own look at its settings.
public interface SettingsCheck {

    /// What a start in this environment would find wrong, a sentence each.
    List<String> problems(Map<String, String> environment);
}
