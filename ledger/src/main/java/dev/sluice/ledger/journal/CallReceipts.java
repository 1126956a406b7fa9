package dev.sluice.ledger.journal;

import dev.sluice.domain.CrashPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Hears what became of the records of one call, and so knows when its provider may be asked, and
/// when its client may get the first byte and the last one.
public final class CallReceipts {

    /// Where the latest attempt stands in the journal.
    private enum Attempt {
        NONE,
        WRITING,
        ON_DISK,
        FAILED
    }

    /// Hears once whether the call's last record is in the journal.
    public interface Ending {

        /// It is, and survives the death of the process.
        void written(Place at);

        /// After [#written]: the client may get its last byte.
        void mayAnswer();

        /// After [#written], where no flush will come any more: the client may get its last byte
        /// once the books have the call.
        void mayAnswerOnceBooked();

        /// It is not: only the books can keep the call.
        void failed();
    }

    private Attempt attempt = Attempt.NONE;
    private final List<Consumer<Boolean>> waiting = new ArrayList<>(1);

    /// For the record of an attempt, before it is appended.
    ///
    /// @param written hears whether the provider may be asked
    public Receipt ofAttempt(Consumer<Boolean> written) {
        synchronized (this) {
            attempt = Attempt.WRITING;
        }
        return new Receipt() {
            private boolean told;

            @Override
            public void written(Place at) {
                CrashPoint.ATTEMPT_AFTER_JOURNAL.reached();
                told = true;
                written.accept(true);
            }

            @Override
            public void flushed() {
                attemptOnDisk(true);
            }

            @Override
            public void failed(String reason) {
                attemptOnDisk(false);
                if (!told) {
                    written.accept(false);
                }
            }
        };
    }

    /// For the record that the client is about to get its first byte.
    ///
    /// @param answer hears whether it may
    public Receipt ofRelay(Consumer<Boolean> answer) {
        return new Receipt() {
            private boolean written;

            @Override
            public void written(Place at) {
                written = true;
                whenAttemptOnDisk(answer);
            }

            @Override
            public void failed(String reason) {
                if (!written) {
                    answer.accept(false);
                }
            }
        };
    }

    /// For the record of the call as it ended.
    public Receipt ofEnd(Ending ending) {
        return new Receipt() {
            private boolean written;

            @Override
            public void written(Place at) {
                written = true;
                ending.written(at);
                whenAttemptOnDisk(flushed -> answer(ending, flushed));
            }

            @Override
            public void failed(String reason) {
                if (!written) {
                    ending.failed();
                }
            }
        };
    }

    private static void answer(Ending ending, boolean flushed) {
        if (flushed) {
            ending.mayAnswer();
        } else {
            ending.mayAnswerOnceBooked();
        }
    }

    private void attemptOnDisk(boolean flushed) {
        List<Consumer<Boolean>> hear;
        synchronized (this) {
            attempt = flushed ? Attempt.ON_DISK : Attempt.FAILED;
            hear = List.copyOf(waiting);
            waiting.clear();
        }
        hear.forEach(consumer -> consumer.accept(flushed));
    }

    /// Runs `hear` once the attempt is on disk, with true, or will never be, with false.
    private void whenAttemptOnDisk(Consumer<Boolean> hear) {
        boolean flushed;
        synchronized (this) {
            if (attempt == Attempt.WRITING) {
                waiting.add(hear);
                return;
            }
            flushed = attempt != Attempt.FAILED;
        }
        hear.accept(flushed);
    }
}
