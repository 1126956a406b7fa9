package dev.sluice.control.snapshot;

import dev.sluice.control.config.VersionStore;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;

/// One connection that hears of new configuration versions.
final class NotificationStore implements AutoCloseable {

    private final Connection connection;

    private NotificationStore(Connection connection) {
        this.connection = connection;
    }

    static NotificationStore listen(Database database) throws SQLException {
        Connection connection = database.connect();
        Sql.on(connection).execute("LISTEN " + VersionStore.CHANNEL);
        return new NotificationStore(connection);
    }

    /// Returns when something was announced or the time is over.
    void await(Duration most) throws SQLException {
        connection.unwrap(PGConnection.class).getNotifications((int) most.toMillis());
    }

    /// Ends a wait of another thread; the connection is of no use afterwards.
    void interrupt() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException _) {
            // it was gone already
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
