package dev.sluice.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.TypeKind;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Rules about Java, on the compiler's own syntax tree. Complaints as in [TextRules].
final class JavaRules {

    private static final int METHOD_LINES_MAX = 70;

    private static final Pattern EMPTY_WORDS =
            Pattern.compile(
                    "(.*[a-z0-9])?(Manager|Helpers?|Utils?|Common|Base|Impl|Data|Info|Processor"
                            + "|Service)");

    /// Calls of production code, and what to use instead.
    private static final Map<String, String> BANNED_CALLS =
            Map.of(
                    "System.currentTimeMillis", "take a java.time.InstantSource",
                    "Instant.now", "take a java.time.InstantSource",
                    "LocalDate.now", "take a java.time.InstantSource and a zone",
                    "LocalDateTime.now", "take a java.time.InstantSource and a zone",
                    "OffsetDateTime.now", "take a java.time.InstantSource",
                    "ZonedDateTime.now", "take a java.time.InstantSource and a zone",
                    "Thread.sleep", "wait for a condition, or use a timer of the event loop",
                    "Math.random", "take a java.util.random.RandomGenerator",
                    "System.exit", "return an exit code from Main");

    /// Calls of tests: nobody removes such a folder when a test fails.
    private static final Map<String, String> BANNED_IN_TESTS =
            Map.of("Files.createTempDirectory", "take a @TempDir, or a TestFolder of the testkit");

    /// Where a banned call has its one proper place.
    private static final Map<String, Set<String>> ALLOWED =
            Map.of(
                    "new Thread",
                            Set.of("testkit/src/main/java/dev/sluice/testkit/TestDatabase.java"),
                    "System.exit",
                            Set.of(
                                    "app/src/main/java/dev/sluice/app/Main.java",
                                    "bench/src/main/java/dev/sluice/bench/Bench.java"),
                    "Files.createTempDirectory",
                            Set.of(
                                    "store/src/test/java/dev/sluice/store/TestFolders.java",
                                    "app/src/test/java/dev/sluice/house/Planted.java"));

    private static final Set<String> MONEY_MODULES = Set.of("domain", "ledger", "catalog");

    /// Their views are written in the words of one provider's protocol.
    private static final Pattern MAY_NAME_PROVIDERS =
            Pattern.compile("protocol/.*|.*/compat/.*|simulator/.*");

    private JavaRules() {}

    /// Complaints about source files, parsed in one go: every start of the compiler costs.
    ///
    /// @param sources path to text
    /// @param providers the provider ids: file names in `catalog/providers`
    static List<String> check(Map<String, String> sources, Set<String> providers) {
        List<Source> files = new ArrayList<>();
        sources.forEach((path, text) -> files.add(new Source(path, text)));
        JavacTask task =
                (JavacTask)
                        ToolProvider.getSystemJavaCompiler()
                                .getTask(null, null, _ -> {}, List.of("-proc:none"), null, files);
        try {
            List<String> complaints = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                String path = unit.getSourceFile().toUri().getPath().substring(1);
                new Scanner(path, unit, DocTrees.instance(task), providers, complaints)
                        .scan(unit, null);
            }
            return complaints;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {

        private final String path;
        private final CompilationUnitTree unit;
        private final DocTrees trees;
        private final Set<String> providers;
        private final List<String> complaints;
        private final boolean production;
        private final String module;

        Scanner(
                String path,
                CompilationUnitTree unit,
                DocTrees trees,
                Set<String> providers,
                List<String> complaints) {
            this.path = path;
            this.unit = unit;
            this.trees = trees;
            this.providers = providers;
            this.complaints = complaints;
            this.production = path.contains("/src/main/");
            this.module = path.substring(0, Math.max(0, path.indexOf('/')));
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
            String name = type.getSimpleName().toString();
            if (EMPTY_WORDS.matcher(name).matches()) {
                complain(type, name + ": end the name with what the type is, not an empty word");
            }
            boolean topLevel = getCurrentPath().getParentPath().getLeaf() == unit;
            boolean isPublic = type.getModifiers().getFlags().contains(Modifier.PUBLIC);
            if (production
                    && topLevel
                    && isPublic
                    && trees.getDocComment(getCurrentPath()) == null) {
                complain(type, name + ": a public type says in `///` what it is");
            }
            return super.visitClass(type, null);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            if (method.getBody() != null) {
                long lines = endLine(method) - line(method.getBody()) + 1;
                if (lines > METHOD_LINES_MAX) {
                    complain(
                            method,
                            "%s: %d lines; split it, %d are the limit"
                                    .formatted(method.getName(), lines, METHOD_LINES_MAX));
                }
            }
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void unused) {
            call(select, select.getExpression(), select.getIdentifier().toString());
            return super.visitMemberSelect(select, null);
        }

        @Override
        public @Nullable Void visitMemberReference(
                MemberReferenceTree reference, @Nullable Void unused) {
            call(reference, reference.getQualifierExpression(), reference.getName().toString());
            return super.visitMemberReference(reference, null);
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree created, @Nullable Void unused) {
            if (production && simple(created.getIdentifier()).equals("Thread")) {
                ban(created, "new Thread", "Thread.ofVirtual or a named, owned Thread.ofPlatform");
            }
            return super.visitNewClass(created, null);
        }

        @Override
        public @Nullable Void visitPrimitiveType(
                PrimitiveTypeTree primitive, @Nullable Void unused) {
            TypeKind kind = primitive.getPrimitiveTypeKind();
            if (production
                    && MONEY_MODULES.contains(module)
                    && (kind == TypeKind.DOUBLE || kind == TypeKind.FLOAT)) {
                complain(primitive, "no " + kind + " near money; use Money or BigDecimal");
            }
            return super.visitPrimitiveType(primitive, null);
        }

        @Override
        public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void unused) {
            if (production
                    && literal.getValue() instanceof String text
                    && providers.contains(text)
                    && !MAY_NAME_PROVIDERS.matcher(path).matches()) {
                complain(
                        literal,
                        "provider id \"%s\" in code; read it from catalog/providers, or ask the"
                                        .formatted(text)
                                + " dialect");
            }
            return super.visitLiteral(literal, null);
        }

        private void call(Tree at, Tree owner, String name) {
            String call = simple(owner) + "." + name;
            String instead = (production ? BANNED_CALLS : BANNED_IN_TESTS).get(call);
            if (instead != null) {
                ban(at, call, instead);
            }
            if (production
                    && MONEY_MODULES.contains(module)
                    && (name.equals("doubleValue") || name.equals("floatValue"))) {
                complain(at, "no " + name + " near money; use Money or BigDecimal");
            }
        }

        private void ban(Tree at, String what, String instead) {
            if (!ALLOWED.getOrDefault(what, Set.of()).contains(path)) {
                complain(at, what + " is banned: " + instead);
            }
        }

        /// `java.lang.Thread` and `Thread` are the same to these rules.
        private static String simple(Tree name) {
            String text = name.toString();
            return text.substring(text.lastIndexOf('.') + 1);
        }

        private void complain(Tree at, String what) {
            complaints.add(path + ":" + line(at) + ": " + what);
        }

        private long line(Tree tree) {
            LineMap lines = unit.getLineMap();
            return lines.getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
        }

        private long endLine(Tree tree) {
            LineMap lines = unit.getLineMap();
            return lines.getLineNumber(trees.getSourcePositions().getEndPosition(unit, tree));
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
