package dev.sluice.gateway;

/// Says that an address cannot be listened on.
public final class CannotListenException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final int port;

    CannotListenException(String host, int port, Throwable cause) {
        super("%s port %d: %s".formatted(host, port, cause.getMessage()), cause);
        this.port = port;
    }

    public int port() {
        return port;
    }

    /// Whether another program listens there.
    public boolean isTaken() {
        return String.valueOf(getMessage()).contains("Address already in use");
    }
}
