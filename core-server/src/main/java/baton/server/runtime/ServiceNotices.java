package baton.server.runtime;

import baton.server.config.Supervisor;
import baton.server.transport.NoticeSocket;
import baton.server.transport.TransportLoop;

/**
 * What a service manager hears, in the words of systemd: that the server is ready, that it stops, why it cannot go on, and
 * again and again that it lives.
 *
 * <p>A sign of life comes from the sequencer, and is asked for by a loop: if one of the two stands still there is none.
 */
final class ServiceNotices {
    private final NoticeSocket socket;
    private final TransportLoop loop;
    private final SequencerInbox sequencer;
    private final int beatMillis;

    // Written by whoever ends the server, read by the loop, which may outlive it.
    private volatile boolean over;

    ServiceNotices(Supervisor manager, NoticeSocket socket, TransportLoop loop, SequencerInbox sequencer) {
        this.socket = socket;
        this.loop = loop;
        this.sequencer = sequencer;
        // Half of it, as systemd wants it: one beat may come late.
        this.beatMillis = manager.watchdogMillis() / 2;
    }

    void ready(String status) {
        socket.send("READY=1\nSTATUS=" + status);
        if (beatMillis > 0) {
            loop.execute(this::beat);
        }
    }

    private void beat() {
        if (over) {
            return;
        }
        sequencer.ask(() -> socket.send("WATCHDOG=1"));
        Runnable unused = loop.executeAfter(beatMillis, this::beat);
    }

    void failed(Throwable cause) {
        socket.send("STATUS=serves no more: " + cause);
    }

    /** Says that another server will take the place of this one, for which {@link LoadProgress} speaks from now on. */
    void steppingDown() {
        over = true;
        socket.send("WATCHDOG=1\nSTATUS=replaces its data");
        socket.close();
    }

    /** Says that the server stops, and nothing after that. */
    void stopping() {
        over = true;
        socket.send("STOPPING=1");
        socket.close();
    }
}
