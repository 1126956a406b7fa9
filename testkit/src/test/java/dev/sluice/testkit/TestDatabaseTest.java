package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.Database;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {

    @Test
    void everyTestClassHasADatabaseOfItsOwnWithTheSchemaInIt() {
        try (TestDatabase first = TestDatabase.create();
                TestDatabase second = TestDatabase.create()) {
            first.database()
                    .inTransaction(sql -> sql.update("UPDATE installation SET generation = 7"));

            assertThat(generation(first.database())).isEqualTo(7);
            assertThat(generation(second.database())).isEqualTo(1);
        }
    }

    private static long generation(Database database) {
        return database.read(sql ->
                sql.one("SELECT generation FROM installation", row -> row.bigint("generation")));
    }
}
