package baton.server.runtime;

import java.util.concurrent.TimeUnit;

/** A clock that stands until somebody moves it. It begins anywhere, as clocks of processes do. */
public final class StandingClock implements Clock {
    private long nanos = 7;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    public void goOn(long byNanos) {
        nanos += byNanos;
    }
}
