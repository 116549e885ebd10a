package baton.server.config;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/** How many files and connections this process may have open at once, and how many of them clients may take. */
public final class Descriptors {
    /** Connections of operators and of those who scrape metrics, 256 each, and files: logs, snapshots, certificates. */
    private static final long SPARED_MAX = 640;

    private static final int SPARED_SHARE = 4;
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String OPEN_FILES = "Max open files";

    private Descriptors() {}

    /**
     * Returns the number from which on descriptors are not for clients. The system gives the lowest that is free: who gets
     * this one or a higher one came when so many were open already, whatever for.
     */
    public static int endForClients() {
        return endForClients(max());
    }

    static int endForClients(OptionalLong max) {
        if (max.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        long spared = Math.min(max.getAsLong() / SPARED_SHARE, SPARED_MAX);
        return (int) Math.min(max.getAsLong() - spared, Integer.MAX_VALUE);
    }

    /**
     * Returns the limit of this process; empty if there is none or nobody knows. As Linux tells it: to ask the JDK, which knows
     * it elsewhere as well, takes 30 ms of a start.
     */
    static OptionalLong max() {
        try {
            for (String line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(OPEN_FILES)) {
                    return softLimit(line.substring(OPEN_FILES.length()));
                }
            }
            return OptionalLong.empty();
        } catch (IOException elsewhere) {
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? OptionalLong.of(unix.getMaxFileDescriptorCount())
                    : OptionalLong.empty();
        }
    }

    /** The first of what follows the name of a limit; the hard one and the unit may be missing where Linux is imitated. */
    static OptionalLong softLimit(String limits) {
        String soft = new StringTokenizer(limits).nextToken();
        return soft.equals("unlimited") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(soft));
    }
}
