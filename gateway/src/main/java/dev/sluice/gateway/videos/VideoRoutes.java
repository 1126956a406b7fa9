package dev.sluice.gateway.videos;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.callers.Authenticator;
import dev.sluice.gateway.calls.CallHandler;
import dev.sluice.gateway.calls.JobCall;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.ListPage;
import dev.sluice.gateway.jobs.JobPlaces;
import dev.sluice.gateway.jobs.ProviderAsk;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.ledger.jobs.Job;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.job.JobAsk;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.video.VideoAsked;
import dev.sluice.protocol.video.VideoObjects;
import dev.sluice.protocol.video.VideoWire;
import dev.sluice.protocol.video.VideoWires;
import dev.sluice.protocol.video.Videos;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a key asks about the jobs it began: `GET /v1/videos`, `GET` and `DELETE` of one, its
/// content, another version of it. What is known of a job is answered from the books; no provider
/// is asked but for content.
public final class VideoRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(VideoRoutes.class);
    private static final String REMIX = "/remix";
    private static final int USUAL_PAGE = 20;
    private static final int MOST_PAGE = 100;
    private static final int MOST_LOOK_SECONDS = 40;
    private static final Set<String> UNDER = Set.of("", JobCall.CONTENT, REMIX);

    private final Parts parts;

    public VideoRoutes(Parts parts) {
        this.parts = parts;
    }

    /// What the routes work with.
    ///
    /// @param calls serves those that begin another job
    public record Parts(
            SnapshotSource snapshots,
            Authenticator authenticator,
            JobBooks books,
            ProviderAsk providers,
            VideoContent contents,
            CallHandler calls,
            ExecutorService threads,
            InstantSource clock,
            FaultAnswer faults) {}

    /// Where a job and what of it.
    private record Address(String root, String id, String part) {

        static Optional<Address> of(String path) {
            for (String root : List.of(Endpoint.VIDEOS, Endpoint.GENERATIONS)) {
                if (path.startsWith(root + "/")) {
                    String rest = path.substring(root.length() + 1);
                    int slash = rest.indexOf('/');
                    String id = slash < 0 ? rest : rest.substring(0, slash);
                    String part = slash < 0 ? "" : rest.substring(slash);
                    boolean served =
                            root.equals(Endpoint.VIDEOS) ? UNDER.contains(part) : part.isEmpty();
                    if (served && !id.isEmpty()) {
                        return Optional.of(new Address(root, id, part));
                    }
                }
            }
            return Optional.empty();
        }

        boolean isGeneration() {
            return root.equals(Endpoint.GENERATIONS);
        }

        String methods() {
            return switch (part) {
                case REMIX -> "POST";
                case JobCall.CONTENT -> "GET";
                default -> isGeneration() ? "GET" : "GET, DELETE";
            };
        }
    }

    public static boolean serves(String method, String path) {
        return (path.equals(Endpoint.VIDEOS) && method.equals("GET"))
                || Address.of(path).isPresent();
    }

    public void handle(String requestId, HttpServerRequest request, Context context, String path) {
        Ask ask = new Ask(requestId, request, context, path);
        try {
            KeyEntry key =
                    parts.authenticator()
                            .authenticate(
                                    request, parts.snapshots().current(), parts.clock().instant());
            Job.Owner owner = new Job.Owner(key.organizationId(), key.id());
            Optional<Address> address = Address.of(path);
            if (address.isEmpty()) {
                ListPage page = ListPage.of(request::getParam, USUAL_PAGE, MOST_PAGE);
                ask.answer(() -> list(owner, page));
                return;
            }
            String method = request.method().name();
            Address at = address.get();
            if (!List.of(at.methods().split(", ", -1)).contains(method)) {
                request.response().putHeader("allow", at.methods());
                throw Fault.of(
                                FaultCode.METHOD_NOT_ALLOWED,
                                "Use " + at.methods() + " for " + path + ".")
                        .asException();
            }
            handle(ask, owner, at, method);
        } catch (FaultException e) {
            ask.refuse(e.fault());
        }
    }

    private void handle(Ask ask, Job.Owner owner, Address at, String method) {
        if (at.part().equals(REMIX)) {
            ask.request.pause();
            ask.with(
                    () -> remixable(find(owner, at.id())),
                    job -> {
                        parts.calls().handle(Endpoint.remix(job), ask.request, ask.context);
                        ask.request.resume();
                    });
        } else if (at.part().equals(JobCall.CONTENT)) {
            String variant = VideoContent.variant(ask.request);
            ask.with(
                    () -> place(finished(find(owner, at.id())), variant),
                    place -> fetch(ask, place));
        } else if (method.equals("DELETE")) {
            ask.answer(() -> delete(owner, at.id()));
        } else {
            ask.answer(() -> {
                Job job = find(owner, at.id());
                ObjectNode shown = VideoObjects.read(job.shown());
                ask.polled = job.state().isOpen();
                return at.isGeneration()
                        ? VideoObjects.generation(shown, JobCall.content(ask.request, job.id()))
                        : shown;
            });
        }
    }

    private Job find(Job.Owner owner, String id) {
        return parts.books()
                .find(owner, Videos.KIND, id)
                .orElseThrow(() ->
                        Fault.of(FaultCode.NOT_FOUND, "There is no video '" + id + "' of this key.")
                                .asException());
    }

    private ObjectNode list(Job.Owner owner, ListPage page) {
        List<Job> found =
                parts.books()
                        .list(owner, Videos.KIND, page.after(), page.ascending(), page.limit() + 1);
        boolean more = found.size() > page.limit();
        List<ObjectNode> shown = new ArrayList<>();
        for (Job job : more ? found.subList(0, page.limit()) : found) {
            shown.add(VideoObjects.read(job.shown()));
        }
        return VideoObjects.list(shown, more);
    }

    private static Job remixable(Job job) {
        if (job.state() != Job.State.DONE) {
            throw notReady(job);
        }
        return job;
    }

    private static Job finished(Job job) {
        if (job.state() == Job.State.FAILED) {
            throw Fault.of(
                            FaultCode.NOT_FOUND,
                            "The video '" + job.id() + "' was not made: the job failed.")
                    .asException();
        }
        if (job.state() != Job.State.DONE) {
            throw notReady(job);
        }
        return job;
    }

    private static FaultException notReady(Job job) {
        String status = Trees.stringOrEmpty(VideoObjects.read(job.shown()), "status");
        return Fault.of(
                        FaultCode.CONFLICT,
                        "The video '" + job.id() + "' is not finished: it is " + status + ".")
                .asException();
    }

    private ObjectNode delete(Job.Owner owner, String id) {
        Job job = find(owner, id);
        if (job.state().isOpen() || !parts.books().delete(owner, id)) {
            throw notReady(job);
        }
        Upstream upstream = upstream(job);
        Job.Place place = job.place();
        String providers = job.providerJobId();
        if (upstream != null && place != null && providers != null) {
            wire(place)
                    .delete(path(upstream, place), providers)
                    .ifPresent(path -> {
                        var unused =
                                parts.providers()
                                        .ask(upstream, "DELETE", path)
                                        .exceptionally(e -> {
                                            LOG.info(
                                                    "{} stays at its provider: {}",
                                                    id,
                                                    e.toString());
                                            return new ProviderAsk.Reply(0, new byte[0]);
                                        });
                    });
        }
        return VideoObjects.deleted(id);
    }

    private @Nullable Upstream upstream(Job job) {
        Job.Place place = job.place();
        return place == null
                ? null
                : parts.snapshots().current().upstreams().get(place.upstreamId());
    }

    private static VideoWire wire(Job.Place place) {
        return VideoWires.ofDialect(place.wire())
                .orElseThrow(() -> new IllegalStateException("no wire " + place.wire()));
    }

    private static String path(Upstream upstream, Job.Place place) {
        return JobPlaces.path(upstream, wire(place), place.upstreamModel());
    }

    /// Where a video is: a path of its upstream, a URL, or inside what answers a question.
    private record Kept(
            Upstream upstream,
            @Nullable String path,
            @Nullable URI url,
            @Nullable JobAsk question) {}

    private Kept place(Job job, String variant) {
        Upstream upstream = upstream(job);
        Job.Place place = Objects.requireNonNull(job.place());
        String providers = Objects.requireNonNull(job.providerJobId());
        if (upstream == null) {
            throw Fault.of(
                            FaultCode.UPSTREAM_ERROR,
                            "The provider account that keeps this video is not configured any"
                                    + " more.")
                    .asException();
        }
        String path = path(upstream, place);
        Optional<String> below = wire(place).content(path, providers);
        if (below.isPresent()) {
            return new Kept(upstream, below.get() + variant, null, null);
        }
        Optional<JobAsk> inline = wire(place).inline(path, providers);
        return inline.isPresent()
                ? new Kept(upstream, null, null, inline.get())
                : new Kept(upstream, null, url(job, upstream, place, providers), null);
    }

    private URI url(Job job, Upstream upstream, Job.Place place, String providers) {
        JobAsk question = wire(place).look(path(upstream, place), providers);
        try {
            ProviderAsk.Reply reply =
                    parts.providers()
                            .ask(upstream, question)
                            .get(MOST_LOOK_SECONDS, TimeUnit.SECONDS);
            JobLook look = wire(place).read(reply.body(), VideoAsked.of(job.asked()));
            String url = look.url();
            if (reply.isSuccess() && url != null) {
                return URI.create(url);
            }
        } catch (ExecutionException | TimeoutException | IllegalArgumentException e) {
            LOG.info("the video of {} was not found: {}", job.id(), e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The provider does not say where the video is. It may have expired.")
                .asException();
    }

    private void fetch(Ask ask, Kept kept) {
        if (kept.question() != null) {
            parts.contents()
                    .fetch(
                            kept.upstream(),
                            kept.question(),
                            ask.request,
                            ask.requestId,
                            ask::refuse);
        } else if (kept.url() != null) {
            parts.contents()
                    .fetch(kept.upstream(), kept.url(), ask.request, ask.requestId, ask::refuse);
        } else if (kept.path() != null) {
            parts.contents()
                    .fetch(kept.upstream(), kept.path(), ask.request, ask.requestId, ask::refuse);
        }
    }

    /// One request and its answer.
    private final class Ask {
        private final String requestId;
        private final HttpServerRequest request;
        private final Context context;
        private final String path;

        /// Whether the client is to ask again.
        private boolean polled;

        Ask(String requestId, HttpServerRequest request, Context context, String path) {
            this.requestId = requestId;
            this.request = request;
            this.context = context;
            this.path = path;
        }

        void answer(Supplier<ObjectNode> work) {
            with(work, this::send);
        }

        /// @param work may block, and may be refused
        /// @param then runs on the event loop
        <T> void with(Supplier<T> work, Consumer<T> then) {
            parts.threads()
                    .execute(() -> {
                        try {
                            T found = work.get();
                            context.runOnContext(_ -> then.accept(found));
                        } catch (FaultException e) {
                            context.runOnContext(_ -> refuse(e.fault()));
                        } catch (RuntimeException e) {
                            LOG.warn("a job was not read", e);
                            context.runOnContext(_ ->
                                    refuse(
                                            Fault.of(
                                                            FaultCode.ESCROW_UNAVAILABLE,
                                                            "Jobs cannot be read: the database is"
                                                                    + " away.")
                                                    .withRetryAfter(Duration.ofSeconds(1))));
                        }
                    });
        }

        private void send(ObjectNode told) {
            if (request.response().closed()) {
                return;
            }
            request.response().putHeader("x-request-id", requestId);
            request.response().putHeader("content-type", "application/json");
            if (polled) {
                request.response().putHeader(JobCall.POLL_AFTER, JobCall.POLL_AFTER_MILLIS);
            }
            var unused = request.response().end(Buffer.buffer(Trees.bytes(told)));
        }

        void refuse(Fault fault) {
            // what is left of its body is passed over
            request.resume();
            parts.faults().send(request.response(), fault, requestId, path);
        }
    }
}
