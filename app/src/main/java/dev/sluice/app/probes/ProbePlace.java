package dev.sluice.app.probes;

import dev.sluice.app.smoke.Speech;
import dev.sluice.control.availability.ProbeCalendarStore.Spot;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.PriceList;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.translate.Wire;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is probed, and under which name.
///
/// @param organizationId whose model it is asked as, and whose availability it tells
/// @param model the public name
/// @param every from one probe to the next
record ProbePlace(Spot spot, String organizationId, String model, Duration every) {

    private static final String EMBEDDINGS = "embeddings";

    /// What the price book calls models that answer in words, and those that make vectors. What
    /// makes pictures, sound or films is too dear to be asked for without need.
    private static final Set<String> IN_WORDS = Set.of("chat", "responses");

    private static final String IN_VECTORS = "embedding";

    /// Everything there is to probe, each spot once whoever uses it: as a model of an organization
    /// that has it, of real ones before sandboxes, of older ones before younger.
    ///
    /// @param every how often the models of an upstream are probed, by its id; null for never
    static Map<Spot, ProbePlace> all(
            Snapshot snapshot, Function<String, @Nullable Duration> every, Instant now) {
        Map<Spot, ProbePlace> places = new LinkedHashMap<>();
        snapshot.organizations().values().stream()
                .sorted(Comparator.comparing(Organization::sandbox).thenComparing(Organization::id))
                .forEach(organization ->
                        organization.models().values().stream()
                                .sorted(Comparator.comparing(Model::name))
                                .forEach(model ->
                                        add(places, snapshot, organization, model, every, now)));
        return places;
    }

    private static void add(
            Map<Spot, ProbePlace> places,
            Snapshot snapshot,
            Organization organization,
            Model model,
            Function<String, @Nullable Duration> every,
            Instant now) {
        Map<String, Set<String>> targets =
                model.targets().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Model.Target::upstreamId,
                                        LinkedHashMap::new,
                                        Collectors.mapping(
                                                Model.Target::upstreamModel, Collectors.toSet())));
        targets.forEach((upstreamId, upstreamModels) -> {
            Upstream upstream = snapshot.upstreams().get(upstreamId);
            Duration interval = every.apply(upstreamId);
            // of two targets at one upstream nobody could tell which one answers
            if (upstream == null
                    || upstream.drained()
                    || interval == null
                    || interval.isZero()
                    || upstreamModels.size() != 1) {
                return;
            }
            String upstreamModel = upstreamModels.iterator().next();
            for (String family : families(organization, upstream, upstreamModel, model, now)) {
                Spot spot = new Spot(upstreamId, upstreamModel, family);
                places.putIfAbsent(
                        spot, new ProbePlace(spot, organization.id(), model.name(), interval));
            }
        });
    }

    /// Where the upstream itself can be asked: what Sluice translates is no news of the provider.
    private static List<String> families(
            Organization organization,
            Upstream upstream,
            String upstreamModel,
            Model model,
            Instant now) {
        String mode =
                organization
                        .prices()
                        .ofTarget(upstream.provider(), upstreamModel, model.name(), now)
                        .map(PriceList.Listed::row)
                        .map(row -> row.mode())
                        .orElse("chat");
        if (mode.equals(IN_VECTORS)) {
            return Wire.reaches(EMBEDDINGS, upstream.dialects()) ? List.of(EMBEDDINGS) : List.of();
        }
        return IN_WORDS.contains(mode)
                ? Speech.ALL.stream()
                        .filter(speech -> upstream.dialects().contains(speech.dialect()))
                        .map(Speech::family)
                        .toList()
                : List.of();
    }
}
