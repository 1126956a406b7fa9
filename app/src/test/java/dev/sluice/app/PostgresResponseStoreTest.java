package dev.sluice.app;

import static dev.sluice.app.SealedStoreFixture.ANA;
import static dev.sluice.app.SealedStoreFixture.BO;
import static dev.sluice.app.SealedStoreFixture.ELSEWHERE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.responses.PostgresResponseStore;
import dev.sluice.gateway.responses.ResponseStore.Kept;
import dev.sluice.gateway.responses.ResponseStore.Limits;
import dev.sluice.gateway.responses.ResponseStore.Owner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Kept responses as PostgreSQL has them.
class PostgresResponseStoreTest {

    private static final Limits LIMITS = new Limits(Duration.ofDays(30), 1_000, 1_000, 5);

    @RegisterExtension
    private static final SealedStoreFixture STORE = new SealedStoreFixture("kept_response");

    private PostgresResponseStore responses;

    @BeforeEach
    void open() {
        responses =
                new PostgresResponseStore(STORE.database(), STORE.clock(), STORE.content(), LIMITS);
    }

    private static Kept turn(String id, @Nullable String previousId, String text) {
        return new Kept(id, previousId, null, text);
    }

    private List<String> conversation(Owner owner, String id) {
        return responses.conversation(owner, id).stream().map(Kept::turn).toList();
    }

    @Test
    void aConversationIsReadFromItsBeginning() {
        responses.keep(ANA, turn("a", null, "one"));
        responses.keep(ANA, turn("b", "a", "zwölf"));
        responses.keep(ANA, turn("c", "b", "three"));
        responses.keep(ANA, turn("other", "a", "branch"));
        assertThat(conversation(ANA, "c")).containsExactly("one", "zwölf", "three");
        assertThat(conversation(ANA, "other")).containsExactly("one", "branch");
        assertThat(conversation(ANA, "nobody")).isEmpty();
    }

    @Test
    void nobodyElseSeesItAndTheDatabaseHoldsNoWordOfIt() {
        responses.keep(ANA, turn("a", null, "a secret word"));
        for (Owner other : List.of(BO, ELSEWHERE)) {
            assertThat(responses.find(other, "a")).isEmpty();
            assertThat(conversation(other, "a")).isEmpty();
            assertThat(responses.delete(other, "a")).isFalse();
        }
        byte[] sealed =
                STORE.database()
                        .read(sql ->
                                sql.one(
                                        "SELECT sealed FROM kept_response",
                                        row -> row.bytes("sealed")));
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
        // Moved to another key's row it is not opened.
        STORE.database()
                .inTransaction(sql -> sql.update("UPDATE kept_response SET key_id = 'key_2'"));
        assertThatThrownBy(() -> responses.find(BO, "a")).isInstanceOf(MasterKey.WrongKey.class);
    }

    @Test
    void theyAreFoundByTheirItems() {
        responses.keep(ANA, turn("a", null, "one"), Set.of("msg_1", "rs_1"));
        responses.keep(ANA, turn("b", "a", "two"), Set.of("msg_2"));
        assertThat(responses.withItems(ANA, Set.of("rs_1", "msg_2")))
                .extracting(Kept::turn)
                .containsExactlyInAnyOrder("one", "two");
        assertThat(responses.withItems(ANA, Set.of("msg_9"))).isEmpty();
        assertThat(responses.withItems(BO, Set.of("msg_1"))).isEmpty();
        STORE.pass(Duration.ofDays(29));
        assertThat(responses.withItems(ANA, Set.of("msg_1"))).hasSize(1);
        STORE.pass(Duration.ofDays(2));
        assertThat(responses.withItems(ANA, Set.of("msg_1"))).hasSize(1);
        assertThat(responses.withItems(ANA, Set.of("msg_2"))).isEmpty();
    }

    @Test
    void aConversationWithAGapIsGone() {
        responses.keep(ANA, turn("a", null, "one"));
        responses.keep(ANA, turn("b", "a", "two"));
        assertThat(responses.delete(ANA, "a")).isTrue();
        assertThat(responses.delete(ANA, "a")).isFalse();
        assertThat(conversation(ANA, "b")).isEmpty();
        assertThat(responses.find(ANA, "b")).isPresent();
    }

    @Test
    void whatIsUsedStaysAndTheRestIsForgotten() {
        responses.keep(ANA, turn("a", null, "one"));
        responses.keep(ANA, turn("b", "a", "two"));
        responses.keep(ANA, turn("idle", null, "alone"));
        STORE.pass(Duration.ofDays(29));
        assertThat(conversation(ANA, "b")).hasSize(2);
        STORE.pass(Duration.ofDays(2));
        assertThat(responses.find(ANA, "idle")).isEmpty();
        assertThat(conversation(ANA, "b")).containsExactly("one", "two");
        assertThat(responses.sweep()).isEqualTo(1);
        STORE.pass(Duration.ofDays(31));
        assertThat(conversation(ANA, "b")).isEmpty();
        assertThat(responses.sweep()).isEqualTo(2);
    }

    @Test
    void aConversationThatIsTooLongIsRefused() {
        responses.keep(ANA, turn("t0", null, "0"));
        for (int i = 1; i <= 5; i++) {
            responses.keep(ANA, turn("t" + i, "t" + (i - 1), "x"));
        }
        assertThat(conversation(ANA, "t4")).hasSize(5);
        assertRefused("t5");
        responses.keep(ANA, turn("large", null, "x".repeat(1_001)));
        assertRefused("large");
    }

    /// Two that name each other never end.
    @Test
    void aCircleIsRefused() {
        responses.keep(ANA, turn("a", "b", "1"));
        responses.keep(ANA, turn("b", "a", "2"));
        assertRefused("a");
    }

    private void assertRefused(String id) {
        assertThatThrownBy(() -> responses.conversation(ANA, id))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        e -> assertThat(e.fault().code()).isEqualTo(FaultCode.REQUEST_TOO_LARGE));
    }
}
