package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every expected amount here was worked out by hand.
class RatingTest {

    private static Price price(String json) {
        return PriceJson.parse(PriceRowJson.tree(json, "price"), "price");
    }

    private static Rated.Priced priced(
            Price price, Usage usage, PricingContext context, String by) {
        Rated rated = Rating.rate(price, usage, context, new BigDecimal(by));
        assertThat(rated).isInstanceOf(Rated.Priced.class);
        return (Rated.Priced) rated;
    }

    private static String total(Price price, Usage usage, PricingContext context) {
        return priced(price, usage, context, "1").total().toString();
    }

    private static String total(Price price, Usage usage) {
        return total(price, usage, PricingContext.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        // meter, price, quantity, amount in dollars
        "INPUT, 0.25, 1234, 0.0003085",
        "CACHE_READ, 0.025, 1000, 0.000025",
        "CACHE_WRITE_5M, 3.75, 60, 0.000225",
        "CACHE_WRITE_1H, 6, 40, 0.00024",
        "OUTPUT, 2, 7, 0.000014",
        "REASONING, 4, 250, 0.001",
        "AUDIO_INPUT, 40, 33, 0.00132",
        "AUDIO_OUTPUT, 80, 1, 0.00008",
        "IMAGE_INPUT, 10, 272, 0.00272",
        "IMAGE_OUTPUT, 40, 6240, 0.2496",
        "IMAGES, 0.08, 3, 0.24",
        "VIDEO_MILLISECONDS, 0.5, 8000, 4",
        "VIDEO_MILLISECONDS, 0.1, 1, 0.0001",
        "VIDEO_JOBS, 0.4, 2, 0.8",
        "AUDIO_MILLISECONDS, 0.006, 60000, 0.006",
        // 0.006 * 1 / 60000 = 1e-7
        "AUDIO_MILLISECONDS, 0.006, 1, 0.0000001",
        // 0.01 * 1 / 60000 = 0.000000166666…: half-even at the twelfth decimal
        "AUDIO_MILLISECONDS, 0.01, 1, 0.000000166667",
        "CHARACTERS, 15, 100, 0.0015",
        "SEARCHES, 0.01, 4, 0.04",
        "REQUESTS, 0.005, 1, 0.005",
        "TRAINING, 25, 5768, 0.1442",
    })
    void everyMeterInItsUnit(MeterKind meter, String price, long quantity, String amount) {
        Price only = Price.of(Map.of(meter, new BigDecimal(price)));
        Rated.Priced rated = priced(only, Usage.of(meter, quantity), PricingContext.NONE, "1");
        assertThat(rated.total()).hasToString(amount);
        assertThat(rated.lines())
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.meter()).isEqualTo(meter);
                    assertThat(line.quantity()).isEqualTo(quantity);
                    assertThat(line.unitPrice()).isEqualByComparingTo(price);
                    assertThat(line.unitsPerPrice()).isEqualTo(meter.unitsPerPrice());
                });
    }

    @Test
    void linesAddUpAndAreRoundedOnceEach() {
        Price price = price("{\"input_per_mtok\":\"0.0000005\",\"output_per_mtok\":\"0.0000015\"}");
        Usage one = Usage.builder().set(MeterKind.INPUT, 1).set(MeterKind.OUTPUT, 1).build();
        // 0.5 and 1.5 picodollars: half-even gives 0 and 2, the rounded sum would be 2 as well
        assertThat(priced(price, one, PricingContext.NONE, "1").total().picos()).isEqualTo(2);
        // 0.5 × 3 = 1.5 and 1.5 × 3 = 4.5: 2 and 4; the sum rounded at the end would be 6 too,
        // rounding before the markup would give 0 and 6
        Rated.Priced marked = priced(price, one, PricingContext.NONE, "3");
        assertThat(marked.lines().get(0).amount().picos()).isEqualTo(2);
        assertThat(marked.lines().get(1).amount().picos()).isEqualTo(4);
    }

    @Test
    void missingMetersArePricedAsTheirParents() {
        Price price = price("{\"input_per_mtok\":\"3\",\"output_per_mtok\":\"15\"}");
        for (MeterKind meter :
                new MeterKind[] {
                    MeterKind.CACHE_READ, MeterKind.CACHE_WRITE_5M, MeterKind.CACHE_WRITE_1H
                }) {
            assertThat(total(price, Usage.of(meter, 1000))).isEqualTo("0.003");
        }
        assertThat(total(price, Usage.of(MeterKind.REASONING, 1000))).isEqualTo("0.015");
        Price withWrite = price("{\"input_per_mtok\":\"3\",\"cache_write_5m_per_mtok\":\"3.75\"}");
        assertThat(total(withWrite, Usage.of(MeterKind.CACHE_WRITE_1H, 1000))).isEqualTo("0.00375");
    }

    @Test
    void aMeterWithoutPriceIsUnpricedAndNeverZero() {
        Price price = price("{\"input_per_mtok\":\"3\",\"output_per_mtok\":\"15\"}");
        for (MeterKind meter :
                new MeterKind[] {
                    MeterKind.AUDIO_INPUT,
                    MeterKind.AUDIO_OUTPUT,
                    MeterKind.IMAGE_INPUT,
                    MeterKind.IMAGE_OUTPUT,
                    MeterKind.IMAGES,
                    MeterKind.VIDEO_MILLISECONDS,
                    MeterKind.AUDIO_MILLISECONDS,
                    MeterKind.CHARACTERS,
                    MeterKind.SEARCHES
                }) {
            assertThat(Rating.rate(price, Usage.of(meter, 1), PricingContext.NONE, BigDecimal.ONE))
                    .isEqualTo(new Rated.Unpriced(meter));
        }
    }

    @Test
    void feesThatDoNotExistAreNotCharged() {
        Price price = price("{\"input_per_mtok\":\"3\"}");
        Usage usage = Usage.builder().set(MeterKind.INPUT, 1000).set(MeterKind.REQUESTS, 1).build();
        assertThat(total(price, usage)).isEqualTo("0.003");
    }

    @Test
    void countsThatAnotherMeterCarriesAreNotChargedTwice() {
        Price tokens = price("{\"input_per_mtok\":\"5\",\"image_output_per_mtok\":\"40\"}");
        Usage image =
                Usage.builder().set(MeterKind.IMAGES, 1).set(MeterKind.IMAGE_OUTPUT, 1000).build();
        assertThat(total(tokens, image)).isEqualTo("0.04");
        Price job = price("{\"per_video_job\":\"0.4\"}");
        Usage video =
                Usage.builder()
                        .set(MeterKind.VIDEO_JOBS, 1)
                        .set(MeterKind.VIDEO_MILLISECONDS, 8000)
                        .build();
        assertThat(total(job, video)).isEqualTo("0.4");
    }

    @Test
    void theTierIsChosenByTheWholeInputAndPricesTheWholeCall() {
        Price price =
                price(
                        """
                        {"input_per_mtok":"1.25","cached_input_per_mtok":"0.125",
                         "output_per_mtok":"10",
                         "tiers":[{"above_input_tokens":200000,"input_per_mtok":"2.5",
                                   "cached_input_per_mtok":"0.25","output_per_mtok":"15"},
                                  {"above_input_tokens":500000,"input_per_mtok":"4"}]}\
                        """);
        // exactly at the threshold: 150,000 × 1.25 + 50,000 × 0.125 + 10 × 10
        assertThat(total(price, call(150_000, 50_000, 10))).isEqualTo("0.19385");
        // one cached token more: 150,000 × 2.5 + 50,001 × 0.25 + 10 × 15
        assertThat(total(price, call(150_000, 50_001, 10))).isEqualTo("0.38765025");
        // the highest tier alone applies; what it leaves out has the base rate
        assertThat(total(price, call(500_001, 0, 10))).isEqualTo("2.000104");
    }

    private static Usage call(long input, long cached, long output) {
        return Usage.builder()
                .set(MeterKind.INPUT, input)
                .set(MeterKind.CACHE_READ, cached)
                .set(MeterKind.OUTPUT, output)
                .build();
    }

    @Test
    void serviceTiersWithTiersOfTheirOwn() {
        Price price =
                price(
                        """
                        {"input_per_mtok":"4","output_per_mtok":"20",
                         "tiers":[{"above_input_tokens":272000,"input_per_mtok":"8"}],
                         "by":[{"service_tier":"flex","input_per_mtok":"2"},
                               {"service_tier":"priority","input_per_mtok":"8",
                                "tiers":[{"above_input_tokens":272000,"input_per_mtok":"16"}]}]}\
                        """);
        Usage small = Usage.of(MeterKind.INPUT, 272_000);
        Usage large = Usage.of(MeterKind.INPUT, 272_001);
        PricingContext priority = PricingContext.of(Dimension.SERVICE_TIER, "priority");
        PricingContext flex = PricingContext.of(Dimension.SERVICE_TIER, "flex");
        PricingContext standard = PricingContext.of(Dimension.SERVICE_TIER, "default");
        assertThat(total(price, small)).isEqualTo("1.088");
        assertThat(total(price, small, standard)).isEqualTo("1.088");
        assertThat(total(price, large)).isEqualTo("2.176008");
        assertThat(total(price, small, priority)).isEqualTo("2.176");
        assertThat(total(price, large, priority)).isEqualTo("4.352016");
        assertThat(total(price, large, flex)).isEqualTo("0.544002");
    }

    @Test
    void imagesByQualityAndSize() {
        Price price =
                price(
                        """
                        {"by":[{"quality":"high","size":"1024x1536","per_image":"0.25"},
                               {"quality":"high","per_image":"0.167"},
                               {"quality":"low","per_image":"0.011"}]}\
                        """);
        Usage two = Usage.of(MeterKind.IMAGES, 2);
        PricingContext high = PricingContext.of(Dimension.QUALITY, "HIGH");
        assertThat(total(price, two, high.with(Dimension.SIZE, "1024x1536"))).isEqualTo("0.5");
        assertThat(total(price, two, high.with(Dimension.SIZE, "1024x1024"))).isEqualTo("0.334");
        assertThat(total(price, two, PricingContext.of(Dimension.QUALITY, "low")))
                .isEqualTo("0.022");
        // nobody said which: the dearest it may have been
        assertThat(total(price, two)).isEqualTo("0.5");
        assertThat(total(price, two, PricingContext.of(Dimension.QUALITY, "auto")))
                .isEqualTo("0.5");
        // named, but not sold: no price
        assertThat(
                        Rating.rate(
                                price,
                                two,
                                PricingContext.of(Dimension.QUALITY, "ultra"),
                                BigDecimal.ONE))
                .isEqualTo(new Rated.Unpriced(MeterKind.IMAGES));
    }

    @Test
    void videoByResolutionAndSearchesByContextSize() {
        Price video =
                price(
                        """
                        {"per_video_second":"0.3",
                         "by":[{"resolution":"1024x1792","per_video_second":"0.5"}]}\
                        """);
        Usage eight = Usage.of(MeterKind.VIDEO_MILLISECONDS, 8_000);
        assertThat(total(video, eight)).isEqualTo("2.4");
        assertThat(total(video, eight, PricingContext.of(Dimension.RESOLUTION, "1024x1792")))
                .isEqualTo("4");
        Price search =
                price(
                        """
                        {"per_search":"0.01",
                         "by":[{"search_context_size":"high","per_search":"0.014"}]}\
                        """);
        assertThat(
                        total(
                                search,
                                Usage.of(MeterKind.SEARCHES, 3),
                                PricingContext.of(Dimension.SEARCH_CONTEXT_SIZE, "high")))
                .isEqualTo("0.042");
    }

    @Test
    void markupIsPartOfTheLine() {
        Price price = price("{\"input_per_mtok\":\"3\"}");
        Rated.Priced rated =
                priced(price, Usage.of(MeterKind.INPUT, 1), PricingContext.NONE, "1.2");
        assertThat(rated.total()).hasToString("0.0000036");
        assertThat(rated.lines().getFirst().multiply()).isEqualByComparingTo("1.2");
    }
}
