package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;

/** One session with a server, as the commands see it: a question at a time, answered or refused. */
interface Znodes extends AutoCloseable {
    /** Opens sessions. What happens to nodes and connection is told to the events, on a thread of the session's. */
    interface Opener {
        /**
         * Begins to connect and does not wait.
         *
         * @param servers {@code host[:port],...[/chroot]}
         */
        Znodes open(String servers, ShellEvents events);
    }

    /**
     * Sends the request and waits for the answer.
     *
     * @param path what it is about, for those who hear of a failure
     * @throws RefusedException if the server refused it, or no answer came
     * @throws NotConnectedException if there is no server to ask
     */
    Response ask(String path, Request request) throws InterruptedException;

    /** Returns the state of the connection as Apache's shell names it, for example {@code CONNECTED}. */
    String state();

    /** Ends the session and what belongs to it. */
    @Override
    void close();
}
