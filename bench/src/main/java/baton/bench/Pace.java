package baton.bench;

import java.io.IOException;

/** How requests follow each other in a window on a server. */
@FunctionalInterface
interface Pace {
    Loader.Window run(Side side) throws IOException;

    /** Each request after an answer: as many as the server can do. */
    static Pace closed(long nanos) {
        return side -> side.run(nanos);
    }

    /** So many requests a second, whatever becomes of them. */
    static Pace open(double perSecond, long nanos) {
        return side -> side.runAt(perSecond, nanos);
    }
}
