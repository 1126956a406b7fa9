package dev.sluice.control;

import dev.sluice.catalog.PriceBook;
import dev.sluice.control.access.SessionCookie;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Secret;
import dev.sluice.store.Database;
import dev.sluice.testkit.TestDatabase;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A management plane on a database of its own, driven as the listener would drive it. Remembers
/// every answer, so that a test can search all of them.
final class Plane implements AutoCloseable {

    static final String ADMIN_KEY = "Q7f2mXc9LrT4vB8nKw3sZp6yHd1aGe5u";

    static final String MASTER_KEY = "master-key-of-the-tests-0123456789abcdef";

    final TestDatabase test = TestDatabase.create();
    final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
    final InstantSource clock = now::get;
    final Map<String, String> environment = new HashMap<>();
    final List<String> answers = new ArrayList<>();
    final ControlPlane control;
    private final DocumentCheck documented;

    Plane() {
        this(Set.of());
    }

    Plane(Set<dev.sluice.domain.CidrBlock> egressAllow) {
        control =
                new ControlPlane(
                        test.database(),
                        clock,
                        new Ids(clock, new Random(7)),
                        new Random(11),
                        MasterKey.of(new Secret(MASTER_KEY), new SecureRandom()),
                        PriceBook.shipped(),
                        new Options(
                                new Secret(ADMIN_KEY),
                                egressAllow,
                                Plane::resolve,
                                false,
                                name -> java.util.Optional.ofNullable(environment.get(name))));
        control.initialize();
        documented = new DocumentCheck(control.router());
    }

    /// Names under example.com are public, except `inside`; nothing is looked up for real.
    private static InetAddress[] resolve(String host) throws UnknownHostException {
        if (host.endsWith(".example.com")) {
            String address = host.startsWith("inside") ? "10.1.2.3" : "93.184.216.34";
            return new InetAddress[] {InetAddress.ofLiteral(address)};
        }
        if (host.equals("localhost")) {
            return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
        }
        try {
            return new InetAddress[] {InetAddress.ofLiteral(host)};
        } catch (IllegalArgumentException e) {
            throw new UnknownHostException(host);
        }
    }

    Database database() {
        return test.database();
    }

    void advance(Duration time) {
        now.updateAndGet(t -> t.plus(time));
    }

    Caller installation() {
        return new Caller(ADMIN_KEY, Map.of());
    }

    /// A new organization, and a credential of the given roles in it.
    Caller organization(String name, String... roles) {
        JsonNode made =
                installation()
                        .post("/admin/v1/organizations", "{\"name\":\"" + name + "\"}")
                        .ok(201);
        return tokenIn(made.path("id").stringValue(), "user", "owner-" + name, roles);
    }

    Caller tokenIn(String organization, String kind, String name, String... roles) {
        String list = "\"" + String.join("\",\"", roles) + "\"";
        JsonNode token =
                installation()
                        .in(organization)
                        .post(
                                "/admin/v1/admin-tokens",
                                "{\"%s\":\"%s\",\"roles\":[%s]}".formatted(kind, name, list))
                        .ok(201);
        return new Caller(token.path("admin_token").stringValue(), Map.of());
    }

    /// A browser of somebody whom `by` has invited.
    Caller signedIn(Caller by, String email, String role) {
        String token =
                by.post(
                                "/admin/v1/invitations",
                                "{\"email\":\"%s\",\"roles\":[\"%s\"]}".formatted(email, role))
                        .ok(201)
                        .path("token")
                        .stringValue();
        Answer accepted =
                new Caller("", Map.of())
                        .post(
                                "/admin/v1/invitations/accept",
                                "{\"token\":\"%s\",\"password\":\"a long walk at dusk\"}"
                                        .formatted(token));
        String cookie = accepted.response().headers().getOrDefault("set-cookie", "");
        return new Caller("", Map.of())
                .with("Cookie", cookie.substring(0, cookie.indexOf(';')))
                .with(SessionCookie.CSRF_HEADER, accepted.text("csrf_token"));
    }

    @Override
    public void close() {
        control.close();
        test.close();
    }

    /// One credential and the headers it always sends.
    final class Caller {
        final String credential;
        private final Map<String, String> headers;

        Caller(String credential, Map<String, String> headers) {
            this.credential = credential;
            this.headers = headers;
        }

        Caller with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Caller(credential, more);
        }

        Caller in(String organization) {
            return with("x-sluice-organization", organization);
        }

        Answer get(String path) {
            return call("GET", path, null);
        }

        Answer post(String path, String body) {
            return call("POST", path, body);
        }

        Answer patch(String path, String body) {
            return call("PATCH", path, body);
        }

        Answer delete(String path) {
            return call("DELETE", path, null);
        }

        Answer call(String method, String pathAndQuery, @Nullable String body) {
            int mark = pathAndQuery.indexOf('?');
            String path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
            Map<String, List<String>> query = new LinkedHashMap<>();
            if (mark >= 0) {
                for (String pair : pathAndQuery.substring(mark + 1).split("&", -1)) {
                    String[] parts = pair.split("=", 2);
                    query.computeIfAbsent(parts[0], _ -> new ArrayList<>())
                            .add(parts.length == 2 ? parts[1] : "");
                }
            }
            Map<String, List<String>> all = new LinkedHashMap<>();
            headers.forEach((name, value) -> all.put(name, List.of(value)));
            if (!credential.isEmpty()) {
                all.put("Authorization", List.of("Bearer " + credential));
            }
            byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
            Answer answer =
                    new Answer(
                            control.router()
                                    .handle(
                                            new ManagementRequest(
                                                    method, path, query, all, bytes, "127.0.0.1")));
            answers.add(answer.response.headers() + answer.response.bodyText());
            documented.check(method, path, answer);
            return answer;
        }
    }

    /// What came back.
    record Answer(ManagementResponse response) {

        int status() {
            return response.status();
        }

        JsonNode json() {
            return Json.parse(response.bodyText());
        }

        String text(String field) {
            return json().at("/" + field.replace('.', '/')).asString();
        }

        JsonNode ok(int status) {
            if (response.status() != status) {
                throw new AssertionError(
                        "expected "
                                + status
                                + " but got "
                                + response.status()
                                + ": "
                                + response.bodyText());
            }
            return status == 204 ? Json.object() : json();
        }

        /// A refusal: its status and code, and the field it names.
        Answer refused(int status, String code, @Nullable String param) {
            JsonNode error = json().path("error");
            String got =
                    response.status()
                            + " "
                            + error.path("code").asString()
                            + " "
                            + error.path("param").asString("null");
            String wanted = status + " " + code + " " + (param == null ? "null" : param);
            if (!got.equals(wanted)) {
                throw new AssertionError(
                        "expected " + wanted + " but got " + got + ": " + response.bodyText());
            }
            if (error.path("sluice").path("request_id").asString().isEmpty()) {
                throw new AssertionError("no request id: " + response.bodyText());
            }
            return this;
        }
    }
}
