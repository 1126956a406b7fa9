package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Reading what the kernel counts.
class ProcTest {

    @Test
    void aNameWithBlanksAndParenthesesMovesNoField() {
        String line =
                "4711 (a (b) c) S 17 4711 4711 0 -1 4194304 1 2 3 4 150 25 7 8 20 0 1 0 99 1 2";

        assertThat(Proc.Stat.parse(line)).isEqualTo(new Proc.Stat(17, 175, 15));
    }

    @Test
    void memoryIsTheProportionalOne() {
        String rollup =
                """
                5600-7ff [rollup]
                Rss:              203456 kB
                Pss:              101234 kB
                Pss_Dirty:         90000 kB
                """;

        assertThat(Proc.parsePss(rollup)).isEqualTo(101_234);
        assertThat(Proc.parsePss("Rss: 1 kB")).isZero();
    }

    @Test
    void thisProcessUsesTimeAndMemoryAndAProcessThatIsGoneDoesNot() {
        long self = ProcessHandle.current().pid();
        long before = Proc.cpuMicros(self);
        long end = System.nanoTime() + 200_000_000;
        long spins = 0;
        while (System.nanoTime() < end) {
            spins++;
        }

        assertThat(spins).isPositive();
        assertThat(Proc.cpuMicros(self) - before).isPositive();
        assertThat(Proc.pssKib(self)).isGreaterThan(1024);
        assertThat(Proc.cpuMicros(Long.MAX_VALUE)).isZero();
    }

    @Test
    void aFamilyIsAProcessAndItsChildren() throws Exception {
        Process child = new ProcessBuilder("sleep", "30").start();
        try {
            long self = ProcessHandle.current().pid();
            long own = Proc.cpuMicros(self);
            assertThat(Proc.familyPssKib(self))
                    .isGreaterThan(Proc.pssKib(child.pid()))
                    .isGreaterThan(0);
            assertThat(Proc.familyCpuMicros(self)).isGreaterThanOrEqualTo(own);
        } finally {
            child.destroy();
        }
    }
}
