package baton.server.config;

import java.util.Locale;

/** How a server waits for its sockets. */
public enum Transport {
    /** By epoll where there is one, by the JDK's means elsewhere. */
    AUTO,
    EPOLL,
    /** By rings shared with the kernel: what is to be read and written is handed over together, not call by call. */
    IO_URING,
    NIO;

    /** Returns it as a file names it. */
    public String keyword() {
        return name().toLowerCase(Locale.ROOT);
    }
}
