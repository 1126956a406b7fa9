package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// nginx and wrk: the machine's own, else unpacked from apt's packages into a folder of ours.
///
/// Unpacked, not installed: no script of a package runs, so no service of the distribution starts.
///
/// @param libraries a folder of shared libraries that came with them; may not exist
record Tools(Path nginx, Path wrk, Path libraries) {

    private static final int FETCH_MINUTES = 5;
    private static final List<String> FOLDERS =
            List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin");

    /// The reason why the bench cannot run here.
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String reason) {
            super(reason);
        }
    }

    /// @param folder where packages are unpacked, and found again by the next run
    static Tools find(Path folder) throws Missing {
        Path libraries = folder.resolve("usr/lib").resolve(triplet());
        for (boolean fetched : new boolean[] {false, true}) {
            Optional<Path> nginx = program(folder, "nginx");
            Optional<Path> wrk = program(folder, "wrk");
            if (nginx.isPresent() && wrk.isPresent()) {
                return new Tools(nginx.get(), wrk.get(), libraries);
            }
            if (fetched) {
                break;
            }
            List<String> wanted = new ArrayList<>();
            if (nginx.isEmpty()) {
                wanted.add("nginx");
            }
            if (wrk.isEmpty()) {
                wanted.add("wrk");
            }
            fetch(wanted, folder);
        }
        throw new Missing("nginx or wrk is not in what apt gave; install both and try again");
    }

    /// The environment in which the unpacked programs find their libraries.
    void libraries(ProcessBuilder builder) {
        if (Files.isDirectory(libraries)) {
            builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
        }
    }

    private static Optional<Path> program(Path folder, String name) {
        List<Path> places = new ArrayList<>();
        FOLDERS.forEach(place -> places.add(Path.of(place, name)));
        places.add(folder.resolve("usr/sbin").resolve(name));
        places.add(folder.resolve("usr/bin").resolve(name));
        return places.stream().filter(Files::isExecutable).findFirst();
    }

    private static void fetch(List<String> packages, Path folder) throws Missing {
        String names = String.join(" and ", packages);
        String byHand = "; install them (apt-get install nginx wrk) and try again";
        if (!Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            throw new Missing("no " + names + ", and no apt to get them with" + byHand);
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new Missing("no " + names + ", and only root may ask apt for them" + byHand);
        }
        Path archives = folder.resolve("archives");
        try {
            Files.createDirectories(archives.resolve("partial"));
            List<String> download =
                    new ArrayList<>(
                            List.of(
                                    "apt-get",
                                    "install",
                                    "--yes",
                                    "--no-install-recommends",
                                    "--download-only",
                                    "-o",
                                    "Dir::Cache::archives=" + archives));
            download.addAll(packages);
            if (!run(download)) {
                run(List.of("apt-get", "update"));
                if (!run(download)) {
                    throw new Missing("apt does not give " + names + byHand);
                }
            }
            try (DirectoryStream<Path> all = Files.newDirectoryStream(archives, "*.deb")) {
                for (Path archive : all) {
                    run(List.of("dpkg-deb", "-x", archive.toString(), folder.toString()));
                }
            }
        } catch (IOException e) {
            throw new Missing("cannot unpack " + names + ": " + e.getMessage() + byHand);
        }
    }

    private static boolean run(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(Map.of("DEBIAN_FRONTEND", "noninteractive"));
        Process process = builder.start();
        try {
            if (process.waitFor(FETCH_MINUTES, TimeUnit.MINUTES)) {
                return process.exitValue() == 0;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroy();
        return false;
    }

    private static String triplet() {
        return System.getProperty("os.arch").equals("aarch64")
                ? "aarch64-linux-gnu"
                : "x86_64-linux-gnu";
    }
}
