package baton.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many descriptors of the process connections of clients may have. The system gives the lowest that is free, so whose number
 * is too high came when too many were open, whatever for. Sockets of the JDK do not tell theirs: these are counted, beside those that
 * others had at first. Thread-safe.
 */
final class ClientDescriptors {
    private final int end;
    private final int ofOthers;
    private final AtomicInteger counted = new AtomicInteger();

    /**
     * @param end the number from which on descriptors are not for clients
     * @param ofOthers how many are open before any client comes; where their numbers are told it does not matter
     */
    ClientDescriptors(int end, int ofOthers) {
        this.end = end;
        this.ofOthers = ofOthers;
    }

    /** Says whether the connection may stay. */
    boolean hasRoomFor(Channel accepted) {
        if (accepted instanceof UnixChannel unix) {
            return unix.fd().intValue() < end;
        }
        if (counted.incrementAndGet() > end - ofOthers) {
            counted.decrementAndGet();
            return false;
        }
        accepted.closeFuture().addListener(closed -> counted.decrementAndGet());
        return true;
    }
}
