package baton.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where clients connect.
 *
 * @param host name or address to bind; empty for all interfaces. IPv6 addresses stand without brackets
 * @param port 0 to 65535; 0 lets the system pick one
 */
public record ListenAddress(String host, int port) {
    /** What a server without a configuration listens on. */
    public static final ListenAddress DEFAULT = new ListenAddress("127.0.0.1", 2181);

    /** Loopback, on a port the system picks. */
    public static final ListenAddress EPHEMERAL = new ListenAddress("127.0.0.1", 0);

    private static final int PORT_MAX = 65535;

    public ListenAddress {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and " + PORT_MAX);
        }
    }

    /**
     * Parses {@code HOST:PORT}, {@code [IPV6]:PORT}, {@code :PORT} or {@code PORT}; without a host, loopback.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    public static ListenAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon <= 0 ? DEFAULT.host : unbracketed(text.substring(0, colon));
        String port = text.substring(colon + 1);
        try {
            return new ListenAddress(host, Integer.parseInt(port));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT", e);
        }
    }

    private static String unbracketed(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return bracketed ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * Looks the host up.
     *
     * @throws UnknownHostException if it has no address
     */
    public InetSocketAddress resolve() throws UnknownHostException {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /** Says whether only this machine can connect, as far as the name tells. */
    public boolean isLoopback() {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    /** Returns the same host with another port. */
    public ListenAddress withPort(int other) {
        return new ListenAddress(host, other);
    }

    /** Shows host and port as one writes them in a connect string. */
    @Override
    public String toString() {
        String shown = host.isEmpty() ? "0.0.0.0" : host;
        return (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + port;
    }
}
