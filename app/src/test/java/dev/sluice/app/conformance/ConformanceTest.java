package dev.sluice.app.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import dev.sluice.catalog.Capability;
import dev.sluice.catalog.Cassette;
import dev.sluice.catalog.Cassettes;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every provider of the catalogue against its cassette, through the running gateway, for clients
/// of every dialect: what the provider is asked, what the client reads, what is metered and
/// charged.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {

    private Installation installation;
    private Player player;

    @BeforeAll
    void start() {
        installation = Installation.start();
        player = new Player(installation);
    }

    @AfterAll
    void stop() {
        player.close();
        installation.close();
    }

    static Stream<String> shipped() {
        return Providers.shipped().all().stream()
                .map(ProviderEntry::id)
                .filter(id -> Cassettes.shipped().containsKey(id));
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("shipped")
    void aProviderAnswersAsItsCassetteSays(String id) throws Exception {
        ProviderEntry entry = Providers.shipped().find(id).orElseThrow();
        assertThat(player.play(entry, cassette(id))).isPositive();
        assertThat(installation.openExchanges()).isZero();
    }

    private static Cassette cassette(String id) {
        Cassette cassette = Cassettes.shipped().get(id);
        if (cassette == null) {
            throw new AssertionError("no cassette of " + id);
        }
        return cassette;
    }

    /// One of each way to carry a credential and to frame a stream; the others are run with the
    /// slow ones.
    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"openai", "azure", "anthropic", "bedrock", "vertex", "mistral", "voyage"})
    void theKindsOfProvidersThereAre(String id) throws Exception {
        aProviderAnswersAsItsCassetteSays(id);
    }

    /// The simulator has its own tests; it answers for real.
    @Test
    void everyProviderHasACassetteForWhatItSaysFirst() {
        for (ProviderEntry entry : Providers.shipped().all()) {
            if (entry.id().equals("simulator")) {
                continue;
            }
            Cassette cassette = cassette(entry.id());
            Set<Capability> shown =
                    cassette.takes().stream()
                            .flatMap(take -> take.capability().stream())
                            .collect(Collectors.toSet());
            assertThat(entry.capabilities()).as(entry.id()).containsAll(shown);
            for (Capability basic : Set.of(Capability.TEXT, Capability.STREAM, Capability.TOOLS)) {
                assertThat(shown.contains(basic))
                        .as(entry.id() + " " + basic)
                        .isEqualTo(entry.capabilities().contains(basic));
            }
            assertThat(cassette.takes()).as(entry.id()).anyMatch(t -> t.name().startsWith("error"));
        }
    }
}
