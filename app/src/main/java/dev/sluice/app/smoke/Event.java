package dev.sluice.app.smoke;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One event of a stream.
///
/// @param name of an `event:` line; empty when there is none
/// @param data null when it is no JSON
public record Event(String name, String text, @Nullable JsonNode data) {

    /// Splits a whole stream as the SSE standard says; comments are left out.
    public static List<Event> split(String stream) {
        List<Event> events = new ArrayList<>();
        for (String frame : stream.replace("\r\n", "\n").split("\n\n", -1)) {
            String name = "";
            List<String> data = new ArrayList<>();
            for (String line : frame.split("\n", -1)) {
                if (line.startsWith("event:")) {
                    name = line.substring("event:".length()).strip();
                } else if (line.startsWith("data:")) {
                    data.add(line.substring("data:".length()).strip());
                }
            }
            if (!data.isEmpty()) {
                String text = String.join("\n", data);
                events.add(new Event(name, text, SmokeJson.readOrNull(text)));
            }
        }
        return events;
    }
}
