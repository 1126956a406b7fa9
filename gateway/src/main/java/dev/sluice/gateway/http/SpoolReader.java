package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.spool.Spool;
import dev.sluice.gateway.spool.SpooledFile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads large forms onto the disk, as they come: no more than a few pieces of one are in memory.
/// The counterpart of [BodyReader]; lives on one event loop.
public final class SpoolReader {

    private static final Logger LOG = LoggerFactory.getLogger(SpoolReader.class);

    /// What is gathered before it is written.
    private static final int WRITE_BYTES = 256 << 10;

    private final Vertx vertx;
    private final Deadlines deadlines;
    private final Limits limits;
    private final Spool spool;

    public SpoolReader(Vertx vertx, Deadlines deadlines, Limits limits, Spool spool) {
        this.vertx = vertx;
        this.deadlines = deadlines;
        this.limits = limits;
        this.spool = spool;
    }

    /// Whether a request is a form that is large, or does not say how large it is.
    public boolean takes(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        if (type == null || !MultipartReader.isForm(type)) {
            return false;
        }
        long declared = BodyReader.declared(request);
        return declared < 0
                ? request.getHeader("transfer-encoding") != null
                : declared > spool.limits().spoolAfterBytes();
    }

    /// As [BodyReader#read]. A whole file is given back with [#release].
    public Runnable read(
            HttpServerRequest request, Consumer<SpooledFile> whole, Consumer<Fault> refused) {
        Reading reading = new Reading(request, whole, refused);
        reading.start();
        return reading::abandon;
    }

    /// To be called when a file is no longer needed. On a disk that is busy this takes a moment.
    public void release(SpooledFile file) {
        var unused =
                vertx.executeBlocking(
                        () -> {
                            file.close();
                            return true;
                        },
                        false);
    }

    private final class Reading {
        private final HttpServerRequest request;
        private final Consumer<SpooledFile> whole;
        private final Consumer<Fault> refused;
        private final SpooledFile file = spool.file();
        private Buffer gathered = Buffer.buffer();
        private long length;
        private Deadlines.@Nullable Deadline deadline;
        private boolean over;

        private Reading(
                HttpServerRequest request, Consumer<SpooledFile> whole, Consumer<Fault> refused) {
            this.request = request;
            this.whole = whole;
            this.refused = refused;
        }

        private void start() {
            if (BodyReader.declared(request) > limits.bodyBytes()) {
                refuse(BodyReader.tooLarge(limits));
                return;
            }
            Fault unexpected = BodyReader.expectation(request);
            if (unexpected != null) {
                refuse(unexpected);
                return;
            }
            deadline =
                    deadlines.in(
                            limits.bodyRead().toMillis(), () -> refuse(BodyReader.tooSlow(limits)));
            request.handler(this::piece);
            request.exceptionHandler(_ -> abandon());
            request.endHandler(_ -> {
                if (!over) {
                    write(this::end);
                }
            });
        }

        private void piece(Buffer piece) {
            if (over) {
                return;
            }
            length += piece.length();
            if (length > limits.bodyBytes()) {
                refuse(BodyReader.tooLarge(limits));
                return;
            }
            if (!file.room(piece.length())) {
                refuse(full("Too many large uploads are being served at the moment."));
                return;
            }
            gathered.appendBuffer(piece);
            if (gathered.length() >= WRITE_BYTES) {
                request.pause();
                write(request::resume);
            }
        }

        /// Nothing more comes before it is written.
        private void write(Runnable then) {
            byte[] bytes = gathered.getBytes();
            gathered = Buffer.buffer();
            vertx.executeBlocking(
                            () -> {
                                file.append(bytes);
                                return true;
                            },
                            false)
                    .onComplete(written -> {
                        if (over) {
                            return;
                        }
                        if (written.failed()) {
                            LOG.warn("an upload was not written", written.cause());
                            refuse(full("Uploads cannot be kept at the moment."));
                        } else {
                            then.run();
                        }
                    });
        }

        private static Fault full(String why) {
            return Fault.of(FaultCode.OVERLOADED, why).withRetryAfter(Duration.ofSeconds(1));
        }

        private void end() {
            finish();
            whole.accept(file);
        }

        private void abandon() {
            if (!over) {
                finish();
                release(file);
            }
        }

        private void refuse(Fault fault) {
            if (!over) {
                finish();
                release(file);
                request.resume();
                refused.accept(fault);
            }
        }

        private void finish() {
            over = true;
            gathered = Buffer.buffer();
            if (deadline != null) {
                deadline.cancel();
            }
        }
    }
}
