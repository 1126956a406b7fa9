package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pictures that videos begin with, uploaded as forms: on disk while they are served, whatever the
/// provider's own shape is.
@Tag("slow")
class VideoUploadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int AT_ONCE = 16;
    private static final int PICTURE_BYTES = (8 << 20) + 1;
    private static final String BOUNDARY = "----client7a";

    private Installation sluice;
    private String key;
    private HttpServer provider;
    private final List<String> digests = new CopyOnWriteArrayList<>();
    private final AtomicInteger jobs = new AtomicInteger();
    private volatile CountDownLatch read = new CountDownLatch(0);
    private volatile CountDownLatch goOn = new CountDownLatch(0);
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        provider.createContext("/", this::serve);
        provider.start();
        sluice = Installation.start();
        sluice.topUp("100");
        key = sluice.key("k", "design", "staging");
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        await(() -> sluice.server().plane().spooledBytes() == 0);
        sluice.close();
        provider.stop(0);
    }

    private static void await(BooleanSupplier condition) {
        var unused = Await.until(condition::getAsBoolean, is -> is, PATIENCE);
    }

    private void model(String from) {
        String base = "http://127.0.0.1:" + provider.getAddress().getPort();
        sluice.admin(
                "POST",
                "/admin/v1/upstreams",
                "{\"name\":\"there\",\"provider\":\"%s\",\"base_url\":\"%s\",\"credential\":\"k\"}"
                        .formatted(from, from.equals("gemini") ? base : base + "/v1"));
        sluice.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"film","targets":[{"upstream":"there","model":"veo"}],
                 "price":{"per_video_second":"0.1"}}
                """);
    }

    /// A provider that keeps nothing of what it is sent but its digest.
    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean google = exchange.getRequestURI().getPath().startsWith("/v1beta/");
            String answer;
            if (exchange.getRequestMethod().equals("POST")) {
                digests.add(digest(exchange.getRequestBody(), google));
                read.countDown();
                goOn.await();
                int job = jobs.incrementAndGet();
                answer =
                        google
                                ? "{\"name\":\"models/veo/operations/%d\"}".formatted(job)
                                : "{\"id\":\"job%d\",\"status\":\"queued\"}".formatted(job);
            } else {
                answer =
                        google
                                ? "{\"name\":\"models/veo/operations/1\",\"done\":true,\"response\":"
                                        + "{\"generateVideoResponse\":{\"generatedSamples\":"
                                        + "[{\"video\":{\"uri\":\"https://a.example/v\"}}]}}}"
                                : "{\"id\":\"job1\",\"status\":\"completed\",\"seconds\":\"4\"}";
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String digest(InputStream body, boolean google) throws IOException {
        readPast(body, google ? "\"bytesBase64Encoded\":\"" : "filename=\"boat.png\"");
        if (!google) {
            readPast(body, "\r\n\r\n");
        }
        InputStream picture = google ? Base64.getDecoder().wrap(body) : body;
        MessageDigest sha256 = sha256();
        byte[] piece = new byte[64 << 10];
        for (int left = PICTURE_BYTES; left > 0; ) {
            int got = picture.read(piece, 0, Math.min(piece.length, left));
            if (got < 0) {
                return "cut";
            }
            sha256.update(piece, 0, got);
            left -= got;
        }
        body.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static void readPast(InputStream body, String mark) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(mark) < 0) {
            int next = body.read();
            if (next < 0) {
                throw new IOException("no " + mark + " in " + seen);
            }
            seen.append((char) next);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] picture() {
        byte[] picture = new byte[PICTURE_BYTES];
        new Random(11).nextBytes(picture);
        return picture;
    }

    private static byte[] form(byte[] picture) {
        ByteArrayOutputStream form = new ByteArrayOutputStream(picture.length + 1_024);
        for (String field : List.of("model=film", "prompt=A boat", "seconds=4")) {
            String[] sides = field.split("=", -1);
            form.writeBytes(
                    "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                            .formatted(BOUNDARY, sides[0], sides[1])
                            .getBytes(StandardCharsets.UTF_8));
        }
        form.writeBytes(
                ("--%s\r\nContent-Disposition: form-data; name=\"input_reference\";"
                                + " filename=\"boat.png\"\r\nContent-Type: image/png\r\n\r\n")
                        .formatted(BOUNDARY)
                        .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(picture);
        form.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return form.toByteArray();
    }

    private HttpRequest request(byte[] form) {
        return request(HttpRequest.BodyPublishers.ofByteArray(form));
    }

    private HttpRequest request(HttpRequest.BodyPublisher form) {
        return HttpRequest.newBuilder(URI.create(sluice.baseUrl() + "/v1/videos"))
                .timeout(PATIENCE)
                .header("authorization", "Bearer " + key)
                .header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(form)
                .build();
    }

    private static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @ParameterizedTest
    @CsvSource({"openai-compatible", "gemini"})
    void manyLargeFormsAreOnDiskAndArriveAsTheyWere(String from, @TempDir Path folder)
            throws Exception {
        model(from);
        byte[] picture = picture();
        String wanted = HexFormat.of().formatHex(sha256().digest(picture));
        // a client that has nothing in memory either
        Path form = Files.write(folder.resolve("form"), form(picture));
        long bytes = Files.size(form) * AT_ONCE;
        read = new CountDownLatch(AT_ONCE);
        goOn = new CountDownLatch(1);
        long before = liveHeap();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            answers.add(
                    sluice.http()
                            .sendAsync(
                                    request(HttpRequest.BodyPublishers.ofFile(form)),
                                    HttpResponse.BodyHandlers.ofString()));
        }
        assertThat(read.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(from).isTrue();
        assertThat(sluice.server().plane().bodyBytesHeld()).isZero();
        assertThat(sluice.server().plane().spooledBytes()).isEqualTo(bytes);
        assertThat(liveHeap() - before)
                .as("what is in memory of %d bytes", bytes)
                .isLessThan(bytes / 3);
        goOn.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
        }
        assertThat(digests).hasSize(AT_ONCE).containsOnly(wanted);
        sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
        assertThat(sluice.admin("GET", "/admin/v1/balance", null).path("balance").asString())
                .isEqualTo("93.6");
    }

    @Test
    void aFormThatAProviderRefusesLeavesNothing() throws Exception {
        model("openai-compatible");
        status = 400;
        HttpResponse<String> answer =
                sluice.http().send(request(form(picture())), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        await(() -> sluice.server().plane().spooledBytes() == 0);
        sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
    }

    @Test
    void aClientThatLeavesInTheMiddleLeavesNothing() throws Exception {
        model("openai-compatible");
        byte[] form = form(picture());
        URI at = URI.create(sluice.baseUrl());
        try (Socket socket = new Socket(at.getHost(), at.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    "POST /v1/videos HTTP/1.1\r\nhost: a\r\nauthorization: Bearer "
                            .concat(key)
                            .concat("\r\ncontent-type: multipart/form-data; boundary=" + BOUNDARY)
                            .concat("\r\ncontent-length: " + form.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            out.write(form, 0, form.length / 2);
            out.flush();
            await(() -> sluice.server().plane().spooledBytes() > form.length / 3);
            assertThat(sluice.server().plane().bodyBytesHeld()).isZero();
        }
        await(() -> sluice.server().plane().spooledBytes() == 0);
        assertThat(digests).isEmpty();
    }

    /// Fields are read into memory: only a file may be large.
    @Test
    void aFieldThatIsAsLongAsAFileIsRefused() throws Exception {
        model("openai-compatible");
        byte[] form =
                new String(form(new byte[0]), StandardCharsets.UTF_8)
                        .replace("A boat", "A boat ".repeat(200_000))
                        .getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer =
                sluice.http().send(request(form), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("has a field longer than 1048576 bytes");
    }
}
