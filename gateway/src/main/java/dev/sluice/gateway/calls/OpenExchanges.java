package dev.sluice.gateway.calls;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The exchanges that are not closed, so that none is ever forgotten: the drain waits for them, the
/// metrics count them, and tests find the registry empty after every scenario.
public final class OpenExchanges {

    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();

    public void add(Exchange exchange) {
        open.add(exchange);
    }

    public void remove(Exchange exchange) {
        open.remove(exchange);
    }

    public int count() {
        return open.size();
    }

    Set<Exchange> all() {
        return Set.copyOf(open);
    }
}
