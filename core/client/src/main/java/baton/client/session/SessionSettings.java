package baton.client.session;

import baton.protocol.Request;
import java.util.List;
import java.util.Optional;

/**
 * What one session is opened with.
 *
 * @param servers all servers of the store, in any order
 * @param timeoutMillis session timeout to ask for; the store may grant another
 * @param auth identities to add to every connection, in order
 * @param confirmation what extends the local deadline
 * @param leaseFactor shortens the local deadline, above 0 and at most 1
 * @param replyBytesMax largest string or buffer in a reply that is believed
 * @param inFlightMax requests without a reply; more are refused unsent
 * @param existing the session to take over, if it exists already
 * @param quorum whether a server without one will do
 */
public record SessionSettings(
        List<ServerAddress> servers,
        int timeoutMillis,
        List<Request.Auth> auth,
        Confirmation confirmation,
        double leaseFactor,
        int replyBytesMax,
        int inFlightMax,
        Optional<Credentials> existing,
        Quorum quorum) {

    /** What counts as proof that the session lives. */
    public enum Confirmation {
        /** Any reply of the connected server. */
        ANY_REPLY,
        /** Only the reply to a quorum write that is sent every third of the timeout. */
        QUORUM_WRITE
    }

    /** Whether the server must belong to a majority that can decide on changes. */
    public enum Quorum {
        REQUIRED,
        /** If no server of the list has one, one of those that let clients read meanwhile will do. */
        PREFERRED
    }

    public SessionSettings {
        servers = List.copyOf(servers);
        auth = List.copyOf(auth);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: at least one is needed");
        }
        if (timeoutMillis < 1) {
            throw new IllegalArgumentException("timeoutMillis=" + timeoutMillis + ": must be at least 1");
        }
        if (!(leaseFactor > 0 && leaseFactor <= 1)) {
            throw new IllegalArgumentException("leaseFactor=" + leaseFactor + ": must be above 0 and at most 1");
        }
        if (inFlightMax < 1) {
            throw new IllegalArgumentException("inFlightMax=" + inFlightMax + ": must be at least 1");
        }
    }
}
