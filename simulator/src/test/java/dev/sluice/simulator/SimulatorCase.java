package dev.sluice.simulator;

import static dev.sluice.simulator.SimClient.PATIENCE;

import dev.sluice.simulator.journal.Call;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/// A simulator and a client for every test.
abstract class SimulatorCase {

    protected Simulator simulator;
    protected SimClient client;

    protected Options options() {
        return Options.loopback(InstantSource.system());
    }

    @BeforeEach
    void start() {
        simulator = Simulator.start(options());
        client = new SimClient(simulator);
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    /// The newest call, when none is open any more.
    protected Call journaled() {
        return simulator.journal().awaitQuiet(PATIENCE).getLast();
    }

    protected JsonNode plain(String text, String fields) {
        return SimClient.json(
                client.post(SimClient.CHAT, SimClient.chat("sim-chat", text, fields)));
    }

    protected String streamed(String text, String fields) {
        String more = fields.isEmpty() ? "" : "," + fields;
        return client.post(
                        SimClient.CHAT,
                        SimClient.chat(
                                "sim-chat",
                                text,
                                "\"stream\":true,\"stream_options\":{\"include_usage\":true}"
                                        + more))
                .body();
    }
}
