package dev.sluice.app.demo;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.Dimension;
import dev.sluice.catalog.PricingContext;
import dev.sluice.catalog.Rated;
import dev.sluice.catalog.Rating;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.booking.History.Past;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.policy.Decision;
import dev.sluice.policy.KeyEntry;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Plays one draft through: decided by the policy, priced by the price book, told as a call record.
final class PastCall {

    private static final long HELD_MILLIS = 1;
    private static final long TIMED_OUT_MILLIS = 20_000;

    private final Draft draft;
    private final Attribution who;
    private final CallFacts facts;
    private final CallPlan plan;
    private final List<Map<String, String>> notes;

    private PastCall(
            Draft draft,
            Attribution who,
            CallFacts facts,
            CallPlan plan,
            List<Map<String, String>> notes) {
        this.draft = draft;
        this.who = who;
        this.facts = facts;
        this.plan = plan;
        this.notes = notes;
    }

    static Past of(Draft draft, Scene scene) {
        KeyEntry key = scene.key(draft.traffic().key());
        Attribution who = attribution(draft, key);
        CallFacts facts = facts(draft);
        Decision decision =
                draft.pictures() > 0
                        ? PicturePlan.of(draft, who, scene)
                        : scene.policy()
                                .decide(
                                        key,
                                        who,
                                        facts,
                                        false,
                                        scene.snapshot(),
                                        draft.at(),
                                        // only weighted routes draw
                                        new SplittableRandom(draft.at().toEpochMilli()));
        return switch (decision) {
            case Decision.Refused(Fault fault, List<Map<String, String>> notes) -> {
                CallRecord record =
                        refused(draft, who, facts, fault.status(), fault.code(), null, notes);
                yield new Past(draft.requestId(), null, _ -> record);
            }
            case Decision.Allowed(CallPlan plan, List<Map<String, String>> notes) -> {
                PastCall call = new PastCall(draft, who, facts, plan, notes);
                yield new Past(draft.requestId(), call.request(), call::end);
            }
        };
    }

    private static Attribution attribution(Draft draft, KeyEntry key) {
        return new Attribution(
                key.organizationId(),
                key.teamId(),
                key.id(),
                key.owner(),
                key.environment(),
                key.workflow() == null ? draft.workflow() : key.workflow(),
                key.productArea() == null ? draft.productArea() : key.productArea(),
                key.customer() == null ? draft.customer() : key.customer(),
                key.plan(),
                key.trafficClass(),
                draft.user(),
                draft.actionId(),
                Map.of());
    }

    private static CallFacts facts(Draft draft) {
        String family = draft.traffic().family();
        Set<String> actions = new HashSet<>(Set.of(family));
        if (draft.stream()) {
            actions.add("streaming");
        }
        boolean misspelt = draft.fate() == Draft.Fate.MISSPELT;
        String model = draft.traffic().model();
        // a token of English has about four bytes
        return new CallFacts(
                misspelt ? model.substring(0, model.length() - 1) : model,
                family,
                actions,
                draft.stream(),
                draft.inputTokens() * 4,
                0,
                0,
                false,
                0,
                draft.outputTokens() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(outputLimit(draft)),
                1,
                null,
                Set.of("text"),
                null,
                false);
    }

    private static long outputLimit(Draft draft) {
        long most = draft.traffic().output().most();
        return draft.fate() == Draft.Fate.TRUNCATED ? draft.outputTokens() : most + most / 2;
    }

    private HoldRequest request() {
        return new HoldRequest(
                draft.requestId(),
                who.organizationId(),
                plan.claims(),
                plan.wallet(),
                plan.outputTokensMin(),
                plan.outputTokensMax(),
                draft.at());
    }

    private CallRecord end(@Nullable HoldResult result) {
        return switch (result) {
            case HoldResult.Held held -> held(held);
            case HoldResult.Refused short_ -> {
                var claim = short_.claim();
                FaultCode code =
                        claim == null ? FaultCode.INSUFFICIENT_BALANCE : FaultCode.QUOTA_EXCEEDED;
                String rule = claim == null ? null : claim.rule().name();
                yield refused(draft, who, facts, code.httpStatus(), code, rule, notes);
            }
            case HoldResult.Unavailable _ -> throw new IllegalStateException("nobody was asked");
            case null -> throw new IllegalStateException("it asked for something");
        };
    }

    private CallRecord held(HoldResult.Held held) {
        Usage usage = usage(held.outputTokens());
        Told told = new Told(draft.at().plusMillis(HELD_MILLIS));
        PlannedTarget first = plan.targets().getFirst();
        return switch (fate()) {
            case FAILED -> {
                for (PlannedTarget target : plan.targets()) {
                    told.failed(target, 503, FaultCode.UPSTREAM_ERROR, Usage.NONE, 240);
                }
                yield record(held, told, null, 502, FaultCode.UPSTREAM_ERROR, null);
            }
            case REJECTED -> {
                told.failed(first, 400, FaultCode.UPSTREAM_REJECTED, Usage.NONE, 90);
                yield record(held, told, null, 400, FaultCode.UPSTREAM_REJECTED, null);
            }
            case LEFT -> {
                Usage half = half(usage);
                told.accepted(first, half, true, FaultCode.CLIENT_CLOSED, half.allOutputTokens());
                yield record(held, told, first, 499, FaultCode.CLIENT_CLOSED, null);
            }
            case FAILED_OVER, TIMED_OUT, ANSWERED, TRUNCATED, MISSPELT -> {
                PlannedTarget target = plan.targets().getLast();
                if (draft.fate() == Draft.Fate.FAILED_OVER) {
                    told.failed(first, 503, FaultCode.UPSTREAM_ERROR, Usage.NONE, 180);
                } else if (draft.fate() == Draft.Fate.TIMED_OUT) {
                    told.failed(
                            first, 0, FaultCode.UPSTREAM_TIMEOUT, input(usage), TIMED_OUT_MILLIS);
                } else {
                    target = first;
                }
                told.accepted(target, usage, false, null, usage.allOutputTokens());
                boolean cut = draft.fate() == Draft.Fate.TRUNCATED;
                String finish = plan.outputTokensMax() == 0 ? null : cut ? "length" : "stop";
                yield record(held, told, target, 200, null, finish);
            }
        };
    }

    /// Without a second target there is nobody to go to.
    private Draft.Fate fate() {
        return switch (draft.fate()) {
            case FAILED_OVER, TIMED_OUT ->
                    plan.targets().size() == 1 ? Draft.Fate.FAILED : draft.fate();
            case ANSWERED, TRUNCATED, FAILED, LEFT, REJECTED, MISSPELT -> draft.fate();
        };
    }

    private Usage usage(long granted) {
        Usage.Builder usage = Usage.builder().set(MeterKind.REQUESTS, 1);
        if (draft.pictures() > 0) {
            return usage.set(MeterKind.IMAGES, draft.pictures()).build();
        }
        long output = Math.min(draft.outputTokens(), granted);
        long reasoning = Math.min(draft.reasoningTokens(), output);
        return usage.set(MeterKind.INPUT, draft.inputTokens() - draft.cachedTokens())
                .set(MeterKind.CACHE_READ, draft.cachedTokens())
                .set(MeterKind.OUTPUT, output - reasoning)
                .set(MeterKind.REASONING, reasoning)
                .build();
    }

    private static Usage input(Usage usage) {
        return Usage.builder()
                .set(MeterKind.INPUT, usage.allInputTokens())
                .set(MeterKind.REQUESTS, 1)
                .build();
    }

    private static Usage half(Usage usage) {
        return Usage.builder()
                .set(MeterKind.INPUT, usage.allInputTokens())
                .set(MeterKind.OUTPUT, usage.allOutputTokens() / 2)
                .set(MeterKind.IMAGES, usage.count(MeterKind.IMAGES))
                .set(MeterKind.REQUESTS, 1)
                .build();
    }

    private List<CostLine> lines(PlannedTarget target, Usage usage, BigDecimal multiply) {
        PricingContext context =
                draft.pictures() > 0
                        ? PricingContext.of(Dimension.QUALITY, draft.fine() ? "high" : "medium")
                        : PricingContext.NONE;
        return switch (Rating.rate(target.price(), usage, context, multiply)) {
            case Rated.Priced priced -> priced.lines();
            case Rated.Unpriced(MeterKind meter) ->
                    throw new IllegalStateException(
                            target.upstreamModel() + " has no price for " + meter);
        };
    }

    private static CallRecord refused(
            Draft draft,
            Attribution who,
            CallFacts facts,
            int status,
            FaultCode code,
            @Nullable String rule,
            List<Map<String, String>> notes) {
        return new CallRecord(
                draft.requestId(),
                who,
                facts.family(),
                facts.stream(),
                facts.model(),
                null,
                null,
                Usage.NONE,
                false,
                List.of(),
                null,
                new CallRecord.Outcome(status, code.wireName(), null, null, rule),
                new CallRecord.Timings(
                        draft.at(), draft.at().plusMillis(HELD_MILLIS), HELD_MILLIS, null),
                List.of(),
                notes);
    }

    private CallRecord record(
            HoldResult.Held held,
            Told told,
            @Nullable PlannedTarget target,
            int status,
            @Nullable FaultCode code,
            @Nullable String finish) {
        return new CallRecord(
                draft.requestId(),
                who,
                facts.family(),
                facts.stream(),
                facts.model(),
                target == null ? null : target.upstreamModel(),
                new CallRecord.Granted(held.outputTokens(), held.amount()),
                target == null ? Usage.NONE : told.usage,
                told.estimated,
                target == null ? List.of() : lines(target, told.usage, plan.multiply()),
                target == null ? null : target.priceVersion(),
                new CallRecord.Outcome(
                        status, code == null ? null : code.wireName(), finish, null, null),
                new CallRecord.Timings(draft.at(), told.now, HELD_MILLIS, told.firstByteMillis),
                List.copyOf(told.attempts),
                notes);
    }

    /// The attempts one after the other, and the time they take.
    private final class Told {
        final List<CallRecord.Attempt> attempts = new ArrayList<>();
        Usage usage = Usage.NONE;
        boolean estimated;
        @Nullable Long firstByteMillis;
        Instant now;

        Told(Instant now) {
            this.now = now;
        }

        void failed(PlannedTarget target, int status, FaultCode code, Usage lost, long millis) {
            add(target, status, code.wireName(), false, lost, !lost.equals(Usage.NONE), millis);
        }

        void accepted(
                PlannedTarget target,
                Usage used,
                boolean guessed,
                @Nullable FaultCode code,
                long tokens) {
            usage = used;
            estimated = guessed;
            long whole = draft.firstByteMillis() + draft.tokenMillis(tokens);
            long first = facts.stream() ? draft.firstByteMillis() : whole;
            firstByteMillis = now.plusMillis(first).toEpochMilli() - draft.at().toEpochMilli();
            add(target, 200, code == null ? null : code.wireName(), true, used, guessed, whole);
        }

        private void add(
                PlannedTarget target,
                int status,
                @Nullable String code,
                boolean accepted,
                Usage used,
                boolean guessed,
                long millis) {
            int index = attempts.size();
            attempts.add(
                    new CallRecord.Attempt(
                            draft.attemptIds().get(index),
                            target.upstream().id(),
                            target.upstream().name(),
                            target.upstream().provider(),
                            target.upstreamModel(),
                            status,
                            code,
                            status == 0 ? null : draft.providerIds().get(index),
                            accepted,
                            used,
                            guessed,
                            lines(target, used, BigDecimal.ONE),
                            target.priceVersion(),
                            now,
                            millis));
            now = now.plusMillis(millis);
        }
    }
}
