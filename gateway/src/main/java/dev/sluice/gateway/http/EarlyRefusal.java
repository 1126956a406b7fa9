package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.LoopLoad;
import dev.sluice.gateway.limits.OverloadLimits;
import dev.sluice.protocol.Dialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Turns calls away from their bytes, before anything is made of them: what a loop that is behind
/// spends on a refusal, it lacks for the calls that it took.
///
/// Only what cannot be misunderstood is answered here: a whole HTTP/1.1 request that is all there,
/// in the plainest form, on a connection that owes no answer. Everything else goes the usual way.
/// One for each event loop.
public final class EarlyRefusal {

    private final LoopLoad load;
    private final Deadlines deadlines;
    private final long answerMillis;
    private final Predicate<String> isCall;
    private final ReadyAnswers answers;
    private final Supplier<String> ids;

    /// @param isCall whether a POST to the path is a call to a model
    public EarlyRefusal(
            LoopLoad load,
            Deadlines deadlines,
            OverloadLimits limits,
            Predicate<String> isCall,
            Fault fault,
            Supplier<String> ids) {
        this.load = load;
        this.deadlines = deadlines;
        this.answerMillis = limits.overloadAnswer().toMillis();
        this.isCall = isCall;
        this.answers = new ReadyAnswers(fault);
        this.ids = ids;
    }

    /// For one connection.
    ///
    /// @param owes whether requests on it are not answered that were not turned away here
    public OnConnection on(BooleanSupplier owes) {
        return new OnConnection(owes);
    }

    /// What is turned away on one connection, one at a time.
    public final class OnConnection {
        private final BooleanSupplier owes;
        private @Nullable Runnable waiting;

        private OnConnection(BooleanSupplier owes) {
            this.owes = owes;
        }

        /// @param in begins with a request, which is taken out of it when it is turned away
        boolean turnsAway(ChannelHandlerContext ctx, ByteBuf in) {
            Runnable before = waiting;
            if (before != null) {
                // who does not wait for an answer is not made to
                before.run();
            }
            if (!load.isTooLate()) {
                return false;
            }
            // what does not fit into the channel waits above it
            boolean free = ctx.channel().isWritable() && !owes.getAsBoolean();
            PlainRequest request = free ? PlainRequest.beginning(in) : null;
            if (request == null || !isCall.test(request.path())) {
                return false;
            }
            int end = request.end();
            if (end < 0) {
                return false;
            }
            in.readerIndex(end);
            load.turnAway();
            answerLater(ctx, Dialect.ofPath(request.path()));
            return true;
        }

        private void answerLater(ChannelHandlerContext ctx, Dialect dialect) {
            Runnable say =
                    () -> {
                        waiting = null;
                        if (ctx.channel().isActive()) {
                            byte[] answer = answers.answer(dialect, ids.get());
                            var unused = ctx.writeAndFlush(Unpooled.wrappedBuffer(answer));
                        }
                    };
            Deadlines.Deadline due = deadlines.in(answerMillis, say);
            waiting =
                    () -> {
                        due.cancel();
                        say.run();
                    };
        }
    }
}
