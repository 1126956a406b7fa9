package dev.sluice.gateway.videos;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.upstream.UpstreamAsks;
import dev.sluice.gateway.upstream.UpstreamCall;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.job.JobAsk;
import dev.sluice.protocol.video.InlineVideo;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A finished video on its way from where its provider keeps it to a client, at the client's pace.
/// Lives on the client's event loop.
public final class VideoContent {

    /// A provider may send on to its store, and that to another one.
    private static final int MOST_HOPS = 3;

    private static final Set<Integer> ELSEWHERE = Set.of(301, 302, 303, 307, 308);
    private static final List<String> ASKED = List.of("range", "if-range");
    private static final List<String> ANSWERED =
            List.of("content-length", "content-range", "accept-ranges", "etag", "last-modified");

    private static final Set<String> VARIANTS = Set.of("video", "thumbnail", "spritesheet");
    private static final int MOST_ERROR_BYTES = 64 << 10;

    private final Vertx vertx;
    private final Deadlines deadlines;
    private final UpstreamAsks asks;
    private final InstantSource clock;
    private final Limits limits;

    public VideoContent(
            Vertx vertx,
            Deadlines deadlines,
            UpstreamAsks asks,
            InstantSource clock,
            Limits limits) {
        this.vertx = vertx;
        this.deadlines = deadlines;
        this.asks = asks;
        this.clock = clock;
        this.limits = limits;
    }

    /// Hands on what is at a path of an upstream.
    ///
    /// @param failed hears of it when nothing was handed on
    void fetch(
            Upstream upstream,
            String path,
            HttpServerRequest request,
            String requestId,
            Consumer<Fault> failed) {
        new Fetch(request, requestId, failed).from(upstream, path, 0);
    }

    /// Hands on what is at a URL that an upstream named: with the account's credential only where
    /// that is the upstream itself.
    void fetch(
            Upstream upstream,
            URI url,
            HttpServerRequest request,
            String requestId,
            Consumer<Fault> failed) {
        new Fetch(request, requestId, failed).at(upstream, url, 0);
    }

    /// Hands on what is inside an answer of an upstream, from its beginning: no part of it can be
    /// asked for.
    void fetch(
            Upstream upstream,
            JobAsk question,
            HttpServerRequest request,
            String requestId,
            Consumer<Fault> failed) {
        new Fetch(request, requestId, failed).within(upstream, question);
    }

    /// An address that a provider named: no account, and nobody vouches for where it leads.
    private static Upstream stranger(Upstream upstream, URI url) {
        return new Upstream(
                upstream.id(),
                upstream.name(),
                upstream.provider(),
                upstream.organizationId(),
                URI.create(url.getScheme() + "://" + url.getRawAuthority()),
                upstream.dialects(),
                null,
                null,
                upstream.timeouts(),
                false,
                false);
    }

    private static boolean isAt(Upstream upstream, URI url) {
        URI base = upstream.baseUrl();
        return base.getScheme().equals(url.getScheme())
                && base.getRawAuthority().equals(url.getRawAuthority());
    }

    private static String target(URI url) {
        String path =
                url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    private final class Fetch {
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        private final String requestId;
        private final Consumer<Fault> failed;

        Fetch(HttpServerRequest request, String requestId, Consumer<Fault> failed) {
            this.request = request;
            this.response = request.response();
            this.requestId = requestId;
            this.failed = failed;
        }

        void at(Upstream upstream, URI url, int hops) {
            String scheme = url.getScheme();
            if (url.getHost() == null || !("https".equals(scheme) || "http".equals(scheme))) {
                failed.accept(unusable());
            } else if (isAt(upstream, url)) {
                from(upstream, target(url), hops);
            } else {
                from(stranger(upstream, url), target(url), hops);
            }
        }

        void from(Upstream upstream, String path, int hops) {
            RequestOptions head = UpstreamAsks.head(upstream, "GET", path);
            for (String name : ASKED) {
                String value = request.getHeader(name);
                if (value != null) {
                    head.putHeader(name, value);
                }
            }
            asks.send(call(new Relay(upstream, hops, null)), upstream, head, failed);
        }

        void within(Upstream upstream, JobAsk question) {
            Relay relay = new Relay(upstream, MOST_HOPS, new InlineVideo());
            asks.send(call(relay), upstream, question, failed);
        }

        private UpstreamCall call(Relay relay) {
            UpstreamCall call =
                    new UpstreamCall(vertx, deadlines, relay.upstream.timeouts(), relay);
            relay.call = call;
            response.closeHandler(_ -> call.cancel());
            return call;
        }

        private Fault unusable() {
            return Fault.of(
                    FaultCode.UPSTREAM_ERROR, "The provider does not say where the video is.");
        }

        private final class Relay implements UpstreamCall.Listener {
            private final Upstream upstream;
            private final int hops;
            private final @Nullable InlineVideo inline;
            private final Buffer refusal = Buffer.buffer();
            private @Nullable UpstreamCall call;
            private Deadlines.@Nullable Deadline stall;
            private int status;
            private MultiMap headers = MultiMap.caseInsensitiveMultiMap();

            /// @param inline finds the video in the answer; null where the answer is the video
            Relay(Upstream upstream, int hops, @Nullable InlineVideo inline) {
                this.upstream = upstream;
                this.hops = hops;
                this.inline = inline;
            }

            private boolean isVideo() {
                return status == 200 || status == 206;
            }

            @Override
            public void onHead(int answered, MultiMap named) {
                status = answered;
                headers = named;
                if (!isVideo()) {
                    return;
                }
                response.setStatusCode(status);
                response.putHeader("x-request-id", requestId);
                response.putHeader("x-content-type-options", "nosniff");
                if (inline != null) {
                    response.putHeader("content-type", "video/mp4");
                    response.setChunked(true);
                    return;
                }
                for (String name : ANSWERED) {
                    String value = named.get(name);
                    if (value != null) {
                        response.putHeader(name, value);
                    }
                }
                response.putHeader("content-type", safeType(named.get("content-type")));
                if (named.get("content-encoding") != null || named.get("content-length") == null) {
                    response.headers().remove("content-length");
                    response.setChunked(true);
                }
            }

            @Override
            public void onData(Buffer data) {
                if (!isVideo()) {
                    if (refusal.length() < MOST_ERROR_BYTES) {
                        refusal.appendBuffer(data);
                    }
                    return;
                }
                Buffer video = video(data);
                if (video.length() == 0 || response.closed()) {
                    return;
                }
                var unused = response.write(video);
                UpstreamCall open = call;
                if (response.writeQueueFull() && stall == null && open != null) {
                    open.pause();
                    stall = deadlines.in(limits.writeStall().toMillis(), this::stalled);
                    response.drainHandler(_ -> {
                        caughtUp();
                        open.resume();
                    });
                }
            }

            private Buffer video(Buffer data) {
                InlineVideo found = inline;
                if (found == null) {
                    return data;
                }
                try {
                    return Buffer.buffer(found.push(data.getBytes()));
                } catch (FaultException _) {
                    cancel();
                    notThere();
                    return Buffer.buffer();
                }
            }

            private void caughtUp() {
                Deadlines.Deadline waiting = stall;
                if (waiting != null) {
                    waiting.cancel();
                    stall = null;
                }
            }

            private void stalled() {
                cancel();
                cutOff();
            }

            private void cancel() {
                UpstreamCall open = call;
                if (open != null) {
                    open.cancel();
                }
            }

            private void cutOff() {
                caughtUp();
                var unused = response.closed() ? null : request.connection().close();
            }

            @Override
            public void onEnd() {
                caughtUp();
                String location = headers.get("location");
                if (isVideo() && inline != null && !inline.isComplete()) {
                    notThere();
                } else if (isVideo()) {
                    if (!response.closed()) {
                        var unused = response.end();
                    }
                } else if (ELSEWHERE.contains(status) && location != null && hops < MOST_HOPS) {
                    sentOn(location);
                } else {
                    failed.accept(
                            UpstreamFaults.decode(
                                            status,
                                            headers::get,
                                            refusal.getBytes(),
                                            clock.instant())
                                    .fault());
                }
            }

            private void notThere() {
                if (response.headWritten()) {
                    cutOff();
                    return;
                }
                response.headers().clear();
                response.setChunked(false);
                failed.accept(unusable());
            }

            private void sentOn(String location) {
                URI next;
                try {
                    next = upstream.baseUrl().resolve(location);
                } catch (IllegalArgumentException _) {
                    failed.accept(unusable());
                    return;
                }
                at(upstream, next, hops + 1);
            }

            @Override
            public void onFailure(Fault fault, boolean sent) {
                if (response.headWritten()) {
                    cutOff();
                } else {
                    failed.accept(fault);
                }
            }
        }
    }

    /// What a browser shows or plays, but does not run: a page of a provider's would be one of this
    /// address, where the console is.
    static String safeType(@Nullable String told) {
        String type = told == null ? "" : told.strip().toLowerCase(Locale.ROOT);
        boolean shown =
                type.startsWith("video/")
                        || type.startsWith("audio/")
                        || (type.startsWith("image/") && !type.contains("svg"));
        return shown ? type : "application/octet-stream";
    }

    /// Query parameters a client may ask for the content with.
    static String variant(HttpServerRequest request) {
        String variant = request.getParam("variant");
        if (variant == null) {
            return "";
        }
        if (!VARIANTS.contains(variant)) {
            throw Fault.invalid(
                            "`variant` must be `video`, `thumbnail` or `spritesheet`.", "variant")
                    .asException();
        }
        return "?variant=" + variant;
    }
}
