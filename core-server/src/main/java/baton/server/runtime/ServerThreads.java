package baton.server.runtime;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a server, by the names {@code docs/threads.md} lists. All threads that serve are made here. */
public final class ServerThreads {
    /** What every name begins with. */
    public static final String PREFIX = "baton-";

    static final String LOOP = PREFIX + "loop";
    static final String SEQUENCER = PREFIX + "sequencer";
    static final String LOG = PREFIX + "log";
    static final String SNAPSHOT = PREFIX + "snapshot";
    static final String WATCHDOG = PREFIX + "watchdog";
    static final String LAST_WORDS = PREFIX + "last-words";
    static final String ADMIN = PREFIX + "admin";
    static final String TLS = PREFIX + "tls";
    static final String RESTORE = PREFIX + "restore";
    static final String REPORT = PREFIX + "report";
    static final String AHEAD = PREFIX + "ahead";

    private ServerThreads() {}

    /** Has something done beside the start of a server, which will need it and then wait for it. */
    public static void ahead(Runnable work) {
        thread(AHEAD, work).start();
    }

    static Thread thread(String name, Runnable work) {
        return daemon(new Thread(work, name));
    }

    /**
     * Makes threads of event loops, called {@code NAME-0}, {@code NAME-1} and so on. They are of Netty's own kind: on others it
     * makes anew for each message what it keeps on these.
     */
    static ThreadFactory ofLoops(String name) {
        AtomicInteger next = new AtomicInteger();
        return work -> daemon(new FastThreadLocalThread(work, name + "-" + next.getAndIncrement()));
    }

    private static Thread daemon(Thread thread) {
        thread.setDaemon(true);
        return thread;
    }
}
