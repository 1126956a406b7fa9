package dev.sluice.app;

import dev.sluice.control.routing.OwnListener;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.batches.OwnCalls;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Calls of this process to its own listener. Its certificate is for the name that clients use, and
/// this client comes by the address: over the loopback nobody else can answer, so that whatever
/// certificate the listener has is its own.
final class LoopbackClient implements OwnListener, OwnCalls, AutoCloseable {

    private final Supplier<URI> base;
    private final HttpClient client;

    /// @param base where the listener is, known once it listens
    /// @param tls whether it speaks TLS
    LoopbackClient(Supplier<URI> base, boolean tls) {
        this.base = base;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5));
        client = (tls ? builder.sslContext(ofOwnListener()) : builder).build();
    }

    @Override
    public OwnListener.Heard post(String path, Secret key, byte[] json, Duration limit)
            throws IOException {
        HttpResponse<String> answer =
                send(path, key, Map.of(), json, limit, HttpResponse.BodyHandlers.ofString());
        return new OwnListener.Heard(answer.statusCode(), headers(answer), answer.body());
    }

    @Override
    public OwnCalls.Heard post(
            String path, Secret key, Map<String, String> headers, byte[] json, Duration limit)
            throws IOException {
        HttpResponse<byte[]> answer =
                send(path, key, headers, json, limit, HttpResponse.BodyHandlers.ofByteArray());
        return new OwnCalls.Heard(answer.statusCode(), headers(answer), answer.body());
    }

    private <T> HttpResponse<T> send(
            String path,
            Secret key,
            Map<String, String> headers,
            byte[] json,
            Duration limit,
            HttpResponse.BodyHandler<T> body)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.get().resolve(path))
                        .timeout(limit)
                        .header("authorization", "Bearer " + key.reveal())
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json));
        headers.forEach(request::header);
        try {
            return client.send(request.build(), body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopping", e);
        }
    }

    private static Map<String, String> headers(HttpResponse<?> answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
        return headers;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static SSLContext ofOwnListener() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new OwnCertificate()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS is not available", e);
        }
    }

    private static final class OwnCertificate extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw noClients();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw noClients();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw noClients();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        private static CertificateException noClients() {
            return new CertificateException("this side is the client");
        }
    }
}
