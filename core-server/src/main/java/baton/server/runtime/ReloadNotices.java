package baton.server.runtime;

import baton.server.config.Supervisor;
import baton.server.transport.NoticeSocket;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a service manager hears of certificates that are read again because it asked for that, in the words of systemd: that it
 * begins, with the time, and that it is over. Used by one thread after the other.
 */
public final class ReloadNotices {
    private final Optional<NoticeSocket> manager;

    private ReloadNotices(Optional<NoticeSocket> manager) {
        this.manager = manager;
    }

    /**
     * Says that it begins.
     *
     * @param clock one that runs with the machine's, by which a manager tells whether this was said before it asked
     */
    public static ReloadNotices begin(Optional<Supervisor> manager, Clock clock) {
        Optional<NoticeSocket> told = NoticeSocket.openTo(manager);
        told.ifPresent(
                each -> each.send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(clock.nanos())));
        return new ReloadNotices(told);
    }

    /** Says that it is over, whatever came of it. */
    public void end() {
        manager.ifPresent(each -> {
            each.send("READY=1");
            each.close();
        });
    }
}
