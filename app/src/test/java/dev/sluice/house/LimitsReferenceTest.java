package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.probes.ProbeLimits;
import dev.sluice.control.access.SignInLimits;
import dev.sluice.gateway.batches.BatchLimits;
import dev.sluice.gateway.files.FileLimits;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.limits.OverloadLimits;
import dev.sluice.gateway.realtime.RealtimeLimits;
import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.gateway.spool.SpoolLimits;
import dev.sluice.ledger.LedgerSettings;
import dev.sluice.ledger.jobs.JobLimits;
import dev.sluice.ledger.journal.JournalSettings;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The reference of limits names those of the code, no more and no fewer.
class LimitsReferenceTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

    @Test
    void theReferenceNamesEveryLimit() throws IOException {
        Set<String> documented = new TreeSet<>();
        Matcher rows =
                ROW.matcher(Files.readString(Path.of("..", "docs", "reference", "limits.md")));
        while (rows.find()) {
            documented.add(rows.group(1));
        }
        Set<String> known = new TreeSet<>(names(Limits.class));
        known.addAll(names(RealtimeLimits.class));
        known.addAll(names(ResponseStore.Limits.class));
        known.addAll(names(FileLimits.class));
        known.addAll(names(BatchLimits.class));
        known.addAll(names(LedgerSettings.class));
        known.addAll(names(JournalSettings.class));
        known.addAll(names(JobLimits.class));
        known.addAll(names(SignInLimits.class));
        known.addAll(names(ProbeLimits.class));
        known.addAll(names(SpoolLimits.class));
        known.addAll(names(OverloadLimits.class));
        assertThat(documented).isEqualTo(known);
    }

    private static Set<String> names(Class<? extends Record> limits) {
        return Arrays.stream(limits.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
    }
}
