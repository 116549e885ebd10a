package baton.server.runtime;

import baton.server.storage.Replacement;
import java.util.OptionalLong;

/** Puts another server in the place of one whose data is to be replaced. Whoever assembled the server can. */
public interface Rebirth {
    /**
     * Ends the server, all its connections with it, and has another begin with the replacement at the same ports. Returns
     * once that serves. Not on one of the server's own threads.
     *
     * @throws Exception if there is no server now: the process, or whoever holds it, is told as of any failure of a server
     */
    void from(Replacement replacement) throws Exception;

    /** Returns when the last one was complete, on the clock for distances; nothing if there was none. */
    OptionalLong lastAtNanos();
}
