package dev.sluice.app;

import dev.sluice.gateway.offloop.OffLoop.Answer;
import dev.sluice.gateway.offloop.OffLoop.Ask;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Files of the jar for browsers: the console's pages under `/`. Nothing outside the folder can be
/// named, pages may load nothing from elsewhere and run nothing inline, and what has a hash in its
/// name is kept for ever.
final class StaticSite {

    /// What every page is held to. `data:` and `blob:` are for pictures that models made.
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
                    + " img-src 'self' data: blob:; media-src 'self' data: blob:;"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'";

    /// Segments of letters, digits and signs that begin with neither a dot nor a sign: no way up,
    /// no hidden file, nothing percent-encoded.
    private static final Pattern FILE =
            Pattern.compile("(/[A-Za-z0-9_][A-Za-z0-9_.-]*){1,8}[.][a-z0-9]{2,11}");

    private static final String HASHED = "/assets/";
    private static final String START_PAGE = "/index.html";
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("json", "application/json"),
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("webmanifest", "application/manifest+json"));

    private final ClassLoader files;
    private final String folder;

    /// @param folder in the jar, without slashes at its ends
    StaticSite(ClassLoader files, String folder) {
        this.files = files;
        this.folder = folder;
    }

    /// Whether the jar was built with pages.
    boolean exists() {
        return files.getResource(folder + START_PAGE) != null;
    }

    /// The file of a path, or the start page for an address that the console itself resolves;
    /// empty for what is not this site's.
    Optional<Answer> answer(Ask ask) {
        if (!ask.method().equals("GET")) {
            return Optional.empty();
        }
        if (FILE.matcher(ask.path()).matches()) {
            return file(ask, ask.path());
        }
        return wantsPage(ask) ? file(ask, START_PAGE) : Optional.empty();
    }

    /// A browser that goes somewhere, and not to an interface: programs get their JSON errors.
    private static boolean wantsPage(Ask ask) {
        boolean programs =
                List.of("/admin", "/api", "/v1", "/docs", "/metrics").stream()
                        .anyMatch(root ->
                                ask.path().equals(root) || ask.path().startsWith(root + "/"));
        return ask.path().equals("/") || (!programs && accepts(ask, "accept", "text/html"));
    }

    private static boolean accepts(Ask ask, String header, String what) {
        return ask.headers().getOrDefault(header, List.of()).stream()
                .anyMatch(value -> value.contains(what));
    }

    private Optional<Answer> file(Ask ask, String path) {
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null) {
            return Optional.empty();
        }
        Map<String, String> headers = headers(type);
        boolean hashed = path.startsWith(HASHED);
        headers.put("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
        headers.put("vary", "accept-encoding");
        if (accepts(ask, "accept-encoding", "gzip")) {
            Optional<byte[]> packed = read(path + ".gz");
            if (packed.isPresent()) {
                headers.put("content-encoding", "gzip");
                return packed.map(bytes -> Answer.of(200, headers, bytes));
            }
        }
        return read(path).map(bytes -> Answer.of(200, headers, bytes));
    }

    /// What every file and page is sent with.
    static Map<String, String> headers(String type) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", type);
        headers.put("content-security-policy", POLICY);
        headers.put("x-content-type-options", "nosniff");
        headers.put("referrer-policy", "no-referrer");
        headers.put("cross-origin-opener-policy", "same-origin");
        headers.put("cross-origin-resource-policy", "same-origin");
        return headers;
    }

    private Optional<byte[]> read(String path) {
        try (InputStream in = files.getResourceAsStream(folder + path)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + path, e);
        }
    }
}
