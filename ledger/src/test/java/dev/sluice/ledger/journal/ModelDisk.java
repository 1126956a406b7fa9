package dev.sluice.ledger.journal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A disk in memory that knows what is on its medium, what a loss of power would take, and fails
/// where a test says so.
public final class ModelDisk implements Disk {

    /// What a medium writes whole or not at all.
    private static final int SECTOR = 512;

    /// Runs in the place of a force, before it takes effect.
    public interface Forcing {
        void run() throws IOException;
    }

    /// A file, written from its beginning on. All before `forced` is on the medium.
    private static final class Content {
        final byte[] written;
        int end;
        int forced;

        Content(byte[] written, int end) {
            this.written = written;
            this.end = end;
            this.forced = end;
        }

        byte[] onMedium() {
            byte[] left = new byte[written.length];
            System.arraycopy(written, 0, left, 0, forced);
            return left;
        }
    }

    private final Map<String, Content> files = new TreeMap<>();
    private volatile @Nullable Forcing forcing;
    private volatile boolean failsWrites;
    private long room = Long.MAX_VALUE;
    private int forces;

    /// How many bytes may be allocated from now on.
    public synchronized void room(long bytes) {
        room = bytes;
    }

    void failWrites() {
        failsWrites = true;
    }

    /// What happens from now on when a segment is forced.
    public void onForce(@Nullable Forcing what) {
        forcing = what;
    }

    synchronized int forces() {
        return forces;
    }

    /// Only what was forced, as after a loss of power.
    synchronized ModelDisk afterPowerLoss() {
        ModelDisk left = new ModelDisk();
        files.forEach((name, file) -> left.put(name, file.onMedium()));
        return left;
    }

    /// What was forced, and of the rest what the medium happens to have: any of its sectors, the
    /// last of them perhaps with other bytes than were written.
    public synchronized ModelDisk afterPowerLoss(Random random) {
        ModelDisk left = new ModelDisk();
        files.forEach((name, file) -> {
            byte[] bytes = file.onMedium();
            int kept = random.nextInt(101);
            int from = file.forced;
            while (from < file.end) {
                int to = Math.min(file.end, (from / SECTOR + 1) * SECTOR);
                if (random.nextInt(100) < kept) {
                    System.arraycopy(file.written, from, bytes, from, to - from);
                }
                from = to;
            }
            if (file.forced < file.end && random.nextInt(4) == 0) {
                bytes[random.nextInt(file.forced, file.end)] ^= (byte) (1 + random.nextInt(255));
            }
            left.put(name, bytes);
        });
        return left;
    }

    /// Whether a loss of power now would take anything.
    public synchronized boolean hasUnforced() {
        return files.values().stream().anyMatch(file -> file.forced < file.end);
    }

    /// All that was written, as after the death of the process.
    synchronized ModelDisk afterKill() {
        ModelDisk left = new ModelDisk();
        files.forEach((name, file) -> left.put(name, file.written.clone()));
        return left;
    }

    /// One that differs in one file.
    synchronized ModelDisk with(String name, byte[] content) {
        ModelDisk changed = afterKill();
        changed.put(name, content.clone());
        return changed;
    }

    private void put(String name, byte[] content) {
        files.put(name, new Content(content, content.length));
    }

    /// Where the next write to a file goes.
    synchronized int end(String name) {
        return file(name).end;
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized Segment create(String name, long bytes) throws IOException {
        if (bytes > room) {
            throw new IOException("No space left on device");
        }
        room -= bytes;
        if (files.containsKey(name)) {
            throw new IOException(name + " exists");
        }
        Content file = new Content(new byte[Math.toIntExact(bytes)], 0);
        files.put(name, file);
        return new ModelSegment(file);
    }

    /// The whole content.
    synchronized byte[] read(String name) {
        return file(name).written.clone();
    }

    @Override
    public synchronized Reader reader(String name) {
        Content file = file(name);
        return new Reader() {
            @Override
            public long size() {
                return file.written.length;
            }

            @Override
            public void read(long at, ByteBuffer into) throws EOFException {
                synchronized (ModelDisk.this) {
                    if (at + into.remaining() > file.written.length) {
                        throw new EOFException(name);
                    }
                    into.put(file.written, Math.toIntExact(at), into.remaining());
                }
            }

            @Override
            public void close() {}
        };
    }

    private Content file(String name) {
        Content file = files.get(name);
        if (file == null) {
            throw new AssertionError("no file " + name);
        }
        return file;
    }

    @Override
    public synchronized void rename(String from, String to) {
        Content file = file(from);
        files.remove(from);
        files.put(to, file);
    }

    @Override
    public synchronized void delete(String name) {
        file(name);
        files.remove(name);
    }

    @Override
    public void close() {}

    private final class ModelSegment implements Segment {
        private final Content file;
        private volatile boolean closed;

        ModelSegment(Content file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (failsWrites || closed) {
                throw new IOException("write failed");
            }
            synchronized (ModelDisk.this) {
                int length = bytes.remaining();
                bytes.get(file.written, file.end, length);
                file.end += length;
            }
        }

        @Override
        public void force() throws IOException {
            int seen;
            synchronized (ModelDisk.this) {
                forces++;
                seen = file.end;
            }
            Forcing what = forcing;
            if (what != null) {
                what.run();
            }
            if (closed) {
                throw new IOException("forced after it was closed");
            }
            synchronized (ModelDisk.this) {
                file.forced = Math.max(file.forced, seen);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
