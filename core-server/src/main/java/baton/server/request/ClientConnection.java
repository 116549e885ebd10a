package baton.server.request;

import baton.server.auth.Identity;
import baton.server.watch.Watcher;
import java.util.List;

/** A client's connection, as far as requests are concerned. Told apart by identity; callable from any thread. */
public interface ClientConnection extends Watcher {
    /** Returns who the client is by now: an immutable list that only grows. */
    List<Identity> identities();
}
