package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A small class, compiled on the spot, that breaks a rule on purpose.
record Planted(String room, String name, String member) {

    /// A class `Planted` in `dev.sluice.<room>`.
    static Planted in(String room, String member) {
        return new Planted(room, "Planted", member);
    }

    static Planted named(String room, String name, String member) {
        return new Planted(room, name, member);
    }

    static JavaClasses compile(Path folder, Planted... sources) {
        try {
            Path output = Files.createTempDirectory(folder, "planted");
            StringWriter messages = new StringWriter();
            String path =
                    System.getProperty(
                            "surefire.test.class.path", System.getProperty("java.class.path"));
            boolean compiled =
                    ToolProvider.getSystemJavaCompiler()
                            .getTask(
                                    messages,
                                    null,
                                    null,
                                    List.of("-proc:none", "-d", output.toString(), "-cp", path),
                                    null,
                                    Arrays.stream(sources).map(Planted::file).toList())
                            .call();
            assertThat(compiled).as("%s", messages).isTrue();
            return new ClassFileImporter().importPath(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JavaFileObject file() {
        String text = "package dev.sluice.%s; public class %s { %s }".formatted(room, name, member);
        return new SimpleJavaFileObject(
                URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }
}
