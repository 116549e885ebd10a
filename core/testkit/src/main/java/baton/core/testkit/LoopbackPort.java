package baton.core.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port of the loopback address, for a server that has to be told its port: nobody else gets it until this is closed, or
 * the process ends.
 *
 * <p>A port that was free a moment ago may be another's by the time a server binds it. This one lies {@linkplain PortRange
 * beside} those that the system hands out by itself, and is claimed, across processes, by whoever holds the UDP port of the
 * same number. Its number and address stay known when it is given up.
 */
public final class LoopbackPort implements AutoCloseable {
    private static final PortRange RANGE = PortRange.ofThisSystem();
    private static final int ATTEMPTS_MAX = 1_000;

    private final InetSocketAddress address;
    private final DatagramSocket claim;

    private LoopbackPort(InetSocketAddress address, DatagramSocket claim) {
        this.address = address;
        this.claim = claim;
    }

    /** Claims a port on which nobody listens. */
    public static LoopbackPort claim() {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            Optional<LoopbackPort> claimed = claim(ThreadLocalRandom.current().nextInt(RANGE.first(), RANGE.end()));
            if (claimed.isPresent()) {
                return claimed.get();
            }
        }
        throw new IllegalStateException("no port from " + RANGE.first() + " to " + (RANGE.end() - 1) + " is free");
    }

    /** Claims that very port, if it is nobody's. */
    static Optional<LoopbackPort> claim(int number) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), number);
        try {
            DatagramSocket claim = new DatagramSocket(address);
            try {
                new ServerSocket(number, 1, address.getAddress()).close();
                return Optional.of(new LoopbackPort(address, claim));
            } catch (IOException taken) {
                claim.close();
                return Optional.empty();
            }
        } catch (IOException claimed) {
            return Optional.empty();
        }
    }

    public int number() {
        return address.getPort();
    }

    /** The loopback address with this port. */
    public InetSocketAddress address() {
        return address;
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return address.getAddress().getHostAddress() + ":" + number();
    }

    /** Gives the port up: whoever listens on it should have ended before. */
    @Override
    public void close() {
        claim.close();
    }
}
