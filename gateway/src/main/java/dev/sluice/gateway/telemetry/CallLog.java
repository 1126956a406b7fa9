package dev.sluice.gateway.telemetry;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import java.io.PrintStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/// One JSON line for each call, written by a thread of its own from a bounded queue that drops and
/// counts when the output cannot keep up. Metadata only: never content, never a credential.
public final class CallLog implements CallObserver, AutoCloseable {

    private static final int QUEUED_LINES = 10_000;
    private static final int LINES_PER_WRITE = 64;

    /// Lines wait so long for others: one write for each would cost more than the line.
    private static final long GATHER_NANOS = 10_000_000;

    private static final JsonFactory JSON = new JsonFactory();

    private final BlockingQueue<CallRecord> queue = new ArrayBlockingQueue<>(QUEUED_LINES);
    private final AtomicLong dropped = new AtomicLong();
    private final PrintStream out;
    private final Thread writer;

    public CallLog(PrintStream out) {
        this.out = out;
        this.writer = Thread.ofPlatform().daemon().name("call-log").start(this::write);
    }

    @Override
    public void ended(CallRecord call) {
        if (!queue.offer(call)) {
            dropped.incrementAndGet();
        }
    }

    /// Lines lost because the output was too slow.
    public long dropped() {
        return dropped.get();
    }

    private void write() {
        try {
            while (true) {
                print(queue.take());
                if (queue.size() < LINES_PER_WRITE) {
                    LockSupport.parkNanos(GATHER_NANOS);
                }
            }
        } catch (InterruptedException _) {
            while (!queue.isEmpty()) {
                print(queue.remove());
            }
        }
    }

    /// What waits together is one write.
    private void print(CallRecord first) {
        StringBuilder lines = new StringBuilder(line(first)).append(System.lineSeparator());
        List<CallRecord> more = new ArrayList<>();
        queue.drainTo(more, LINES_PER_WRITE - 1);
        more.forEach(call -> lines.append(line(call)).append(System.lineSeparator()));
        out.print(lines);
        out.flush();
    }

    /// Writes what is queued and stops.
    @Override
    public void close() {
        writer.interrupt();
        try {
            writer.join(1_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    public static String line(CallRecord call) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json =
                JSON.createGenerator(tools.jackson.core.ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            string(json, "at", call.timings().endedAt().toString());
            string(json, "event", "call");
            string(json, "request_id", call.requestId());
            who(json, call.attribution());
            string(json, "endpoint", call.endpoint());
            json.writeBooleanProperty("stream", call.stream());
            string(json, "model", call.modelAsked());
            string(json, "model_served", call.modelServed());
            json.writeNumberProperty("status", call.outcome().statusCode());
            string(json, "error_code", call.outcome().errorCode());
            string(json, "rule", call.outcome().rule());
            string(json, "finish_reason", call.outcome().finishReason());
            json.writeBooleanProperty("estimated", call.estimated());
            json.writeObjectPropertyStart("units");
            call.usage()
                    .toMap()
                    .forEach((meter, count) -> json.writeNumberProperty(meter.wireName(), count));
            json.writeEndObject();
            string(json, "cost_usd", cost(call).toString());
            string(json, "hold_usd", call.hold() == null ? null : call.hold().amount().toString());
            string(json, "price_version", call.priceVersion());
            attempts(json, call);
            timings(json, call.timings());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void who(JsonGenerator json, @Nullable Attribution who) {
        if (who == null) {
            return;
        }
        string(json, "organization", who.organizationId());
        string(json, "team", who.teamId());
        string(json, "key", who.keyId());
        string(json, "owner", who.owner());
        string(json, "environment", who.environment());
        string(json, "workflow", who.workflow());
        string(json, "customer", who.customer());
        string(json, "action_id", who.actionId());
    }

    private static void attempts(JsonGenerator json, CallRecord call) {
        json.writeArrayPropertyStart("attempts");
        for (CallRecord.Attempt attempt : call.attempts()) {
            json.writeStartObject();
            string(json, "upstream", attempt.upstream());
            string(json, "model", attempt.model());
            json.writeNumberProperty("status", attempt.status());
            string(json, "error_code", attempt.errorCode());
            string(json, "provider_request_id", attempt.providerRequestId());
            json.writeNumberProperty("ms", attempt.durationMillis());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void timings(JsonGenerator json, CallRecord.Timings timings) {
        number(json, "held_ms", timings.heldMillis());
        number(json, "first_byte_ms", timings.firstByteMillis());
        json.writeNumberProperty(
                "total_ms",
                java.time.Duration.between(timings.admittedAt(), timings.endedAt()).toMillis());
    }

    private static Money cost(CallRecord call) {
        Money total = Money.ZERO;
        for (CostLine line : call.chargeLines()) {
            total = total.plus(line.amount());
        }
        return total;
    }

    private static void string(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }

    private static void number(JsonGenerator json, String name, @Nullable Long value) {
        if (value != null) {
            json.writeNumberProperty(name, value);
        }
    }
}
