package baton.server.runtime;

import baton.server.config.Supervisor;
import baton.server.transport.NoticeSocket;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a service manager hears of certificates that are read again because it asked for that, in the words of systemd: that it
 * begins, with the time, and that it is over.
 */
public final class ReloadNotices {
    private final Optional<Supervisor> manager;
    private final Clock clock;

    /** @param clock one that runs with the machine's, by which a manager tells whether something was said before it asked */
    public ReloadNotices(Optional<Supervisor> manager, Clock clock) {
        this.manager = manager;
        this.clock = clock;
    }

    /** Says that it begins, reads, and says that it is over, whatever came of it. */
    public void around(Runnable reading) {
        Optional<NoticeSocket> told = NoticeSocket.openTo(manager);
        told.ifPresent(
                each -> each.send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(clock.nanos())));
        try {
            reading.run();
        } finally {
            told.ifPresent(ReloadNotices::end);
        }
    }

    private static void end(NoticeSocket told) {
        told.send("READY=1");
        told.close();
    }
}
