package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The shipped book, and books read from text.
class PriceBookTest {

    private static final String HEADER =
            "{\"provider\":\"acme\",\"source\":\"list\",\"source_version\":\"1\","
                    + "\"checked_on\":\"2026-01-02\",\"licence\":\"MIT\"}\n";

    private final PriceBook shipped = PriceBook.shipped();

    private static String total(PriceRow row, Usage usage) {
        Rated rated = Rating.rate(row.price(), usage, PricingContext.NONE, BigDecimal.ONE);
        assertThat(rated).isInstanceOf(Rated.Priced.class);
        return ((Rated.Priced) rated).total().toString();
    }

    @Test
    void hasTheModelsAndVendorsItPromises() {
        List<PriceRow> priced =
                shipped.rows()
                        .filter(PriceRow::priced)
                        .filter(row -> !row.source().equals("simulated"))
                        .toList();
        assertThat(priced).hasSizeGreaterThanOrEqualTo(3_000);
        assertThat(priced.stream().map(PriceRow::model).distinct().count())
                .isGreaterThanOrEqualTo(656);
        assertThat(priced.stream().map(PriceRow::vendor).distinct().count())
                .isGreaterThanOrEqualTo(23);
        assertThat(shipped.vendors()).hasSizeGreaterThanOrEqualTo(23).doesNotContain("simulator");
    }

    @Test
    void goldenVectorOfAnthropic() {
        PriceRow row = shipped.find("anthropic", "claude-sonnet-4-5").orElseThrow();
        Usage usage =
                Usage.builder()
                        .set(MeterKind.INPUT, 12)
                        .set(MeterKind.CACHE_WRITE_5M, 60)
                        .set(MeterKind.CACHE_WRITE_1H, 40)
                        .set(MeterKind.CACHE_READ, 200)
                        .set(MeterKind.OUTPUT, 9)
                        .build();
        assertThat(total(row, usage)).isEqualTo("0.000696");
    }

    @Test
    void goldenVectorOfGemini() {
        PriceRow row = shipped.find("gemini", "gemini-2.5-pro").orElseThrow();
        Usage usage =
                Usage.builder()
                        .set(MeterKind.INPUT, 20)
                        .set(MeterKind.CACHE_READ, 200)
                        .set(MeterKind.OUTPUT, 6)
                        .set(MeterKind.REASONING, 10)
                        .build();
        assertThat(total(row, usage)).isEqualTo("0.00021");
    }

    @Test
    void theOverlayWins() {
        PriceRow video = shipped.find("openai", "sora-2-pro").orElseThrow();
        assertThat(video.source()).isEqualTo("portkey-models");
        Rated rated =
                Rating.rate(
                        video.price(),
                        Usage.of(MeterKind.VIDEO_MILLISECONDS, 10_000),
                        PricingContext.of(Dimension.RESOLUTION, "1024x1792"),
                        BigDecimal.ONE);
        assertThat(((Rated.Priced) rated).total()).hasToString("5");
    }

    @Test
    void everyRowReadsAndOnlyPricedOnesHaveRates() {
        Map<String, String> publicNames = new HashMap<>();
        shipped.rows()
                .forEach(row -> {
                    assertThat(row.priced() && row.price().isEmpty()).as(row.model()).isFalse();
                    if (row.firstParty()) {
                        assertThat(publicNames.put(row.model(), row.provider()))
                                .as(row.model())
                                .isNull();
                    }
                });
        assertThat(publicNames).hasSizeGreaterThan(300);
    }

    @Test
    void chatRowsThatArePricedHaveABoundOnInput() {
        assertThat(
                        shipped.rows()
                                .filter(PriceRow::priced)
                                .filter(row -> row.mode().equals("chat"))
                                .filter(row -> row.bounds().contextWindow().isEmpty()))
                .isEmpty();
    }

    @Test
    void firstPartyRowsAreFoundByPublicName() {
        assertThat(shipped.firstParty("gpt-5").orElseThrow().provider()).isEqualTo("openai");
        assertThat(shipped.firstParty("gemini-2.5-pro").orElseThrow().provider())
                .isEqualTo("gemini");
        assertThat(shipped.firstParty("no-such-model")).isEmpty();
    }

    @Test
    void versionIsDateAndHashOfTheFiles() {
        StringBuilder text = new StringBuilder();
        shipped.providers()
                .forEach(provider -> text.append(PriceBook.resource(provider + ".jsonl")));
        PriceBook read = PriceBook.parse(text.toString());
        assertThat(shipped.version())
                .isEqualTo(read.version())
                .matches("\\d{4}-\\d\\d-\\d\\d-[0-9a-f]{8}");
        assertThat(PriceDiff.between(shipped, read).isEmpty()).isTrue();
    }

    @Test
    void rowsAreParsedOnlyWhenAskedFor() {
        // a broken row far from the one asked for is not looked at
        PriceSection section =
                new PriceSection(
                        PriceRowJson.header(PriceRowJson.tree(HEADER.strip(), "line 1"), "line 1"));
        section.add("{\"model\":\"good\",\"price\":{\"per_image\":\"1\"}}", 2);
        section.add("{\"model\":\"bad\",\"price\":{\"per_imag\":\"1\"}}", 3);
        assertThat(section.find("good")).isPresent();
        assertThat(section.find("good").orElseThrow()).isSameAs(section.find("good").orElseThrow());
        assertThatThrownBy(() -> section.find("bad")).isInstanceOf(PriceFormatException.class);
    }

    @Test
    void theSimulatedModelsArePriced() {
        for (String model : List.of("sim-chat", "sim-chat-large", "sim-reasoner", "sim-embed")) {
            PriceRow row = shipped.find("simulator", model).orElseThrow();
            assertThat(row.priced()).isTrue();
            assertThat(row.source()).isEqualTo("simulated");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"m\"} | line 2 (acme/m).price",
                "{\"model\":\"m\",\"price\":{}} | line 2 (acme/m).price",
                "{\"model\":\"m\",\"price\":{\"per_imag\":\"1\"}} | line 2 (acme/m).price.per_imag",
                "{\"model\":\"m\",\"prise\":{}} | line 2 (acme/m).prise",
                "{\"model\":\"m\",\"unpriced\":\"why\",\"context_window\":0}"
                        + " | line 2 (acme/m).context_window",
                "{\"model\":\"m\",\"unpriced\":\"why\",\"retires_on\":\"soon\"}"
                        + " | line 2 (acme/m).retires_on",
                "{\"price\":{}} | line 2.model",
                "{\"model\":\"m\",\"price\":{\"per_image\":\"1\",\"per_image\":\"2\"}}"
                        + " | line 2 (acme/m)",
                "nonsense | line 2",
            })
    void errorsNameLineRowAndField(String line, String field) {
        assertThatThrownBy(() -> PriceBook.parse(HEADER + line))
                .isInstanceOfSatisfying(
                        PriceFormatException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void structureErrorsNameTheLine() {
        String row = "{\"model\":\"m\",\"price\":{\"per_image\":\"1\"}}\n";
        assertThatThrownBy(() -> PriceBook.parse(row)).hasMessageContaining("line 1");
        assertThatThrownBy(() -> PriceBook.parse(HEADER + row + row))
                .hasMessageContaining("line 3")
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> PriceBook.parse(HEADER + row + HEADER))
                .hasMessageContaining("line 3.provider");
        assertThatThrownBy(() -> PriceBook.parse("")).hasMessageContaining("no rows");
    }

    @Test
    void diffNamesWhatChanged() {
        PriceBook before =
                PriceBook.parse(
                        HEADER
                                + "{\"model\":\"a\",\"price\":{\"input_per_mtok\":\"1\","
                                + "\"tiers\":[{\"above_input_tokens\":9,\"input_per_mtok\":\"2\"}]}}\n"
                                + "{\"model\":\"gone\",\"price\":{\"per_image\":\"1\"}}\n"
                                + "{\"model\":\"same\",\"price\":{\"per_image\":\"1\"}}\n");
        PriceBook after =
                PriceBook.parse(
                        HEADER.replace("2026-01-02", "2026-02-03")
                                + "{\"model\":\"a\",\"price\":{\"input_per_mtok\":\"1.5\","
                                + "\"by\":[{\"service_tier\":\"flex\",\"input_per_mtok\":\"1\"}]}}\n"
                                + "{\"model\":\"new\",\"price\":{\"per_image\":\"1\"}}\n"
                                + "{\"model\":\"same\",\"price\":{\"per_image\":\"1.00\"}}\n");
        PriceDiff diff = PriceDiff.between(before, after);
        assertThat(diff.added()).extracting(PriceRow::model).containsExactly("new");
        assertThat(diff.removed()).extracting(PriceRow::model).containsExactly("gone");
        assertThat(diff.changed()).hasSize(1);
        assertThat(diff.changed().getFirst().facts())
                .containsExactly(
                        new PriceDiff.Fact(
                                "above 9: input_per_mtok", Optional.of("2"), Optional.empty()),
                        new PriceDiff.Fact("input_per_mtok", Optional.of("1"), Optional.of("1.5")),
                        new PriceDiff.Fact(
                                "service_tier=flex: input_per_mtok",
                                Optional.empty(),
                                Optional.of("1")));
        assertThat(after.version()).startsWith("2026-02-03-");
    }

    @Test
    void aBookOfRowsIsTheSameAsTheirText() {
        List<PriceRow> rows = shipped.rows("anthropic").toList();
        PriceBook copy = PriceBook.of(rows);
        assertThat(copy.rows()).containsExactlyElementsOf(rows);
    }
}
