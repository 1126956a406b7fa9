package dev.sluice.app;

import dev.sluice.gateway.offloop.OffLoop.Answer;
import dev.sluice.gateway.offloop.OffLoop.Ask;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import tools.jackson.databind.JsonNode;

/// `/docs`: the Markdown pages that lie in the jar, as HTML. `/docs/guides/first-steps` is
/// `docs/guides/first-steps.md`, `/docs` is `docs/README.md`; with `.md` behind it a page comes as
/// it was written. `/docs/api` is the OpenAPI document as a page, `/docs/sluice.schema.json` what
/// editors need of the configuration file, `/llms.txt` the way into all of it for programs.
final class DocsPages {

    private static final String FOLDER = "docs";
    private static final String STYLE = "/docs/style.css";
    private static final String API = "/docs/api";
    private static final String SCHEMA = "/docs/sluice.schema.json";
    private static final Pattern PAGE =
            Pattern.compile("/docs(/[a-z0-9][a-z0-9-]*){1,4}|/docs/[A-Z]+");
    private static final String MARKDOWN = ".md";
    private static final Pattern LINK_TO_PAGE =
            Pattern.compile("\\]\\(([a-z-]+/[a-z0-9-]+)[.]md\\)");
    private static final List<TablesExtension> TABLES =
            List.of((TablesExtension) TablesExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(TABLES).build();
    private static final HtmlRenderer RENDERER =
            HtmlRenderer.builder().extensions(TABLES).escapeHtml(true).sanitizeUrls(true).build();

    private final ClassLoader files;
    private final Supplier<? extends JsonNode> openApi;
    private final Map<String, Optional<String>> pages = new ConcurrentHashMap<>();

    /// @param openApi the document of the routes that are registered by the first question
    DocsPages(ClassLoader files, Supplier<? extends JsonNode> openApi) {
        this.files = files;
        this.openApi = openApi;
    }

    /// The page of a path; empty when there is none.
    Optional<Answer> answer(Ask ask) {
        if (!ask.method().equals("GET")) {
            return Optional.empty();
        }
        String path = ask.path();
        if (path.equals(STYLE)) {
            return read(FOLDER + "/style.css").map(css -> sent("text/css; charset=utf-8", css));
        }
        switch (path) {
            case API -> {
                return made(path, () -> page("API reference", ApiReference.of(openApi.get())))
                        .map(html -> sent("text/html; charset=utf-8", html));
            }
            case SCHEMA -> {
                return made(path, () -> ConfigSchema.of(openApi.get()).toPrettyString())
                        .map(json -> sent("application/schema+json", json));
            }
            case "/llms.txt" -> {
                return made(path, this::wayIn).map(text -> sent("text/plain; charset=utf-8", text));
            }
            default -> {}
        }
        if (path.endsWith(MARKDOWN) && PAGE.matcher(withoutSuffix(path)).matches()) {
            return read(path.substring(1)).map(text -> sent("text/markdown; charset=utf-8", text));
        }
        boolean root = path.equals("/docs") || path.equals("/docs/");
        if (!root && !PAGE.matcher(path).matches()) {
            return Optional.empty();
        }
        String name = root ? "README" : path.substring("/docs/".length());
        return page(name).map(html -> sent("text/html; charset=utf-8", html));
    }

    private static String withoutSuffix(String path) {
        return path.substring(0, path.length() - MARKDOWN.length());
    }

    private Optional<String> made(String path, Supplier<String> maker) {
        return pages.computeIfAbsent(path, _ -> Optional.of(maker.get()));
    }

    /// The first page with links to the pages as they were written.
    private String wayIn() {
        String start = read(FOLDER + "/README.md").orElse("");
        return """
        # Sluice

        > A self-hosted AI API gateway: one key and one base URL for every model, compatible with
        > OpenAI, Anthropic and Gemini, with exact budgets and a double-entry ledger.

        - [API](/openapi.json): every route, typed
        - [Configuration file](/docs/sluice.schema.json): JSON Schema of sluice.yaml

        """
                + LINK_TO_PAGE
                        .matcher(start.replaceFirst("# [^\n]*\n+", ""))
                        .replaceAll("](/docs/$1.md)");
    }

    private Optional<String> page(String name) {
        Optional<String> known = pages.get(name);
        if (known == null) {
            known = read(FOLDER + "/" + name + ".md").map(text -> html(name, text));
            // only pages there are: nobody fills the memory with names
            if (known.isPresent()) {
                pages.put(name, known);
            }
        }
        return known;
    }

    private static Answer sent(String type, String body) {
        Map<String, String> headers = StaticSite.headers(type);
        headers.put("cache-control", "no-cache");
        return Answer.of(200, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String html(String name, String markdown) {
        Node document = PARSER.parse(markdown);
        Titles titles = new Titles();
        document.accept(titles);
        document.accept(new Links(name));
        return page(titles.text(), RENDERER.render(document));
    }

    private static String page(String title, String main) {
        return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s - Sluice</title>
        <link rel="stylesheet" href="%s">
        </head>
        <body>
        <nav><a href="/docs">Sluice documentation</a></nav>
        <main>
        %s</main>
        </body>
        </html>
        """
                .formatted(title, STYLE, main);
    }

    private Optional<String> read(String file) {
        try (InputStream in = files.getResourceAsStream(file)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }

    /// The text of the first heading.
    private static final class Titles extends AbstractVisitor {
        private final StringBuilder text = new StringBuilder();
        private boolean done;

        String text() {
            return text.toString().replace("&", "&amp;").replace("<", "&lt;");
        }

        @Override
        public void visit(Heading heading) {
            if (!done) {
                done = true;
                visitChildren(heading);
            }
        }

        @Override
        public void visit(Text part) {
            boolean inHeading = part.getParent() instanceof Heading;
            if (inHeading) {
                text.append(part.getLiteral());
            }
        }
    }

    /// Makes links between files of the folder links between pages.
    private static final class Links extends AbstractVisitor {
        private final URI base;

        Links(String name) {
            base = URI.create("/docs/" + name);
        }

        @Override
        public void visit(Link link) {
            String target = link.getDestination();
            if (!target.contains(":") && target.matches("[^#]+[.]md(#.*)?")) {
                String page = base.resolve(target).toString().replaceFirst("[.]md", "");
                link.setDestination(page.equals("/docs/README") ? "/docs" : page);
            }
            visitChildren(link);
        }
    }
}
