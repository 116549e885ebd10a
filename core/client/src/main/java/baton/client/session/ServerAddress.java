package baton.client.session;

/** Where a server listens: a host name or a numeric address without brackets, and a port. */
public record ServerAddress(String host, int port) {
    public static final int PORT_DEFAULT = 2181;

    public ServerAddress {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("a server address needs a host");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " of " + host + ": must be 1 to 65535");
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
