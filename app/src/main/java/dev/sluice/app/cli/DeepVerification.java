package dev.sluice.app.cli;

import dev.sluice.checker.Checker;
import dev.sluice.checker.Report;
import dev.sluice.checker.UpstreamJournal;
import dev.sluice.store.DatabaseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// `sluice ledger verify --deep`: the independent checker on the database itself. Whatever keeps it
/// from an answer ends with [ExitCode#USAGE], so that 1 always means problems in the books.
final class DeepVerification {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 60_000;

    private DeepVerification() {}

    static int run(Invocation in) {
        Report report;
        try (Storage storage = Storage.beside(in.context());
                Checker checker = Checker.of(storage.database().connect())) {
            String journal = in.one("--simulator-journal");
            if (journal != null) {
                checker.against(journal(in, journal));
            }
            if (in.flag("--at-rest")) {
                checker.atRest();
            }
            report = checker.check();
        } catch (SQLException
                | IOException
                | IllegalStateException
                | IllegalArgumentException
                | DatabaseException e) {
            throw CliException.usage("The books could not be checked: " + e.getMessage());
        }
        ObjectNode node = report.json();
        in.show(node, List.of());
        return report.clean() ? ExitCode.OK : ExitCode.REFUSED;
    }

    private static UpstreamJournal journal(Invocation in, String place) throws IOException {
        try (InputStream bytes = open(in, place);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            return UpstreamJournal.read(lines);
        }
    }

    private static InputStream open(Invocation in, String place) throws IOException {
        if (!place.matches("https?://.*")) {
            Path file = in.context().directory().resolve(place);
            return Files.newInputStream(file);
        }
        try {
            URLConnection connection = new URI(place).toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            return connection.getInputStream();
        } catch (URISyntaxException e) {
            throw new IOException(place + " is no URL", e);
        }
    }
}
