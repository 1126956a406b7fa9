package dev.sluice.simulator.video;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The jobs of all accounts. Safe from any thread.
public final class VideoStore {

    /// Jobs kept; the oldest goes first.
    static final int LIMIT = 2_000;

    private final Map<String, VideoJob> jobs =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, VideoJob> eldest) {
                    return size() > LIMIT;
                }
            };
    private long begun;

    /// A number no other job has.
    synchronized long next() {
        return ++begun;
    }

    synchronized void put(String account, VideoJob job) {
        jobs.put(account + '\n' + job.id(), job);
    }

    synchronized Optional<VideoJob> find(String account, String id) {
        return Optional.ofNullable(jobs.get(account + '\n' + id));
    }

    /// Newest first.
    synchronized List<VideoJob> all(String account) {
        List<VideoJob> all = new ArrayList<>();
        jobs.forEach((key, job) -> {
            if (key.startsWith(account + '\n')) {
                all.addFirst(job);
            }
        });
        return all;
    }

    synchronized boolean remove(String account, String id) {
        return jobs.remove(account + '\n' + id) != null;
    }
}
