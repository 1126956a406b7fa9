package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice ledger verify --deep` beside a running server: what it prints, and how it ends.
@Tag("slow")
class DeepVerificationTest {

    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";

    /// One call cost a tenth of a cent more than its lines say.
    private static final String DEARER =
            "UPDATE call SET cost_usd = cost_usd + 0.001 WHERE request_id ="
                    + " (SELECT min(request_id) FROM call WHERE cost_usd > 0)";

    private static Installation sluice;
    @TempDir private Path folder;

    @BeforeAll
    static void keepBooks() {
        sluice = Installation.start().withModels(PRICE, "m");
        sluice.topUp("100");
        String key = sluice.key("k", "support", "staging");
        for (int i = 0; i < 3; i++) {
            assertThat(sluice.chat(key, Installation.chatBody("m", "on", 20)).statusCode())
                    .isEqualTo(200);
        }
        sluice.assertBooksAreClean();
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    private Typed.Outcome verify(String... more) {
        String[] words = new String[3 + more.length];
        System.arraycopy(new String[] {"ledger", "verify", "--deep"}, 0, words, 0, 3);
        System.arraycopy(more, 0, words, 3, more.length);
        return new Typed(folder)
                .with("SLUICE_DATABASE_URL", Installation.urlOf(sluice.database()))
                .run(words);
    }

    private static void write(String sql) {
        sluice.database()
                .database()
                .inTransaction(s -> {
                    assertThat(s.update(sql)).isEqualTo(1);
                    return 1;
                });
    }

    @Test
    void cleanBooksEndWithZero() {
        URI journal = sluice.simulator().baseUrl().resolve("/sim/journal");
        Typed.Outcome outcome = verify("--at-rest", "--simulator-journal", journal.toString());
        assertThat(outcome.code()).as(outcome.toString()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .containsPattern("(?m)^ok +true$")
                .containsPattern("(?m)^calls +3$")
                .containsPattern("(?m)^upstream_calls +3$")
                .containsPattern("(?m)^problem_count +0$");
    }

    @Test
    void aProblemEndsWithOneAndIsNamed() {
        write(DEARER);
        try {
            Typed.Outcome text = verify();
            assertThat(text.code()).as(text.toString()).isEqualTo(1);
            assertThat(text.out())
                    .containsPattern("(?m)^ok +false$")
                    .contains("cost_is_its_lines")
                    .contains("cost_is_charged");
            Typed.Outcome json = verify("-o", "json");
            assertThat(json.code()).isEqualTo(1);
            assertThat(json.out()).contains("\"ok\":false").contains("\"cost_is_its_lines\"");
        } finally {
            write(DEARER.replace(" + ", " - "));
        }
        assertThat(verify().code()).isZero();
    }

    @Test
    void whatTheProviderDidNotSeeIsAProblemToo() throws Exception {
        Path empty = java.nio.file.Files.createFile(folder.resolve("journal"));
        Typed.Outcome outcome = verify("--simulator-journal", empty.toString());
        assertThat(outcome.code()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.out()).containsPattern("(?m)^problem_count +3$");
    }

    @Test
    void booksThatCannotBeReadEndWithTwo() {
        Typed.Outcome away =
                new Typed(folder)
                        .with("SLUICE_DATABASE_URL", "postgresql://a:b@127.0.0.1:1/nothing")
                        .run("ledger", "verify", "--deep");
        assertThat(away.code()).as(away.toString()).isEqualTo(2);
        assertThat(away.out()).isEmpty();
        assertThat(away.err()).contains("The books could not be checked", "127.0.0.1:1");
        Typed.Outcome noJournal = verify("--simulator-journal", "missing.jsonl");
        assertThat(noJournal.code()).isEqualTo(2);
        assertThat(noJournal.err()).contains("missing.jsonl");
    }
}
