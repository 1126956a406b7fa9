package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Our own nginx processes: the provider of plain answers, and the proxy that is the floor. Each
/// has its own folder, configuration, pid file and free loopback port.
@SuppressWarnings("InlineFormatString") // a file reads better by itself
final class Sites {

    private static final int START_SECONDS = 10;

    /// Shared by both: everything is kept in the prefix, connections are kept for good.
    private static final String FRAME =
            """
            daemon off;
            worker_processes 2;
            worker_rlimit_nofile 16384;
            pid nginx.pid;
            error_log error.log;
            events { worker_connections 8192; }
            http {
              client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
              uwsgi_temp_path t4; scgi_temp_path t5;
              keepalive_requests 1000000000;
              client_body_buffer_size 64k;
              %s
            }
            """;

    private static final String ANSWERS =
            """
            access_log off;
            server {
              listen 127.0.0.1:%d backlog=4096;
              default_type application/json;
              location / { return 200 '%s'; }
              location = /stats { stub_status; }
            }
            """;

    /// What nginx can do of a gateway's work: a fixed key, a pool, a buffered line for each call.
    private static final String PROXY =
            """
            log_format line escape=json '{"at":"$time_iso8601","status":$status,'
              '"seconds":$request_time,"bytes":$bytes_sent,"upstream":"$upstream_addr"}';
            access_log access.log line buffer=64k;
            map $http_authorization $known { default 0; "Bearer %1$s" 1; }
            upstream plain { server 127.0.0.1:%2$d; keepalive 1024;
              keepalive_requests 1000000000; }
            upstream scripted { server 127.0.0.1:%3$d; keepalive 1024;
              keepalive_requests 1000000000; }
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering off;
            server { listen 127.0.0.1:%4$d backlog=4096;
              location / { if ($known = 0) { return 401; } proxy_pass http://plain; } }
            server { listen 127.0.0.1:%5$d backlog=4096;
              location / { if ($known = 0) { return 401; } proxy_pass http://scripted; } }
            """;

    private Sites() {}

    /// The provider of plain answers; `/stats` counts its requests.
    static Process answers(Family family, Tools tools, Path work, int port) {
        return start(
                family, tools, work.resolve("answers"), ANSWERS.formatted(port, Work.ANSWER), port);
    }

    /// The floor: `port` relays to the plain provider, `scriptedPort` to the scripted one.
    static Process proxy(Family family, Tools tools, Path work, Endpoints ports) {
        String site =
                PROXY.formatted(
                        Work.PROXY_KEY,
                        ports.answers(),
                        ports.scripted(),
                        ports.proxyPlain(),
                        ports.proxyScripted());
        return start(family, tools, work.resolve("proxy"), site, ports.proxyPlain());
    }

    private static Process start(Family family, Tools tools, Path prefix, String site, int port) {
        Path file = prefix.resolve("nginx.conf");
        try {
            Files.createDirectories(prefix);
            Files.writeString(file, FRAME.formatted(site));
        } catch (IOException e) {
            throw new IllegalStateException("cannot write " + file, e);
        }
        ProcessBuilder builder =
                new ProcessBuilder(
                                tools.nginx().toString(),
                                "-p",
                                prefix + "/",
                                "-c",
                                file.toString(),
                                "-e",
                                prefix.resolve("error.log").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(prefix.resolve("out").toFile());
        tools.libraries(builder);
        Process process = family.start(builder);
        awaitPort(process, port, START_SECONDS, prefix.resolve("error.log"));
        return process;
    }

    /// A loopback port that was free a moment ago.
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }

    /// Waits until somebody listens, and fails when the process ends or the time passes.
    ///
    /// @param log where the process says why it did not start
    static void awaitPort(Process process, int port, int seconds, Path log) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException _) {
                Pause.millis(50);
            }
            if (!process.isAlive()) {
                break;
            }
        }
        throw new IllegalStateException("nobody listens on port " + port + "; see " + log);
    }
}
