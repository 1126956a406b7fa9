package dev.sluice.gateway.tuning;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.PercentEncoding;
import dev.sluice.gateway.http.ListPage;
import dev.sluice.gateway.jobs.JobPlaces;
import dev.sluice.gateway.jobs.ProviderAsk;
import dev.sluice.gateway.offloop.KeyedAnswers;
import dev.sluice.gateway.offloop.KeyedRoutes;
import dev.sluice.gateway.offloop.OffLoop.Answer;
import dev.sluice.gateway.offloop.OffLoop.Ask;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.ledger.jobs.Job;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.batch.Page;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.tuning.TuningRequest;
import dev.sluice.protocol.tuning.TuningWire;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/fine_tuning/jobs` but for the call that begins one: a job is told from the books, its
/// events and checkpoints are its provider's. What stops a job settles nothing: that is done by
/// whoever sees its end.
public final class TuningRoutes implements KeyedRoutes {

    private static final int USUAL_PAGE = 20;
    private static final int MOST_PAGE = 100;
    private static final int MOST_WAIT_SECONDS = 40;
    private static final String CANCEL = "/cancel";
    private static final Set<String> TOLD = Set.of("/events", "/checkpoints");
    private static final Set<String> DONE = Set.of(CANCEL, "/pause", "/resume");

    private final JobBooks books;
    private final SnapshotSource snapshots;
    private final ProviderAsk providers;
    private final InstantSource clock;

    public TuningRoutes(
            JobBooks books, SnapshotSource snapshots, ProviderAsk providers, InstantSource clock) {
        this.books = books;
        this.snapshots = snapshots;
        this.providers = providers;
        this.clock = clock;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(Endpoint.TUNING) || path.startsWith(Endpoint.TUNING + "/");
    }

    /// Whether a request asks for the list of jobs, at the path where others are begun.
    public static boolean lists(String method, String path) {
        return path.equals(Endpoint.TUNING) && method.equals("GET");
    }

    @Override
    public Answer handle(KeyEntry key, Ask ask) {
        Job.Owner owner = new Job.Owner(key.organizationId(), key.id());
        if (ask.path().equals(Endpoint.TUNING)) {
            requireGranted(key);
            return KeyedAnswers.json(list(owner, ask));
        }
        String rest = ask.path().substring(Endpoint.TUNING.length() + 1);
        int slash = rest.indexOf('/');
        String id = slash < 0 ? rest : rest.substring(0, slash);
        String part = slash < 0 ? "" : rest.substring(slash);
        boolean told = part.isEmpty() || TOLD.contains(part);
        if (!told && !DONE.contains(part)) {
            throw Fault.of(FaultCode.NOT_FOUND, "There is nothing at " + ask.path() + ".")
                    .asException();
        }
        String method = told ? "GET" : "POST";
        if (!ask.method().equals(method)) {
            return KeyedAnswers.notAllowed(ask, method);
        }
        // a key that was granted it once can always stop what it began
        if (!part.equals(CANCEL)) {
            requireGranted(key);
        }
        Job job = find(owner, id);
        if (part.isEmpty()) {
            return KeyedAnswers.json(TuningWire.shown(job.shown()));
        }
        return KeyedAnswers.json(told ? told(job, part, ask) : done(job, part));
    }

    private static void requireGranted(KeyEntry key) {
        boolean family =
                key.endpointFamilies().isEmpty()
                        || key.endpointFamilies().contains(TuningRequest.FAMILY);
        if (!family || !Policy.allows(key, TuningRequest.ACTION)) {
            throw Policy.denied("action", "This key is not allowed the action 'tuning'.")
                    .asException();
        }
    }

    private Job find(Job.Owner owner, String id) {
        return books.find(owner, TuningRequest.KIND, id)
                .orElseThrow(() ->
                        Fault.of(
                                        FaultCode.NOT_FOUND,
                                        "There is no fine-tuning job '" + id + "' of this key.")
                                .asException());
    }

    private ObjectNode list(Job.Owner owner, Ask ask) {
        int limit = ListPage.limit(ask::parameter, USUAL_PAGE, MOST_PAGE);
        String after = ask.parameter("after", "");
        List<ObjectNode> shown = new ArrayList<>();
        for (Job job : books.list(owner, TuningRequest.KIND, after, false, limit + 1)) {
            shown.add(TuningWire.shown(job.shown()));
        }
        return Page.of(shown, limit);
    }

    /// What its provider tells of it; nothing of a job that no provider took.
    private ObjectNode told(Job job, String part, Ask ask) {
        ListPage.limit(ask::parameter, USUAL_PAGE, MOST_PAGE);
        if (job.providerJobId() == null) {
            return Page.of(List.of(), USUAL_PAGE);
        }
        StringBuilder query = new StringBuilder();
        for (String name : List.of("after", "limit")) {
            String value = ask.parameter(name, "");
            if (!value.isEmpty()) {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(PercentEncoding.encoded(value, "-._~"));
            }
        }
        ProviderAsk.Reply reply = asked(job, "GET", part + query);
        return TuningWire.listed(reply.body(), provider(job), job.id());
    }

    private ObjectNode done(Job job, String part) {
        if (job.state() != Job.State.SUBMITTED) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            job.state().isOpen()
                                    ? "Nobody knows yet whether the provider has this job."
                                    : "The job has ended.")
                    .asException();
        }
        ProviderAsk.Reply reply = asked(job, "POST", part);
        Instant now = clock.instant();
        JobLook look = TuningWire.INSTANCE.read(reply.body(), job.asked());
        ObjectNode shown = TuningWire.INSTANCE.after(job.shown(), look, now);
        // its end is booked by whoever looks next, which is at once
        books.looked(job.id(), shown.toString(), now);
        return shown;
    }

    private static String provider(Job job) {
        String id = job.providerJobId();
        if (id == null) {
            throw new IllegalStateException(job.id() + " has no provider");
        }
        return id;
    }

    private ProviderAsk.Reply asked(Job job, String method, String below) {
        Job.Place place = job.place();
        Upstream upstream =
                place == null ? null : snapshots.current().upstreams().get(place.upstreamId());
        if (place == null || upstream == null) {
            throw Fault.of(
                            FaultCode.UPSTREAM_ERROR,
                            "The provider account that has this job is not configured any more.")
                    .asException();
        }
        String path = JobPlaces.path(upstream, TuningWire.INSTANCE, place.upstreamModel());
        try {
            return providers
                    .ask(upstream, method, TuningWire.INSTANCE.lookAt(path, provider(job)) + below)
                    .get(MOST_WAIT_SECONDS, TimeUnit.SECONDS)
                    .orRefusal(clock.instant());
        } catch (ExecutionException | TimeoutException e) {
            throw unreached(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreached(e);
        }
    }

    private static FaultException unreached(Exception why) {
        return why.getCause() instanceof FaultException fault
                ? fault
                : Fault.of(FaultCode.UPSTREAM_TIMEOUT, "The provider did not answer in time.")
                        .asException();
    }
}
