package baton.server.session;

import baton.server.auth.Identity;
import baton.server.watch.Watcher;
import java.util.List;

/**
 * A client's connection, as whoever decides knows it: it has a session and identities, and watches. The transport's own.
 *
 * <p>Told apart by identity; callable from any thread.
 */
public interface ClientConnection extends Watcher {
    /** Returns who the client is by now: an immutable list that only grows. */
    List<Identity> identities();
}
