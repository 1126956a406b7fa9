package dev.sluice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceRow;
import dev.sluice.policy.PriceList.Listed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PriceListTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final PriceBook BOOK =
            PriceBook.parse(
                    """
                    {"provider":"azure","source":"s","source_version":"1","checked_on":"2026-11-01","licence":"x"}
                    {"model":"hosted","price":{"input_per_mtok":"1"}}
                    {"provider":"gemini","source":"s","source_version":"1","checked_on":"2026-11-01","licence":"x"}
                    {"model":"native","first_party":true,"price":{"input_per_mtok":"2"}}
                    """);

    private static PriceList.Own own(
            String provider,
            String model,
            String input,
            boolean first,
            Instant at,
            String version) {
        PriceRow row =
                PriceBook.readRow(
                        provider,
                        """
                        {"model":"%s","first_party":%s,"price":{"input_per_mtok":"%s"},"source":"s",
                         "source_version":"2","checked_on":"2026-11-20"}
                        """
                                .formatted(model, first, input));
        return new PriceList.Own(row, version, at);
    }

    private static String version(Optional<Listed> found) {
        return found.map(Listed::version).orElse("none");
    }

    @Test
    void theNewestOwnRowInForceWinsOverTheBook() {
        PriceList prices =
                new PriceList(
                        List.of(
                                own("azure", "hosted", "7", false, NOON.plusSeconds(10), "later"),
                                own("azure", "hosted", "5", false, NOON, "now")),
                        BOOK);
        assertThat(version(prices.find("azure", "hosted", NOON.minusMillis(1))))
                .isEqualTo(BOOK.version());
        assertThat(version(prices.find("azure", "hosted", NOON))).isEqualTo("now");
        assertThat(version(prices.find("azure", "hosted", NOON.plusSeconds(10))))
                .isEqualTo("later");
        assertThat(version(prices.find("azure", "other", NOON))).isEqualTo("none");
    }

    @Test
    void anImportedRowReachesEveryProviderThatPricesByItsBook() {
        // an upstream may name its provider by an alias of the catalogue; rows stand under book ids
        PriceList prices =
                new PriceList(List.of(own("gemini", "native", "9", false, NOON, "import")), BOOK);
        assertThat(version(prices.find("google", "native", NOON))).isEqualTo("import");
        assertThat(version(prices.find("google", "native", NOON.minusMillis(1))))
                .isEqualTo(BOOK.version());
    }

    @Test
    void theVendorsOwnPriceCanBeImportedToo() {
        PriceList corrected =
                new PriceList(List.of(own("gemini", "native", "9", false, NOON, "import")), BOOK);
        assertThat(version(corrected.firstParty("native", NOON))).isEqualTo("import");
        assertThat(version(corrected.firstParty("native", NOON.minusMillis(1))))
                .isEqualTo(BOOK.version());
        PriceList added =
                new PriceList(List.of(own("gemini", "fresh", "9", true, NOON, "import")), BOOK);
        assertThat(version(added.firstParty("fresh", NOON))).isEqualTo("import");
        assertThat(version(added.firstParty("fresh", NOON.minusMillis(1)))).isEqualTo("none");
    }
}
