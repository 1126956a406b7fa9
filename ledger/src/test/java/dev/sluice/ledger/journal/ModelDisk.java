package dev.sluice.ledger.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A disk in memory that knows what is on its medium, what a loss of power would take, and fails
/// where a test says so.
final class ModelDisk implements Disk {

    /// Runs in the place of a force, before it takes effect.
    interface Forcing {
        void run() throws IOException;
    }

    private static final class Content {
        final byte[] written;
        byte[] onMedium;
        int end;

        Content(long bytes) {
            written = new byte[Math.toIntExact(bytes)];
            onMedium = new byte[Math.toIntExact(bytes)];
        }
    }

    private final Map<String, Content> files = new TreeMap<>();
    private volatile @Nullable Forcing forcing;
    private volatile boolean failsWrites;
    private long room = Long.MAX_VALUE;
    private int forces;

    /// How many bytes may be allocated from now on.
    synchronized void room(long bytes) {
        room = bytes;
    }

    void failWrites() {
        failsWrites = true;
    }

    /// What happens from now on when a segment is forced.
    void onForce(@Nullable Forcing what) {
        forcing = what;
    }

    synchronized int forces() {
        return forces;
    }

    /// Only what was forced, as after a loss of power.
    synchronized ModelDisk afterPowerLoss() {
        ModelDisk left = new ModelDisk();
        files.forEach((name, file) -> left.put(name, file.onMedium));
        return left;
    }

    /// All that was written, as after the death of the process.
    synchronized ModelDisk afterKill() {
        ModelDisk left = new ModelDisk();
        files.forEach((name, file) -> left.put(name, file.written));
        return left;
    }

    /// One that differs in one file.
    synchronized ModelDisk with(String name, byte[] content) {
        ModelDisk changed = afterKill();
        changed.put(name, content);
        return changed;
    }

    private void put(String name, byte[] content) {
        Content file = new Content(content.length);
        System.arraycopy(content, 0, file.written, 0, content.length);
        file.onMedium = content.clone();
        files.put(name, file);
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
        Content file = new Content(bytes);
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
            public void read(long at, ByteBuffer into) {
                synchronized (ModelDisk.this) {
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
            byte[] seen;
            synchronized (ModelDisk.this) {
                forces++;
                seen = Arrays.copyOf(file.written, file.written.length);
            }
            Forcing what = forcing;
            if (what != null) {
                what.run();
            }
            if (closed) {
                throw new IOException("forced after it was closed");
            }
            synchronized (ModelDisk.this) {
                file.onMedium = seen;
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
