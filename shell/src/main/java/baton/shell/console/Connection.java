package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a shell is connected to, and as whom: one session at a time, and beside it the store as recipes see it, once
 * that is asked for. Used by the main thread alone, but for what a prompt shows.
 */
final class Connection {
    private final Znodes.Opener opener;
    private final ShellEvents events;
    private final Target home;
    // Writer of both: the main thread.
    private volatile Target target;
    private volatile @Nullable Znodes znodes;
    private @Nullable Store store;

    /** Prepares a connection; {@link #begin} makes it. */
    Connection(Znodes.Opener opener, Target home, ShellEvents events) {
        this.opener = opener;
        this.events = events;
        this.home = home;
        this.target = home;
    }

    String servers() {
        return target.servers();
    }

    /** Begins a session with the servers, at the end of the one there may be: as at home, or elsewhere as nobody. */
    void begin(String servers) {
        begin(servers.equals(home.servers()) ? home : target.elsewhere(servers));
    }

    private Znodes begin(Target where) {
        end();
        target = where;
        Znodes begun = opener.open(where, events);
        znodes = begun;
        return begun;
    }

    /** @throws NotConnectedException if there is no session, live or expired */
    Znodes requireOpen() {
        Znodes current = znodes;
        if (current == null) {
            throw new NotConnectedException("Not connected");
        }
        return current;
    }

    /** Returns the session; a new one, if there was one that has expired. */
    Znodes session() {
        Znodes current = requireOpen();
        if (!current.hasExpired()) {
            return current;
        }
        events.noted("the session has expired, and with it its watches and ephemerals: beginning a new one");
        return begin(target);
    }

    /** Opens one more session, for its caller to end: here with the same identities, elsewhere with none. */
    Znodes openAlso(String servers, ShellEvents listening) {
        return opener.open(servers.equals(target.servers()) ? target : target.elsewhere(servers), listening);
    }

    /** Returns the store as recipes see it, opened at its first use. */
    Store store() throws InterruptedException {
        Store open = store;
        if (open == null) {
            open = session().openStore(target);
            store = open;
        }
        return open;
    }

    /** Asks for what is nice to know; empty if that takes more than a moment. */
    Optional<Response> glimpse(Request request) {
        Znodes current = znodes;
        try {
            return current == null ? Optional.empty() : current.glimpse(request);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Proves an identity to the server, for this session and for the store. */
    void identify(String scheme, Bytes proof) throws InterruptedException {
        Request.Auth identity = new Request.Auth(0, scheme, proof);
        session().ask(Znodes.Scope.CHROOT, scheme, identity);
        target = target.with(identity);
        closeStore();
    }

    /** Begins a new session, one that logs in: who has connected already cannot do so any more. */
    void logIn(Bytes proof) throws InterruptedException {
        Target known = target.with(new Request.Auth(0, Target.SASL, proof));
        // Refused now, not at each connection from now on.
        known.login();
        begin(known).ask(Znodes.Scope.CHROOT, "/", Request.WhoAmI.INSTANCE);
    }

    /** Ends the session, if there is one. */
    void end() {
        closeStore();
        Znodes current = znodes;
        if (current != null) {
            znodes = null;
            current.close();
        }
    }

    private void closeStore() {
        Store open = store;
        if (open != null) {
            store = null;
            open.close();
        }
    }

    /** Returns whether commands would get where they go to, in the words of Apache's shell. */
    String state() {
        Znodes current = znodes;
        return current == null ? "CLOSED" : current.state();
    }

    /** Returns the session as people name it; empty until there is one. */
    Optional<String> sessionName() {
        Znodes current = znodes;
        return current == null ? Optional.empty() : current.session();
    }
}
