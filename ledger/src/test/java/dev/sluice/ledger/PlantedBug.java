package dev.sluice.ledger;

import dev.sluice.ledger.escrow.Escrow;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// A bug as a small patch of one production source: the lines after `-` are found, whatever their
/// indent, and replaced by those after `+`.
///
/// @param why what is wrong with it
/// @param source below the folder of production sources
record PlantedBug(String name, String why, Path source, List<String> removed, List<String> added) {

    private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
    private static final Path SOURCES = MODULE.resolve("src/main/java");
    private static final Path BUGS = MODULE.resolve("src/test/resources/planted-bugs");

    /// The bugs of a folder, by name.
    static List<PlantedBug> in(String folder) throws IOException {
        try (Stream<Path> files = Files.list(BUGS.resolve(folder))) {
            List<PlantedBug> bugs = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                bugs.add(read(file));
            }
            return bugs;
        }
    }

    private static PlantedBug read(Path file) throws IOException {
        StringBuilder why = new StringBuilder();
        Path source = Path.of("");
        List<String> removed = new ArrayList<>();
        List<String> added = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String rest = line.substring(1).strip();
            switch (line.charAt(0)) {
                case '#' -> why.append(rest);
                case '@' -> source = Path.of(rest);
                case '-' -> removed.add(rest);
                case '+' -> added.add(rest);
                default -> throw new IllegalStateException(file + ": " + line);
            }
        }
        String name = file.getFileName().toString().replace(".patch", "");
        return new PlantedBug(name, why.toString(), source, removed, added);
    }

    @Override
    public String toString() {
        return name + ": " + why;
    }

    /// Compiles the patched source into a folder and loads the ledger and its tests anew, with it
    /// in place of the sound one.
    URLClassLoader plantIn(Path folder) throws IOException {
        Path patched = folder.resolve(source.getFileName());
        Files.writeString(patched, patched(Files.readAllLines(SOURCES.resolve(source))));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        compile(patched, classes);
        return new ChildFirst(
                classes.toUri().toURL(), location(Escrow.class), location(PlantedBug.class));
    }

    /// Loads the ledger and its tests anew as they are.
    static URLClassLoader loadSound() {
        return new ChildFirst(location(Escrow.class), location(PlantedBug.class));
    }

    private String patched(List<String> lines) {
        List<String> bare = lines.stream().map(String::strip).toList();
        int at = -1;
        for (int i = 0; i + removed.size() <= bare.size(); i++) {
            if (bare.subList(i, i + removed.size()).equals(removed)) {
                if (at >= 0) {
                    throw new IllegalStateException(name + " fits more than once");
                }
                at = i;
            }
        }
        if (at < 0) {
            throw new IllegalStateException(name + " fits nowhere: the source has changed");
        }
        List<String> patched = new ArrayList<>(lines.subList(0, at));
        patched.addAll(added);
        patched.addAll(lines.subList(at + removed.size(), lines.size()));
        return String.join("\n", patched);
    }

    private void compile(Path file, Path into) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of(
                            "-proc:none",
                            "-nowarn",
                            "-d",
                            into.toString(),
                            "-cp",
                            System.getProperty("java.class.path"));
            if (!compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(file))
                    .call()) {
                throw new IllegalStateException(name + " does not compile: " + said);
            }
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /// Classes of the ledger and of its tests come from here, all others from the parent.
    private static final class ChildFirst extends URLClassLoader {

        ChildFirst(URL... urls) {
            super(urls, PlantedBug.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String type, boolean resolve) throws ClassNotFoundException {
            if (!type.startsWith("dev.sluice.ledger.")) {
                return super.loadClass(type, resolve);
            }
            synchronized (getClassLoadingLock(type)) {
                Class<?> loaded = findLoadedClass(type);
                return loaded == null ? findClass(type) : loaded;
            }
        }
    }
}
