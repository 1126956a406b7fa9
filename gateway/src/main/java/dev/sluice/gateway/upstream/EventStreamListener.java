package dev.sluice.gateway.upstream;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.framing.EventStreamParser;
import dev.sluice.protocol.framing.WrappedEvents;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Hands an answer in AWS's binary event-stream format on as the server-sent events it is wrapped
/// around; any other answer as it is.
public final class EventStreamListener implements UpstreamCall.Listener {

    private static final String TYPE = "application/vnd.amazon.eventstream";

    private final UpstreamCall.Listener next;
    private final int maxMessageBytes;
    private final Runnable cancel;
    private @Nullable EventStreamParser parser;
    private boolean over;

    /// @param cancel ends the exchange with the upstream
    public EventStreamListener(UpstreamCall.Listener next, int maxMessageBytes, Runnable cancel) {
        this.next = next;
        this.maxMessageBytes = maxMessageBytes;
        this.cancel = cancel;
    }

    @Override
    public void onHead(int status, MultiMap headers) {
        String type = headers.get("content-type");
        if (status == 200 && type != null && type.startsWith(TYPE)) {
            parser =
                    new EventStreamParser(
                            maxMessageBytes,
                            message -> {
                                byte[] event = WrappedEvents.event(message);
                                if (event.length > 0) {
                                    next.onData(Buffer.buffer(event));
                                }
                            });
            MultiMap unwrapped = MultiMap.caseInsensitiveMultiMap().addAll(headers);
            next.onHead(status, unwrapped.set("content-type", "text/event-stream"));
            return;
        }
        next.onHead(status, headers);
    }

    @Override
    public void onData(Buffer data) {
        EventStreamParser wrapped = parser;
        if (wrapped == null) {
            next.onData(data);
            return;
        }
        if (over) {
            return;
        }
        byte[] bytes = data.getBytes();
        try {
            wrapped.push(bytes, 0, bytes.length);
        } catch (FaultException broken) {
            over = true;
            cancel.run();
            next.onFailure(broken.fault(), true);
        }
    }

    @Override
    public void onEnd() {
        EventStreamParser wrapped = parser;
        if (wrapped != null && !wrapped.atBoundary() && !over) {
            over = true;
            next.onFailure(
                    Fault.of(
                            FaultCode.UPSTREAM_ERROR,
                            "The upstream broke off its answer within a message."),
                    true);
        } else if (!over) {
            next.onEnd();
        }
    }

    @Override
    public void onFailure(Fault fault, boolean sent) {
        if (!over) {
            next.onFailure(fault, sent);
        }
    }
}
