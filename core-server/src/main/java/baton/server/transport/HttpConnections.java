package baton.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The connections of an HTTP port, so many at most. One more takes the place of that which waits longest for a request to be
 * whole: whoever opens many and says nothing, or says it slowly, keeps nobody else out. Large pages that are not taken yet
 * have a limit together, however many ask for them and read slowly. For the port's loop alone.
 */
final class HttpConnections {
    /** Of all large pages that are being sent; a larger one is sent if it is the only one. */
    static final long UNTAKEN_BYTES_MAX = 64L << 20;

    /** Pages up to that, such as those of probes, are sent whatever others have not taken: places are few. */
    static final int SMALL_BYTES_MAX = 64 << 10;

    private final int max;
    private final ChannelGroup open;
    private final Set<Channel> waiting = new LinkedHashSet<>();
    private long untakenBytes;

    /** @param open to hold those that are admitted, until they are closed */
    HttpConnections(int max, ChannelGroup open) {
        this.max = max;
        this.open = open;
    }

    /** Says whether there is a place for a connection, and gives it one. */
    boolean admit(Channel accepted) {
        if (open.size() >= max && !closeLongestWaiting()) {
            return false;
        }
        open.add(accepted);
        waiting.add(accepted);
        accepted.closeFuture().addListener(closed -> waiting.remove(accepted));
        return true;
    }

    /** Says whether all that was asked on the connection is answered. */
    boolean isWaiting(Channel connection) {
        return waiting.contains(connection);
    }

    /** A request is there: the connection keeps its place until it is answered. */
    void asked(Channel connection) {
        waiting.remove(connection);
    }

    void answered(Channel connection) {
        if (connection.isOpen()) {
            waiting.add(connection);
        }
    }

    /** Says whether a page may be kept until it is taken, which {@link #taken} then has to tell. */
    boolean keep(int bytes) {
        if (bytes > SMALL_BYTES_MAX && untakenBytes > 0 && untakenBytes + bytes > UNTAKEN_BYTES_MAX) {
            return false;
        }
        untakenBytes += counted(bytes);
        return true;
    }

    /** A page was sent, or will never be. */
    void taken(int bytes) {
        untakenBytes -= counted(bytes);
    }

    private static int counted(int bytes) {
        return bytes > SMALL_BYTES_MAX ? bytes : 0;
    }

    private boolean closeLongestWaiting() {
        Iterator<Channel> longest = waiting.iterator();
        if (!longest.hasNext()) {
            return false;
        }
        Channel connection = longest.next();
        longest.remove();
        connection.close();
        return true;
    }
}
