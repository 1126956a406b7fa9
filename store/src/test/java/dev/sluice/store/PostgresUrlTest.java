package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    postgresql://ana:s3@db.example:6432/ledger | db.example:6432 | ledger | ana | s3
                    postgres://ana:s3@db.example/ledger        | db.example:5432 | ledger | ana | s3
                    postgresql://ana:p%40ss%2Fw+1@h/d          | h:5432          | d      | ana | p@ss/w+1
                    postgresql://a%3Ab:x@10.0.0.7/d            | 10.0.0.7:5432   | d      | a:b | x
                    postgresql://ana:x@[::1]:5433/d            | [::1]:5433      | d      | ana | x
                    postgresql://ana:x@one,two:6000/d          | one:5432,two:6000 | d    | ana | x
                    postgresql://ana:x@h                       | h:5432          | ana    | ana | x
                    postgresql://ana:x@h/my%20db               | h:5432          | my db  | ana | x
                    """)
    void parsesWhatLibpqParses(
            String text, String hosts, String database, String user, String password) {
        PostgresUrl url = PostgresUrl.parse(text);

        assertThat(url.hosts()).isEqualTo(hosts);
        assertThat(url.database()).isEqualTo(database);
        assertThat(url.user()).isEqualTo(user);
        assertThat(url.password().reveal()).isEqualTo(password);
    }

    @Test
    void translatesParametersToTheDriversNames() {
        PostgresUrl url =
                PostgresUrl.parse(
                        "postgresql://a:b@h/d?sslmode=verify-full&sslrootcert=system"
                                + "&connect_timeout=3&target_session_attrs=read-write");

        assertThat(url.parameters())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory")
                .containsEntry("connectTimeout", "3")
                .containsEntry("targetServerType", "primary")
                .hasSize(4);
        assertThat(url.properties())
                .containsEntry("user", "a")
                .containsEntry("password", "b")
                .containsEntry("sslmode", "verify-full");
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://h:5432/d");
    }

    @Test
    void neverPrintsThePassword() {
        PostgresUrl url = PostgresUrl.parse("postgresql://ana:hunter2@h/d?sslpassword=hunter3");

        assertThat(url.toString()).isEqualTo("postgresql://ana@h:5432/d");
        assertThat(url.jdbcUrl()).doesNotContain("hunter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://ana:hunter2@h/d",
                "postgresql://:hunter2@h/d",
                "postgresql://ana:hunter2@h:99999/d",
                "postgresql://ana:hunter2@h:port/d",
                "postgresql://ana:hunter2@/d",
                "postgresql://ana:hunter2%ZZ@h/d",
                "postgresql://ana:hunter2@h/d?sslmod=require",
                "postgresql://ana:hunter2@h/d?target_session_attrs=standby",
                "postgresql://ana:hunt@er2@h/d",
                ""
            })
    void refusesTheRestWithoutRepeatingThePassword(String text) {
        assertThatThrownBy(() -> PostgresUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunt");
    }
}
