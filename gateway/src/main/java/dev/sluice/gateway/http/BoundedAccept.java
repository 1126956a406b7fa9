package dev.sluice.gateway.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A transport whose servers accept so many connections at a time and close further ones at once.
///
/// Connections are accepted by a thread of their own, which does not wait for event loops that are
/// behind; those that wait there for their turn have a place in memory all the same. So they are
/// counted before anything is made of them.
public final class BoundedAccept implements Transport {

    private final Transport transport;
    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    /// @param most connections of all servers together
    public BoundedAccept(int most) {
        Transport ofSystem = Transport.nativeTransport();
        this.transport = ofSystem != null && ofSystem.available() ? ofSystem : Transport.NIO;
        this.most = most;
    }

    @Override
    public String name() {
        return transport.name();
    }

    @Override
    public boolean available() {
        return transport.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return transport.unavailabilityCause();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return new Bounded(transport.implementation());
    }

    /// Sees a connection on the thread that accepted it.
    @ChannelHandler.Sharable
    private final class Door extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext server, Object message) {
            Channel connection = (Channel) message;
            if (open.incrementAndGet() > most) {
                open.decrementAndGet();
                connection.unsafe().closeForcibly();
                return;
            }
            connection.closeFuture().addListener(_ -> open.decrementAndGet());
            server.fireChannelRead(connection);
        }
    }

    private final class Bounded implements io.vertx.core.spi.transport.Transport {
        private final io.vertx.core.spi.transport.Transport all;

        Bounded(io.vertx.core.spi.transport.Transport all) {
            this.all = all;
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
            all.configure(config, domainSocket, bootstrap);
            bootstrap.handler(new Door());
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
            all.configure(config, domainSocket, bootstrap);
        }

        @Override
        public void configure(DatagramChannel channel, DatagramSocketOptions options) {
            all.configure(channel, options);
        }

        @Override
        public boolean supportsDomainSockets() {
            return all.supportsDomainSockets();
        }

        @Override
        public boolean supportFileRegion() {
            return all.supportFileRegion();
        }

        @Override
        public boolean isAvailable() {
            return all.isAvailable();
        }

        @Override
        public @Nullable Throwable unavailabilityCause() {
            return all.unavailabilityCause();
        }

        @Override
        public java.net.SocketAddress convert(SocketAddress address) {
            return all.convert(address);
        }

        @Override
        public SocketAddress convert(java.net.SocketAddress address) {
            return all.convert(address);
        }

        @Override
        public IoHandlerFactory ioHandlerFactory() {
            return all.ioHandlerFactory();
        }

        @Override
        public EventLoopGroup eventLoopGroup(
                int type, int threads, ThreadFactory factory, int ioRatio) {
            return all.eventLoopGroup(type, threads, factory, ioRatio);
        }

        @Override
        @SuppressWarnings("deprecation") // as the interface has it
        public DatagramChannel datagramChannel(@Nullable InternetProtocolFamily family) {
            return all.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
            return all.datagramChannelFactory();
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return all.channelFactory(domainSocket);
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return all.serverChannelFactory(domainSocket);
        }
    }
}
