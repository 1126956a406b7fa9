package dev.sluice.protocol.video;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.job.JobRequest;
import dev.sluice.protocol.media.Form;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A decoded request for a video. Whoever sends it asks the [VideoWire] of a target for what is
/// sent; it has no answer but a job.
public final class VideoRequest implements JobRequest {

    static final String IMAGE = "input_reference";

    /// What providers with a shape of their own are told of it.
    static final Set<String> CARRIED =
            Set.of(
                    "model",
                    "prompt",
                    "seconds",
                    "size",
                    "resolution",
                    "aspect_ratio",
                    "ratio",
                    "user",
                    IMAGE);

    private final Form form;
    private final CallFacts facts;
    private final VideoAsked asked;
    private final @Nullable VideoImage image;
    private final @Nullable String ratio;
    private final List<String> dropped;

    /// @param form as the provider that clients' shape comes from takes it
    /// @param ratio of width and height, `16:9`, or null
    /// @param dropped what of the client's request is in no provider's
    VideoRequest(
            Form form,
            CallFacts facts,
            VideoAsked asked,
            @Nullable VideoImage image,
            @Nullable String ratio,
            List<String> dropped) {
        this.form = form;
        this.facts = facts;
        this.asked = asked;
        this.image = image;
        this.ratio = ratio;
        this.dropped = List.copyOf(dropped);
    }

    @Override
    public CallFacts facts() {
        return facts;
    }

    public VideoAsked asked() {
        return asked;
    }

    @Override
    public String kind() {
        return Videos.KIND;
    }

    @Override
    public Map<String, String> kept() {
        return asked.kept();
    }

    @Override
    public ObjectNode begun(String id, String organization, Instant at, @Nullable String of) {
        return VideoObjects.begun(id, facts.model(), at, asked, of);
    }

    /// The prompt is told once: it is not kept.
    @Override
    public ObjectNode told(ObjectNode shown) {
        return shown.put("prompt", prompt());
    }

    @Override
    public ObjectNode lost(String before, String code, String message, Instant now) {
        return VideoObjects.lost(before, code, message, now);
    }

    public String prompt() {
        return form.required("prompt");
    }

    Form form() {
        return form;
    }

    @Nullable VideoImage image() {
        return image;
    }

    /// The ratio that was asked for; where only a size was, what `bySize` makes of it.
    @Nullable String ratioOr(Function<VideoAsked, @Nullable String> bySize) {
        return ratio != null || asked.size() == null ? ratio : bySize.apply(asked);
    }

    @Override
    public List<String> dropped() {
        return dropped;
    }

    /// What is lost at a provider that takes these fields alone.
    List<String> droppedBut(Set<String> carried) {
        return Stream.concat(
                        dropped.stream(),
                        form.names().stream().filter(name -> !carried.contains(name)).sorted())
                .toList();
    }

    @Override
    public byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField) {
        return form.withModel(model);
    }

    @Override
    public String contentType() {
        return form.contentType();
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public StreamReader streamReader() {
        throw new UnsupportedOperationException("videos do not stream");
    }

    @Override
    public Answer readAnswer(byte[] body) {
        throw Fault.of(FaultCode.INTERNAL_ERROR, "A job's answer is read by its wire.")
                .asException();
    }
}
