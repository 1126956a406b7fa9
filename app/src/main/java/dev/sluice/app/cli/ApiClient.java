package dev.sluice.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The management API of one Sluice, over HTTP. The first call finds the credential.
final class ApiClient {

    static final String DEFAULT_URL = "http://127.0.0.1:8080";
    static final String API = "/admin/v1/";
    static final String JSON = "application/json";

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(2);

    /// Of what reads everything that was ever booked or logged: minutes for ten million calls.
    private static final Duration PROOF_WITHIN = Duration.ofHours(1);

    private static final Set<String> PROOFS = Set.of("ledger/verify", "audit/verify");

    private final HttpClient http;
    private final URI base;
    private final AdminCredential credential;
    private final @Nullable String organization;

    /// A client that finds its URL, its organization and its credential by itself.
    ///
    /// @param profile the name of one that was asked for, or null
    ApiClient(
            CliContext context,
            @Nullable String url,
            @Nullable String organization,
            @Nullable String profile) {
        Profiles profiles = new Profiles(context);
        Profile asked = profile == null ? null : profiles.require(Profiles.named(profile));
        String current = profiles.current();
        Profile known = asked != null ? asked : profiles.find(current).orElse(null);
        this.base = base(context, url, asked, known);
        this.http = http();
        String variable = context.variable("SLUICE_ORGANIZATION");
        boolean named = asked != null || !current.equals(Profiles.DEFAULT);
        String ofProfile =
                known != null && named && known.url().equals(base.toString())
                        ? known.organization()
                        : null;
        this.organization =
                organization != null
                        ? organization
                        : asked != null || variable == null ? ofProfile : variable;
        this.credential = new AdminCredential(context, this, asked, known);
    }

    /// One that sends what it is given and looks for nothing.
    private ApiClient(CliContext context, URI base, @Nullable String organization) {
        this.base = base;
        this.http = http();
        this.organization = organization;
        this.credential = new AdminCredential(context, this, null, null);
    }

    /// For [#sendAs] alone.
    static ApiClient plain(CliContext context, String url, @Nullable String organization) {
        return new ApiClient(context, checked(url), organization);
    }

    private static HttpClient http() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_WITHIN)
                .build();
    }

    private static URI base(
            CliContext context,
            @Nullable String given,
            @Nullable Profile asked,
            @Nullable Profile known) {
        if (given != null) {
            return checked(given);
        }
        String variable = context.variable("SLUICE_URL");
        if (asked != null || variable == null) {
            String apart = context.variable("SLUICE_ADMIN_PORT");
            String port = apart == null ? context.variable("SLUICE_PORT") : apart;
            String local = port == null ? DEFAULT_URL : "http://127.0.0.1:" + port;
            return checked(known == null ? local : known.url());
        }
        return checked(variable);
    }

    private static URI checked(String url) {
        try {
            // what SDKs are given ends in /v1
            URI uri = URI.create(url.replaceAll("/+$", "").replaceFirst("/v1$", ""));
            String scheme = uri.getScheme();
            if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // answered below
        }
        throw CliException.usage("The URL must look like " + DEFAULT_URL + ": " + url);
    }

    URI url() {
        return base;
    }

    boolean onLoopback() {
        String host = base.getHost();
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    ApiAnswer get(String path, Map<String, String> query) {
        return send("GET", path, query, null, JSON);
    }

    ApiAnswer post(String path, Map<String, String> query, String body, String contentType) {
        return send("POST", path, query, body, contentType);
    }

    /// Calls as the administrator.
    ///
    /// @param path below `/admin/v1/`, or from the root when it starts with a slash
    /// @param body text to send, or null for none
    ApiAnswer send(
            String method,
            String path,
            Map<String, String> query,
            @Nullable String body,
            String contentType) {
        String token = credential.token();
        ApiAnswer answer = sendAs(token, method, path, query, body, contentType);
        if (answer.status() == 401) {
            String fresh = credential.renewed();
            if (fresh != null) {
                return sendAs(fresh, method, path, query, body, contentType);
            }
        }
        return answer;
    }

    /// What the server says of the credential, without making one; empty where there is none.
    Optional<ApiAnswer> whoAmI() {
        return credential.isKnown()
                ? Optional.of(sendAs(credential.token(), "GET", "me", Map.of(), null, JSON))
                : Optional.empty();
    }

    /// Calls with the given credential, or with none.
    ApiAnswer sendAs(
            @Nullable String token,
            String method,
            String path,
            Map<String, String> query,
            @Nullable String body,
            String contentType) {
        HttpRequest.Builder request =
                request(token, path, query)
                        .timeout(PROOFS.contains(path) ? PROOF_WITHIN : ANSWER_WITHIN)
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("content-type", contentType);
        }
        HttpResponse<String> response = exchange(request.build(), BodyHandlers.ofString());
        refuseStranger(response);
        return answer(response, response.body());
    }

    /// A GET whose answer is read as it comes; the caller closes it.
    HttpResponse<InputStream> stream(String path, Map<String, String> query, String accept) {
        HttpRequest request =
                request(credential.token(), path, query).header("accept", accept).GET().build();
        HttpResponse<InputStream> response = exchange(request, BodyHandlers.ofInputStream());
        refuseStranger(response);
        return response;
    }

    /// The management API redirects nowhere and sends no pages: something else answered.
    private void refuseStranger(HttpResponse<?> response) {
        String type = response.headers().firstValue("content-type").orElse("");
        int kind = response.statusCode() / 100;
        if (kind == 3) {
            throw CliException.refused(
                    "%s redirects to %s: set SLUICE_URL (or --url) to where Sluice itself answers."
                            .formatted(
                                    base,
                                    response.headers().firstValue("location").orElse("elsewhere")));
        }
        if (kind == 2 && type.startsWith("text/html")) {
            throw CliException.refused(
                    "%s answers with a web page, which the management API never does: check"
                                    .formatted(base)
                            + " SLUICE_URL (or --url).");
        }
    }

    static ApiAnswer answer(HttpResponse<?> response, String body) {
        return new ApiAnswer(
                response.statusCode(),
                body,
                response.headers().firstValue("x-request-id"),
                response.headers().firstValue("date"));
    }

    private HttpRequest.Builder request(
            @Nullable String token, String path, Map<String, String> query) {
        String full = path.startsWith("/") ? path : API + path;
        String parameters = query(query);
        URI uri = URI.create(base + full + (parameters.isEmpty() ? "" : "?" + parameters));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (token != null) {
            request.header("authorization", "Bearer " + token);
        }
        if (organization != null) {
            request.header("x-sluice-organization", organization);
        }
        return request;
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (HttpConnectTimeoutException | ConnectException e) {
            throw unreachable(e);
        } catch (HttpTimeoutException _) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "%s did not answer within %d s. Whether the call took effect is unknown."
                            .formatted(base, request.timeout().orElse(ANSWER_WITHIN).toSeconds()));
        } catch (SSLException e) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "%s cannot be talked to over TLS: %s. Where it serves plain HTTP, the URL"
                                    .formatted(base, e.getMessage())
                            + " begins with http://.");
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "The connection to %s broke: %s. Whether the call took effect is unknown."
                            .formatted(base, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.UNREACHABLE, "interrupted");
        }
    }

    private CliException unreachable(IOException e) {
        Throwable cause = e.getCause();
        String reason =
                cause instanceof java.nio.channels.UnresolvedAddressException
                        ? "no such host"
                        : e instanceof HttpConnectTimeoutException ? "no answer" : "nobody listens";
        return new CliException(
                ExitCode.UNREACHABLE,
                "Cannot reach Sluice at %s: %s. Start it with './sluice run', or set SLUICE_URL"
                                .formatted(base, reason)
                        + " (or --url) to where it runs.");
    }

    private static String query(Map<String, String> query) {
        StringJoiner joined = new StringJoiner("&");
        query.forEach((name, value) -> joined.add(escape(name) + "=" + escape(value)));
        return joined.toString();
    }

    /// For one segment of a path or one part of a query.
    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
