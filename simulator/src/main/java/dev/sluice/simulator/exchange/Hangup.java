package dev.sluice.simulator.exchange;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/// Ends a connection without ending the answer on it.
public final class Hangup {

    private Hangup() {}

    /// Ends it without a word.
    ///
    /// @param how `fin`, or `rst`
    public static void how(String how, HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            Future<Void> unused = request.response().reset();
        } else if (how.equals("rst")) {
            rst(request);
        } else {
            fin(request);
        }
    }

    static void fin(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            Future<Void> unused = request.connection().close();
        }
    }

    /// Lingering for zero seconds makes the kernel answer with a reset. Only the channel can be
    /// told so for one connection, and Vert.x keeps the channel in its internal class.
    private static void rst(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection) {
            connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ChannelFuture unused = connection.channel().close();
        } else {
            fin(request);
        }
    }
}
