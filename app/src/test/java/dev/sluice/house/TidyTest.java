package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The habits of the house, over every file of the repository, and for each rule a planted
/// violation that it must find.
class TidyTest {

    private static final Set<String> PROVIDERS = Set.of("acme-ai", "groq");
    private static final String HOME = "gateway/src/main/java/dev/sluice/gateway/Planted.java";

    @Test
    void everyFileIsTidy() {
        Path root = Checkout.root();
        Set<String> providers = providers(root);
        List<String> complaints = new ArrayList<>();
        List<String> files = Checkout.files();
        Map<String, String> sources = new TreeMap<>();
        for (String path : files) {
            String text = text(root.resolve(path));
            complaints.addAll(TextRules.check(path, text));
            if (path.endsWith(".md")) {
                complaints.addAll(TextRules.deadLinks(path, text, root));
            }
            if (path.endsWith(".java")) {
                sources.put(path, text);
            }
        }
        complaints.addAll(JavaRules.check(sources, providers));
        complaints.addAll(undescribedPackages(files, root));

        assertThat(files).as("the listing works").contains("sluice", "pom.xml");
        assertThat(providers).as("the provider ids were found").contains("groq");
        assertThat(complaints).isEmpty();
    }

    @Test
    void longLinesFilesAndMethodsAreFound() {
        String wide = "// " + "ä".repeat(98);
        assertThat(TextRules.check("a/B.java", wide))
                .singleElement()
                .asString()
                .contains("101 columns");
        assertThat(TextRules.check("a/B.java", wide.substring(1))).isEmpty();
        String data = "x(\"" + "a".repeat(120) + "\")";
        assertThat(TextRules.check("a/src/main/B.java", data)).hasSize(1);
        assertThat(TextRules.check("a/src/test/B.java", data)).isEmpty();
        assertThat(TextRules.check("a/src/test/B.java", wide)).hasSize(1);
        assertThat(TextRules.check("a/b.py", "x = 1\n".repeat(501)))
                .singleElement()
                .asString()
                .contains("501 lines");
        assertThat(TextRules.check("a/b.py", "x = 1\n".repeat(500))).isEmpty();

        assertThat(java(HOME, method(71))).singleElement().asString().contains("long_: 71 lines");
        assertThat(java(HOME, method(70))).isEmpty();
    }

    @Test
    void bannedCallsAreFoundWithWhatToUseInstead() {
        assertFound("long t = System.currentTimeMillis();", "take a java.time.InstantSource");
        assertFound("Object t = java.time.Instant.now();", "take a java.time.InstantSource");
        assertFound("java.util.function.Supplier<?> t = Instant::now;", "InstantSource");
        assertFound("void a() throws Exception { Thread.sleep(1); }", "wait for a condition");
        assertFound("Object t = new Thread(() -> {});", "Thread.ofVirtual");
        assertFound("double r = Math.random();", "RandomGenerator");
        assertFound("void a() { System.exit(1); }", "exit code");

        String test = HOME.replace("/main/", "/test/");
        assertThat(java(test, documented("Object t = java.time.Instant.now();"))).isEmpty();
        assertThat(java(test, documented("Path p() { return Files.createTempDirectory(\"x\"); }")))
                .singleElement()
                .asString()
                .contains("a TestFolder of the testkit");
        assertThat(java(HOME, documented("String s = \"Thread.sleep(1)\"; // Instant.now()")))
                .isEmpty();
    }

    @Test
    void floatingPointNearMoneyIsFound() {
        for (String module : List.of("domain", "ledger", "catalog")) {
            String path = HOME.replace("gateway", module);
            assertThat(java(path, documented("double share;"))).hasSize(1);
            assertThat(java(path, documented("float share;"))).hasSize(1);
            assertThat(java(path, documented("Object o(Number n) { return n.doubleValue(); }")))
                    .hasSize(1);
        }
        assertThat(java(HOME, documented("double seconds;"))).isEmpty();
    }

    @Test
    void emptyWordsAndMissingDocumentationAreFound() {
        for (String name :
                List.of("KeyManager", "Utils", "QuotaImpl", "BillingService", "RowData")) {
            assertThat(java(HOME, "/// Text.\npublic class " + name + " {}"))
                    .singleElement()
                    .asString()
                    .contains("empty word");
        }
        assertThat(java(HOME, "/// Text.\npublic class Database {}")).isEmpty();
        assertThat(java(HOME, "public class Planted {}"))
                .singleElement()
                .asString()
                .contains("///");
        assertThat(java(HOME, "class Planted {}")).isEmpty();
    }

    @Test
    void providerIdsAreFoundOnlyWhereTheyDoNotBelong() {
        String source = documented("boolean special = \"acme-ai\".isEmpty();");

        assertThat(java(HOME, source))
                .singleElement()
                .asString()
                .contains("provider id \"acme-ai\"");
        assertThat(java("protocol/src/main/java/dev/sluice/protocol/x/P.java", source)).isEmpty();
        assertThat(java("control/src/main/java/dev/sluice/control/compat/P.java", source))
                .isEmpty();
        assertThat(java(HOME.replace("/main/", "/test/"), source)).isEmpty();
    }

    @Test
    void leftOversMachinePathsRegistriesAndLockFilesAreFound() {
        assertThat(TextRules.check("a.md", "TO" + "DO: write")).hasSize(1);
        assertThat(TextRules.check("a.md", "todos are fine, TO" + "DOS too")).isEmpty();
        assertThat(TextRules.check("a.sh", "cd /hom" + "e/ana/x")).hasSize(1);
        assertThat(TextRules.check("a.sh", "cd /wor" + "k/x")).hasSize(1);
        assertThat(TextRules.check("a.sh", "cd ./wor" + "k/x; curl http://h/wor" + "k/x"))
                .isEmpty();
        assertThat(TextRules.check("a.xml", "https://repo.mav" + "en.apache.org/x")).hasSize(1);
        assertThat(TextRules.check("a.toml", "https://pyp" + "i.org/simple")).hasSize(1);
        assertThat(TextRules.check("c/package-lock.json", "{\"resolved\": 1}")).hasSize(1);
        assertThat(TextRules.check("c/package-lock.json", "{\"integrity\": 1}")).isEmpty();
    }

    @Test
    void deadLinksAreFound() {
        Path root = Checkout.root();

        assertThat(TextRules.deadLinks("docs/a.md", "[x](../none.md)", root)).hasSize(1);
        assertThat(TextRules.deadLinks("docs/a.md", "[x](../pom.xml#y) [z](https://h/)", root))
                .isEmpty();
    }

    @Test
    void undescribedPackagesAreFound() {
        List<String> files = List.of("app/src/main/java/dev/sluice/none/Planted.java");

        assertThat(undescribedPackages(files, Checkout.root())).hasSize(1);
    }

    /// Every package of production code says what lives there and what it must not know.
    private static List<String> undescribedPackages(List<String> files, Path root) {
        Set<Path> folders =
                files.stream()
                        .filter(path -> path.contains("/src/main/java/") && path.endsWith(".java"))
                        .map(path -> Path.of(path).getParent())
                        .collect(Collectors.toCollection(TreeSet::new));
        return folders.stream()
                .map(folder -> folder.resolve("package-info.java"))
                .filter(file -> !isDescribed(root.resolve(file)))
                .map(file -> file + ":1: say in `///` what lives here and what it must not know")
                .toList();
    }

    private static boolean isDescribed(Path file) {
        return Files.exists(file) && text(file).contains("/// ");
    }

    private static Set<String> providers(Path root) {
        Path folder = root.resolve("catalog/src/main/resources/catalog/providers");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".toml"))
                    .map(name -> name.substring(0, name.length() - ".toml".length()))
                    .filter(name -> !name.equals("simulator")) // a room of our own, not a vendor
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The text, or nothing for a picture.
    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException _) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertFound(String member, String advice) {
        assertThat(java(HOME, documented(member)))
                .singleElement()
                .asString()
                .startsWith(HOME)
                .contains("is banned")
                .contains(advice);
    }

    private static List<String> java(String path, String source) {
        return JavaRules.check(Map.of(path, source), PROVIDERS);
    }

    private static String documented(String member) {
        return "/// Text.\npublic class Planted { " + member + " }";
    }

    private static String method(int lines) {
        return IntStream.rangeClosed(1, lines - 2)
                .mapToObj(i -> "int v" + i + " = " + i + ";")
                .collect(Collectors.joining("\n", "class Planted {\nvoid long_() {\n", "\n}\n}"));
    }
}
