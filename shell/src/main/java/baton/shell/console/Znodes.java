package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import java.util.Optional;

/** One session with a server, as the commands see it: a question at a time, answered or refused. */
interface Znodes extends AutoCloseable {
    /** Opens sessions. What happens to nodes and connection is told to the events, on a thread of the session's. */
    interface Opener {
        /** Begins to connect and does not wait. */
        Znodes open(Target target, ShellEvents events);
    }

    /** Whose paths a request means. */
    enum Scope {
        /** This session's, below its chroot. */
        CHROOT,
        /** The server's, for what belongs to the server as a whole. */
        SERVER
    }

    /**
     * Sends the request and waits for the answer; over a lost connection, until it is clear what became of it.
     *
     * @param path what it is about, for those who hear of a failure
     * @throws RefusedException if the server refused it, or nobody can tell what became of it
     * @throws NotConnectedException if there is no server to ask
     */
    Response ask(Scope scope, String path, Request request) throws InterruptedException;

    /** Waits a moment for the first connection: whoever is asked for a command wants to know whether there is one. */
    void awaitBriefly() throws InterruptedException;

    /** Asks for what is nice to know: returns nothing if it is not there, or not known in a moment. */
    Optional<Response> glimpse(Request request) throws InterruptedException;

    /** Returns the path of the server that is this session's root; empty if it is the server's. */
    String chroot();

    /** Opens the same store for recipes, on connections of its own. */
    Store openStore(Target target) throws InterruptedException;

    /** Returns the session as people name it, such as {@code 0x100002a7b3c0001}; empty until there is one. */
    Optional<String> session();

    /** Whether the session was there and is over, for it was not heard of for too long. */
    boolean hasExpired();

    /** Returns the state of the connection as Apache's shell names it, for example {@code CONNECTED}. */
    String state();

    /** Ends the session and what belongs to it. */
    @Override
    void close();
}
