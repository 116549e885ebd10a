package baton.server.runtime;

import baton.server.request.Moment;
import java.util.concurrent.TimeUnit;

/** Where the time comes from. Tests bring their own. */
public interface Clock {
    /** Nanoseconds of a clock that never goes back. */
    long nanos();

    /** Milliseconds since 1970. */
    long wallMillis();

    /** The time by both clocks. */
    default Moment moment() {
        return new Moment(wallMillis(), TimeUnit.NANOSECONDS.toMillis(nanos()));
    }

    /** The system's clocks. */
    static Clock system() {
        return new Clock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
