package dev.sluice.simulator.script;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// The queue of scripts. A call takes the directives of every standing script that matches and of
/// the first counted one that matches; the counted one wins. Safe from any thread.
public final class Scripts {

    /// More scripts than this are refused: a test that forgets to clear them should notice.
    public static final int LIMIT = 10_000;

    private final List<Entry> entries = new ArrayList<>();

    private static final class Entry {
        private final Script script;
        private long toSkip;
        private long left;

        Entry(Script script) {
            this.script = script;
            this.toSkip = script.skip();
            this.left = script.calls();
        }
    }

    public synchronized void add(Script script) {
        if (entries.size() >= LIMIT) {
            throw new IllegalStateException("more than " + LIMIT + " scripts; clear them first");
        }
        entries.add(new Entry(script));
    }

    public synchronized void clear() {
        entries.clear();
    }

    /// What is still to come, in order; `calls` as left.
    public synchronized List<Script> pending() {
        return entries.stream()
                .map(entry ->
                        new Script(
                                entry.script.directives(),
                                entry.toSkip,
                                entry.left,
                                entry.script.account(),
                                entry.script.path(),
                                entry.script.model()))
                .toList();
    }

    /// The directives for this call; uses up one call of a counted script.
    public synchronized Directives take(String account, String path, String model) {
        Directives standing = Directives.NONE;
        Directives counted = Directives.NONE;
        boolean taken = false;
        Iterator<Entry> all = entries.iterator();
        while (all.hasNext()) {
            Entry entry = all.next();
            boolean always = entry.script.calls() == Script.ALWAYS;
            if (!entry.script.matches(account, path, model) || (taken && !always)) {
                continue;
            }
            if (entry.toSkip > 0) {
                entry.toSkip--;
            } else if (always) {
                standing = standing.plus(entry.script.directives());
            } else {
                taken = true;
                counted = entry.script.directives();
                if (--entry.left == 0) {
                    all.remove();
                }
            }
        }
        return standing.plus(counted);
    }
}
