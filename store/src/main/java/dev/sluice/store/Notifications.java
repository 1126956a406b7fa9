package dev.sluice.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection on which a process hears what others announce (LISTEN). What is announced while
/// it is broken is lost: everybody is woken when it is back, and who must know for certain asks by
/// himself from time to time. So its loss costs time and nothing else.
public final class Notifications implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /// A connection that nobody uses may be dead without a sign of it.
    private static final Duration CHECK_EVERY = Duration.ofSeconds(10);

    private static final int CHECK_SECONDS = 5;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Database database;
    private final Map<String, Runnable> woken;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("notifications").unstarted(this::follow);
    private volatile @Nullable Connection connection;

    private Notifications(Database database, Map<String, Runnable> woken) {
        this.database = database;
        this.woken = Map.copyOf(woken);
    }

    /// Listens from now on, also when the database cannot be reached yet.
    ///
    /// @param woken by channel, what runs after an announcement; must neither block nor throw
    public static Notifications start(Database database, Map<String, Runnable> woken) {
        Notifications notifications = new Notifications(database, woken);
        notifications.thread.start();
        return notifications;
    }

    private void follow() {
        Duration pause = FIRST_PAUSE;
        while (closing.getCount() > 0) {
            try (Connection fresh = database.connect()) {
                connection = fresh;
                for (String channel : woken.keySet()) {
                    Sql.on(fresh).execute("LISTEN " + channel);
                }
                woken.values().forEach(Runnable::run);
                pause = FIRST_PAUSE;
                while (closing.getCount() > 0) {
                    hear(fresh);
                }
            } catch (SQLException | RuntimeException e) {
                if (closing.getCount() == 0) {
                    return;
                }
                LOG.debug("Not listening for the moment: {}", e.toString());
            }
            if (isClosedWithin(pause)) {
                return;
            }
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
    }

    private void hear(Connection from) throws SQLException {
        PGNotification[] heard =
                from.unwrap(PGConnection.class).getNotifications((int) CHECK_EVERY.toMillis());
        if (heard == null || heard.length == 0) {
            if (!from.isValid(CHECK_SECONDS)) {
                throw new SQLException("the connection is dead");
            }
            return;
        }
        for (PGNotification each : heard) {
            Runnable wake = woken.get(each.getName());
            if (wake != null) {
                wake.run();
            }
        }
    }

    private boolean isClosedWithin(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Connection listening = connection;
        if (listening != null) {
            try {
                listening.abort(Runnable::run);
            } catch (SQLException _) {
                // it was gone already
            }
        }
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
