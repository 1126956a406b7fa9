package dev.sluice.simulator.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectivesTest {

    @Test
    void writtenAndReadBackItIsTheSame() {
        Directives read = Directives.parse("status=503  endless message=\"a b\" text=\"\"");
        assertThat(read.number(Directive.STATUS, 0)).isEqualTo(503);
        assertThat(read.flag(Directive.ENDLESS)).isTrue();
        assertThat(read.text(Directive.MESSAGE, "")).isEqualTo("a b");
        assertThat(Directives.parse(read.toString()).toString()).isEqualTo(read.toString());
    }

    @Test
    void laterOnesWin() {
        Directives all = Directives.inText("[[sim status=500 gap=1]] or [[sim status=501]]");
        assertThat(all.toString()).isEqualTo("status=501 gap=1");
        assertThat(Directives.inText("no [sim status=1] here")).isSameAs(Directives.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing=1", "status=x", "endless=maybe", "=1", "status=503=", "a b"})
    void nonsenseIsRefused(String text) {
        assertThatThrownBy(() -> Directives.parse(text)).isInstanceOf(BadDirectiveException.class);
    }

    @ParameterizedTest
    @EnumSource(Directive.class)
    void everyDirectiveIsInTheGuide(Directive directive) throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "guides", "simulator.md"));
        assertThat(guide)
                .contains("| `" + directive.wireName() + "` | " + directive.meaning() + " |");
    }
}
