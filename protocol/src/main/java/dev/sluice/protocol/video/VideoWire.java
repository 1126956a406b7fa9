package dev.sluice.protocol.video;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.PercentEncoding;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.job.JobAsk;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.job.JobSend;
import dev.sluice.protocol.job.JobWire;
import dev.sluice.protocol.json.Trees;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One way a provider's jobs are begun, looked after and fetched. Paths are from the host's root;
/// those of a job are worked out from the one it was sent to.
public sealed interface VideoWire extends JobWire
        permits OpenAiVideos, GoogleOperations, ContentTasks {

    @Override
    default String family() {
        return Videos.FAMILY;
    }

    @Override
    default JobLook read(byte[] body, Map<String, String> asked) {
        return read(body, VideoAsked.of(asked));
    }

    @Override
    default ObjectNode after(String before, JobLook look, Instant now) {
        return VideoObjects.after(before, look, now);
    }

    @Override
    default ObjectNode lost(String before, String code, String message, Instant now) {
        return VideoObjects.lost(before, code, message, now);
    }

    @Override
    default Usage most(Map<String, String> asked) {
        return Videos.most(VideoAsked.of(asked));
    }

    /// What begins a job.
    ///
    /// @param path where it is sent
    /// @param model the name the target knows the model by
    /// @throws FaultException `invalid_request` for what cannot be asked this way
    JobSend submit(VideoRequest request, String path, String model);

    /// What begins another version of a job's video.
    ///
    /// @throws FaultException `invalid_request` where there is none
    default JobSend remix(VideoRequest request, String path, String job) {
        throw Fault.invalid(
                        "The provider of this video cannot make another version of it. Send a"
                                + " request of its own.",
                        null)
                .asException();
    }

    /// What of a request the provider does not hear.
    List<String> dropped(VideoRequest request);

    /// Where a job's video is; empty where only a look at the job says it ([JobLook#url]).
    Optional<String> content(String path, String job);

    /// What asks for the answer that a job's video is in ([InlineVideo]); empty where it is at an
    /// address of its own.
    default Optional<JobAsk> inline(String path, String job) {
        return Optional.empty();
    }

    /// Where a job is deleted; empty where it cannot be.
    Optional<String> delete(String path, String job);

    /// Reads what a provider says of a job, in answer to its submit or to a look.
    ///
    /// @throws FaultException `upstream_error` when it is nothing of the kind
    JobLook read(byte[] body, VideoAsked asked);

    /// What lies below a path under a job's id.
    static String below(String path, String job) {
        return path + "/" + PercentEncoding.encoded(job, "-._~");
    }

    /// A document about a job.
    static ObjectNode document(byte[] body) {
        try {
            if (Trees.read(body) instanceof ObjectNode read) {
                return read;
            }
        } catch (JacksonException _) {
            // said below
        }
        throw unreadable();
    }

    static FaultException unreadable() {
        return Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream's answer is none about a video.")
                .asException();
    }

    /// What a finished video of so many seconds used, beside tokens.
    static Usage made(long milliseconds) {
        return Usage.builder()
                .set(MeterKind.VIDEO_MILLISECONDS, milliseconds)
                .set(MeterKind.VIDEO_JOBS, 1)
                .set(MeterKind.REQUESTS, 1)
                .build();
    }

    /// A length in seconds, as a number or as text, in begun thousandths.
    ///
    /// @param otherwise seconds, where nothing credible is said
    static long milliseconds(@Nullable JsonNode seconds, int otherwise) {
        String text =
                seconds == null
                        ? ""
                        : seconds.isString() || seconds.isNumber() ? seconds.asString() : "";
        if (!text.matches("\\d{1,4}(\\.\\d{1,6})?")) {
            return otherwise * 1_000L;
        }
        long read =
                new BigDecimal(text)
                        .movePointRight(3)
                        .setScale(0, RoundingMode.CEILING)
                        .longValueExact();
        return read == 0 ? otherwise * 1_000L : read;
    }

    /// Why a job failed, in clients' shape.
    static ObjectNode error(@Nullable String code, @Nullable String message) {
        String said = message == null ? "The provider could not make the video." : message;
        return Trees.object()
                .put("code", code == null ? "video_generation_failed" : code)
                .put("message", said.substring(0, Math.min(said.length(), 1_000)));
    }
}
