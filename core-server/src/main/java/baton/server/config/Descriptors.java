package baton.server.config;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/**
 * How many files and connections a process may have open at once, and who may take how many of them: clients leave the last
 * ones to operators and to files, and operators, who may have three ports, leave a quarter of those to files.
 *
 * @param max empty if there is no limit or nobody knows
 */
public record Descriptors(OptionalLong max) {
    /** Those of a process where a server has no say in who opens what. */
    public static final Descriptors UNLIMITED = new Descriptors(OptionalLong.empty());

    private static final int OF_OPERATORS_PORT_MAX = 256;
    private static final int SHARES = 4;
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String OPEN_FILES = "Max open files";

    /** Loaded when somebody asks. */
    private static final class OfThisProcess {
        static final Descriptors LIMIT = new Descriptors(read());
    }

    /**
     * Returns those of this process, by the limit at the first call. As Linux tells it: to ask the JDK, which knows it elsewhere
     * as well, takes 30 ms of a start.
     */
    public static Descriptors ofThisProcess() {
        return OfThisProcess.LIMIT;
    }

    /**
     * Returns the number from which on descriptors are not for clients. The system gives the lowest that is free: who gets
     * this one or a higher one came when so many were open already, whatever for.
     */
    public int endForClients() {
        return max.isEmpty() ? Integer.MAX_VALUE : (int) Math.min(max.getAsLong() - spared(), Integer.MAX_VALUE);
    }

    /** Returns how many connections each port of operators may have. */
    public int ofOperatorsPort() {
        return (int) Math.max(1, spared() / SHARES);
    }

    /** Returns how many are open in this process now, 0 if nobody knows. */
    public static int open() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (int) Math.min(unix.getOpenFileDescriptorCount(), Integer.MAX_VALUE)
                : 0;
    }

    private long spared() {
        long spared = SHARES * OF_OPERATORS_PORT_MAX;
        return max.isEmpty() ? spared : Math.min(max.getAsLong() / SHARES, spared);
    }

    private static OptionalLong read() {
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
