package baton.server.transport;

import baton.server.config.LimitSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a port has on one loop: the connections that came through it, and what they share. They are linked to one another,
 * so that ten thousand idle ones are not ten thousand entries of a table as well.
 *
 * <p>Confined to the loop, except where it says otherwise.
 */
final class LoopPort {
    private final TransportLoop loop;
    private final LimitSettings limits;
    private final Complaints complaints;
    private final ConnectionCount count;
    private final CompletableFuture<Void> emptied = new CompletableFuture<>();

    private @Nullable ClientChannel newest;
    private boolean closed;

    LoopPort(TransportLoop loop, LimitSettings limits, Complaints complaints, ConnectionCount count) {
        this.loop = loop;
        this.limits = limits;
        this.complaints = complaints;
        this.count = count;
    }

    TransportLoop loop() {
        return loop;
    }

    LimitSettings limits() {
        return limits;
    }

    Complaints complaints() {
        return complaints;
    }

    /** Returns the connections of the port on all loops together. */
    ConnectionCount count() {
        return count;
    }

    /** Takes in a connection, which was counted; one that comes after the end is closed. */
    void add(ClientChannel channel) {
        ClientChannel next = newest;
        channel.older = next;
        if (next != null) {
            next.newer = channel;
        }
        newest = channel;
        if (closed) {
            channel.close();
        }
    }

    /** Forgets a connection, which is closed. */
    void remove(ClientChannel channel) {
        ClientChannel newer = channel.newer;
        ClientChannel older = channel.older;
        if (newer != null) {
            newer.older = older;
        } else if (newest == channel) {
            newest = older;
        } else {
            return;
        }
        if (older != null) {
            older.newer = newer;
        }
        channel.newer = null;
        channel.older = null;
        count.leave(channel.remote().getAddress());
        completeIfEmpty();
    }

    /** Closes all connections, and those that are still to come. Callable from any thread. Completes on the loop, when they are gone. */
    CompletableFuture<Void> close() {
        if (!loop.execute(this::closeAll)) {
            emptied.complete(null);
        }
        return emptied;
    }

    private void closeAll() {
        closed = true;
        List<ClientChannel> all = new ArrayList<>();
        for (ClientChannel each = newest; each != null; each = each.older) {
            all.add(each);
        }
        all.forEach(ClientChannel::close);
        completeIfEmpty();
    }

    private void completeIfEmpty() {
        if (closed && newest == null) {
            emptied.complete(null);
        }
    }
}
