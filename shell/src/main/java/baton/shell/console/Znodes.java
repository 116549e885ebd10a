package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import java.time.Duration;
import java.util.Optional;

/** One session with a server, as the commands see it: a question at a time, answered or refused. */
interface Znodes extends AutoCloseable {
    /** Opens sessions. What happens to nodes and connection is told to the events, on a thread of the session's. */
    interface Opener {
        /**
         * Begins to connect and does not wait.
         *
         * @param servers {@code host[:port],...[/chroot]}
         */
        Znodes open(String servers, Duration sessionTimeout, ShellEvents events);
    }

    /** Whose paths a request means. */
    enum Scope {
        /** This session's, below its chroot. */
        CHROOT,
        /** The server's, for what belongs to the server as a whole. */
        SERVER
    }

    /**
     * Sends the request and waits for the answer.
     *
     * @param path what it is about, for those who hear of a failure
     * @throws RefusedException if the server refused it, or no answer came
     * @throws NotConnectedException if there is no server to ask
     */
    Response ask(Scope scope, String path, Request request) throws InterruptedException;

    /** Asks for what is nice to know: returns nothing if it is not there, or not known in a moment. */
    Optional<Response> glimpse(Request request) throws InterruptedException;

    /** Returns the path of the server that is this session's root; empty if it is the server's. */
    String chroot();

    /** Opens the same store for recipes, on connections of its own. */
    Store openStore() throws InterruptedException;

    /** Remembers an identity that was accepted, for the store. */
    void identified(String scheme, Bytes proof);

    /** Returns the state of the connection as Apache's shell names it, for example {@code CONNECTED}. */
    String state();

    /** Ends the session and what belongs to it. */
    @Override
    void close();
}
