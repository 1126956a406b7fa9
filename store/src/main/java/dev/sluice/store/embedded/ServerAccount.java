package dev.sluice.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The account the database server runs under, and the command prefix that switches to it.
///
/// PostgreSQL refuses to run as root. As root we use [#OWN_ID], which no package hands out and
/// which needs no entry in `/etc/passwd`; a cluster that belongs to another account keeps it.
/// Not as root the server is simply ours.
///
/// @param id uid and gid when we are root, else null: the same account as this process
/// @param prefix goes before the command of every PostgreSQL program
/// @param diesWithUs the kernel interrupts the server when the thread that started it ends
record ServerAccount(@Nullable Id id, List<String> prefix, boolean diesWithUs) {

    /// Above the ranges of Debian, Red Hat and systemd for packages, people and dynamic users
    /// (0–60000 with gaps from 30000 up, 61184–65519); 65534 is `nobody`, which others share.
    static final int OWN_ID = 47_115;

    private static final int SEARCH_BY_OTHERS = 0001;
    private static final int SEARCH_BY_GROUP = 0010;
    private static final int SEARCH_BY_OWNER = 0100;

    record Id(int uid, int gid) {}

    /// Finds the programs this machine has.
    interface Programs {
        Optional<Path> find(String program);

        static Optional<Path> onPath(String program) {
            String path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/bin:/usr/sbin";
            for (String folder : path.split(":", -1)) {
                Path candidate = Path.of(folder, program);
                if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                    return Optional.of(candidate);
                }
            }
            return Optional.empty();
        }
    }

    /// Finds how to run the server on this machine.
    ///
    /// @param cluster the directory of the cluster, which may not exist yet
    static ServerAccount choose(boolean root, Path cluster, Programs programs) throws IOException {
        // a session of its own, or Ctrl-C in the terminal would stop the database at once
        String setsid = require(programs, "setsid", "setsid (package util-linux)");
        Optional<Path> setpriv = programs.find("setpriv");
        if (!root) {
            return new ServerAccount(
                    null,
                    setpriv.map(program -> List.of(setsid, program + "", "--pdeathsig=INT"))
                            .orElse(List.of(setsid)),
                    setpriv.isPresent());
        }
        if (setpriv.isPresent()) {
            Id id = ownerOf(cluster).orElse(new Id(OWN_ID, OWN_ID));
            return switched(List.of(setsid, setpriv.get().toString()), id);
        }
        String runuser = require(programs, "runuser", "setpriv or runuser (package util-linux)");
        for (String name : List.of("sluice", "postgres", "nobody")) {
            Optional<Id> id = Accounts.named(name);
            if (id.isPresent()) {
                List<String> prefix = List.of(setsid, runuser, "-u", name, "--");
                return new ServerAccount(id.get(), prefix, false);
            }
        }
        throw missing("setpriv (package util-linux)");
    }

    /// The account for `initdb`, which refuses an account that `/etc/passwd` does not name. The
    /// server itself does not mind, so what was initialised is given to the real account at once.
    ServerAccount forInitialising() throws IOException {
        if (id == null || !diesWithUs || Accounts.isNamed(id.uid())) {
            return this;
        }
        Id other = Accounts.anyUnprivileged().orElseThrow(() -> missing("an account `nobody`"));
        return switched(prefix.subList(0, 2), other);
    }

    private static ServerAccount switched(List<String> programs, Id id) {
        List<String> prefix = new ArrayList<>(programs);
        prefix.addAll(List.of("--reuid=" + id.uid(), "--regid=" + id.gid()));
        prefix.addAll(List.of("--clear-groups", "--pdeathsig=INT"));
        return new ServerAccount(id, List.copyOf(prefix), true);
    }

    private static String require(Programs programs, String program, String what) {
        return programs.find(program).orElseThrow(() -> missing(what)).toString();
    }

    /// Checks that the account may pass through every directory above `directory`.
    ///
    /// @throws IllegalStateException names the directory to change
    void requireSearchable(Path directory) throws IOException {
        if (id == null) {
            return;
        }
        for (Path at = directory.toRealPath(); at != null; at = at.getParent()) {
            Map<String, Object> found = Files.readAttributes(at, "unix:uid,gid,mode");
            int mode = number(found, "mode");
            int needed =
                    number(found, "uid") == id.uid()
                            ? SEARCH_BY_OWNER
                            : number(found, "gid") == id.gid() ? SEARCH_BY_GROUP : SEARCH_BY_OTHERS;
            if ((mode & needed) == 0) {
                throw new IllegalStateException(
                        ("The embedded database runs under uid %d when Sluice is root, and that"
                                        + " account cannot pass through %s (mode %04o). Run"
                                        + " `chmod o+x %s`, or set SLUICE_DATA_DIR to a directory"
                                        + " whose parents everybody may search, or set"
                                        + " SLUICE_DATABASE_URL.")
                                .formatted(id.uid(), at, mode & 07777, at));
            }
        }
    }

    /// Gives a directory and all that is in it to the account.
    void giveTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.toList()) {
                give(path);
            }
        }
    }

    /// Gives a file or directory to the account.
    void give(Path path) throws IOException {
        if (id != null) {
            Files.setAttribute(path, "unix:uid", id.uid(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", id.gid(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    List<String> command(List<String> program) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(program);
        return command;
    }

    static boolean isRoot() {
        try {
            return number(Files.readAttributes(Path.of("/proc/self"), "unix:uid"), "uid") == 0;
        } catch (IOException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private static Optional<Id> ownerOf(Path cluster) throws IOException {
        if (!Files.isDirectory(cluster)) {
            return Optional.empty();
        }
        Map<String, Object> found = Files.readAttributes(cluster, "unix:uid,gid");
        Id owner = new Id(number(found, "uid"), number(found, "gid"));
        return owner.uid() == 0 ? Optional.empty() : Optional.of(owner);
    }

    private static int number(Map<String, Object> attributes, String name) {
        return ((Number) attributes.getOrDefault(name, 0)).intValue();
    }

    private static IllegalStateException missing(String what) {
        return new IllegalStateException(
                ("The embedded database needs %s, which this machine lacks."
                                + " Install it, or set SLUICE_DATABASE_URL.")
                        .formatted(what));
    }
}
