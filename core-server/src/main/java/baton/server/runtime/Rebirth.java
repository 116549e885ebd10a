package baton.server.runtime;

import baton.server.storage.Replacement;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/** Puts another server in the place of one whose data is to be replaced. Whoever assembled the server can. */
public interface Rebirth {
    /**
     * Does what leads to it on a thread of its own, one thing after the other. The close of the server waits for the end of all
     * of it.
     *
     * @throws CancellationException if the server stops
     */
    void prepare(Runnable work);

    /**
     * Goes on, unless the server stops.
     *
     * @throws CancellationException if it does
     */
    void requireTime();

    /**
     * Ends the server, all its connections with it, and has another begin with the replacement at the same ports. Returns
     * once that serves. Not on one of the server's own threads.
     *
     * @throws CancellationException if the server stops, and nothing was replaced
     * @throws Exception if there is no server now: the process, or whoever holds it, is told as of any failure of a server
     */
    void from(Replacement replacement) throws Exception;

    /**
     * Ends the server, and puts none in its place, if nobody can rely on it any more, as when memory ran out; what else fails on
     * the way concerns who asked only.
     */
    void lookAt(Throwable failure);

    /** Returns when the last one was complete, on the clock for distances; nothing if there was none. */
    OptionalLong lastAtNanos();
}
