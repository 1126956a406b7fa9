package dev.sluice.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What `/etc/passwd` says (five fields and more, separated by colons: name, password, uid, gid).
final class Accounts {

    private static final Path FILE = Path.of("/etc/passwd");

    private Accounts() {}

    static Optional<ServerAccount.Id> named(String name) throws IOException {
        return lines().stream()
                .filter(fields -> fields.getFirst().equals(name))
                .map(Accounts::id)
                .findFirst();
    }

    static boolean isNamed(int uid) throws IOException {
        return lines().stream().anyMatch(fields -> id(fields).uid() == uid);
    }

    static Optional<ServerAccount.Id> anyUnprivileged() throws IOException {
        Optional<ServerAccount.Id> nobody = named("nobody");
        return nobody.isPresent()
                ? nobody
                : lines().stream().map(Accounts::id).filter(id -> id.uid() != 0).findFirst();
    }

    private static List<List<String>> lines() throws IOException {
        if (!Files.exists(FILE)) {
            return List.of();
        }
        return Files.readAllLines(FILE).stream()
                .map(line -> List.of(line.split(":", -1)))
                .filter(fields -> fields.size() > 3 && fields.get(2).matches("[0-9]{1,9}"))
                .toList();
    }

    private static ServerAccount.Id id(List<String> fields) {
        return new ServerAccount.Id(
                Integer.parseInt(fields.get(2)), Integer.parseInt(fields.get(3)));
    }
}
