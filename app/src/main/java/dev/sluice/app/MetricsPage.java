package dev.sluice.app;

import dev.sluice.control.http.ManagementRequest;
import dev.sluice.gateway.offloop.OffLoop.Answer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;

/// `GET /metrics` for Prometheus. Open to loopback; from elsewhere it needs *view usage*, unless
/// the management plane has a listener of its own.
final class MetricsPage {

    private final PrometheusMeterRegistry registry;
    private final Runnable refresh;
    private final Predicate<ManagementRequest> mayView;

    /// @param refresh looks at what is looked at once for a page
    MetricsPage(
            PrometheusMeterRegistry registry,
            Runnable refresh,
            Predicate<ManagementRequest> mayView) {
        this.registry = registry;
        this.refresh = refresh;
        this.mayView = mayView;
    }

    Answer answer(ManagementRequest request) {
        if (!fromLoopback(request) && !mayView.test(request)) {
            return Answer.of(
                    403,
                    Map.of("content-type", "application/json"),
                    """
                    {"error":{"message":"Metrics need usage.view, or a loopback address.",\
                    "type":"permission_error","code":"permission_denied","param":null}}
                    """
                            .getBytes(StandardCharsets.UTF_8));
        }
        refresh.run();
        return Answer.of(
                200,
                Map.of("content-type", "text/plain; version=0.0.4; charset=utf-8"),
                registry.scrape().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean fromLoopback(ManagementRequest request) {
        try {
            return InetAddress.ofLiteral(request.remoteAddress()).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
