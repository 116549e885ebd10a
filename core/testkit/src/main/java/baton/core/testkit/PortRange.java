package baton.core.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Scanner;

/**
 * Ports that the system does not hand out by itself, to connections and to whoever does not care which he gets.
 *
 * @param first the lowest
 * @param end the one behind the highest
 */
record PortRange(int first, int end) {
    /** Where systems hand out no ports unless told to: Linux does from 32768 on, others from 49152 on. */
    private static final PortRange USUAL = new PortRange(20_000, 32_768);

    private static final Path HANDED_OUT = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int LOWEST = 2_000;
    private static final int COUNT_MIN = 500;
    private static final int COUNT_MAX = 12_768;
    private static final int ALL_END = 65_536;

    /** Returns that of this system: the usual one if it does not say which ports it hands out. */
    static PortRange ofThisSystem() {
        // Not byte by byte: such a file says nothing more to a second reading.
        try (Scanner numbers = new Scanner(HANDED_OUT)) {
            return beside(numbers.nextInt(), numbers.nextInt());
        } catch (IOException unsaid) {
            return USUAL;
        }
    }

    /** Returns the ports below those handed out, or those above if there are too few; the usual ones if nearly all are. */
    static PortRange beside(int firstHandedOut, int lastHandedOut) {
        if (firstHandedOut - LOWEST >= COUNT_MIN) {
            return new PortRange(Math.max(LOWEST, firstHandedOut - COUNT_MAX), firstHandedOut);
        }
        int above = lastHandedOut + 1;
        return ALL_END - above >= COUNT_MIN ? new PortRange(above, ALL_END) : USUAL;
    }
}
