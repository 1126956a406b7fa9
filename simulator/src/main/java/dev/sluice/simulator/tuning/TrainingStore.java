package dev.sluice.simulator.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files and jobs of all accounts. Safe from any thread.
public final class TrainingStore {

    private static final int MOST_JOBS = 1_000;
    private static final int MOST_FILES = 32;

    private final Map<String, byte[]> files = limited(MOST_FILES);
    private final Map<String, TrainingJob> jobs = limited(MOST_JOBS);
    private long begun;

    /// The oldest goes first.
    private static <T> Map<String, T> limited(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > most;
            }
        };
    }

    /// A number nothing else has.
    synchronized long next() {
        return ++begun;
    }

    synchronized void put(String account, String file, byte[] content) {
        files.put(account + '\n' + file, content);
    }

    synchronized Optional<byte[]> file(String account, String file) {
        return Optional.ofNullable(files.get(account + '\n' + file));
    }

    synchronized void put(String account, TrainingJob job) {
        jobs.put(account + '\n' + job.id, job);
    }

    synchronized Optional<TrainingJob> find(String account, String id) {
        return Optional.ofNullable(jobs.get(account + '\n' + id));
    }

    /// Newest first.
    synchronized List<TrainingJob> all(String account) {
        List<TrainingJob> all = new ArrayList<>();
        jobs.forEach((key, job) -> {
            if (key.startsWith(account + '\n')) {
                all.addFirst(job);
            }
        });
        return all;
    }
}
