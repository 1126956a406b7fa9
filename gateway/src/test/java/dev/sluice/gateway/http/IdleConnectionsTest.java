package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which connection goes when there are more than may be.
class IdleConnectionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(75);

    private final List<HttpConnection> closed = new ArrayList<>();
    private final List<Handler<?>> ends = new ArrayList<>();
    private long nanos;
    private final IdleConnections idle =
            new IdleConnections(LIMIT, () -> nanos, new OpenConnections(2));

    private static <T> T stub(Class<T> type, InvocationHandler answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }

    private HttpConnection open() {
        HttpConnection connection =
                stub(
                        HttpConnection.class,
                        (self, method, arguments) ->
                                switch (method.getName()) {
                                    case "protocolVersion" -> HttpVersion.HTTP_1_1;
                                    case "close" -> {
                                        closed.add((HttpConnection) self);
                                        yield Future.succeededFuture();
                                    }
                                    case "hashCode" -> System.identityHashCode(self);
                                    case "equals" -> arguments != null && self == arguments[0];
                                    default -> throw new AssertionError(method);
                                });
        idle.opened(connection);
        return connection;
    }

    private void begin(HttpConnection connection) {
        HttpServerResponse response =
                stub(
                        HttpServerResponse.class,
                        (self, method, arguments) -> {
                            assertThat(method.getName()).isEqualTo("endHandler");
                            ends.add((Handler<?>) arguments[0]);
                            return self;
                        });
        idle.began(
                stub(
                        HttpServerRequest.class,
                        (_, method, _) ->
                                method.getName().equals("connection") ? connection : response));
    }

    private void end(int request) {
        ends.get(request).handle(null);
    }

    private void pass(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void theOneThatIdlesLongestGoes() {
        HttpConnection first = open();
        pass(1);
        open();
        pass(1);
        open();

        assertThat(closed).containsExactly(first);
    }

    @Test
    void eachThatComesTakesThePlaceOfAnother() {
        HttpConnection first = open();
        pass(1);
        HttpConnection second = open();
        pass(1);
        open();
        open();

        assertThat(closed).containsExactly(first, second);
    }

    @Test
    void whatCarriesARequestStays() {
        HttpConnection first = open();
        begin(first);
        pass(1);
        HttpConnection second = open();
        pass(1);
        open();

        assertThat(closed).containsExactly(second);
    }

    @Test
    void idlingBeginsAnewWithTheEndOfARequest() {
        HttpConnection first = open();
        begin(first);
        pass(1);
        HttpConnection second = open();
        pass(1);
        end(0);
        pass(1);
        open();

        assertThat(closed).containsExactly(second);
    }

    @Test
    void theNewestGoesWhereNoneHasIdledForASecond() {
        open();
        open();
        HttpConnection third = open();

        assertThat(closed).containsExactly(third);
    }
}
