package baton.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU times as the kernel counts them, in microseconds (its unit is a hundredth of a second). */
final class ProcessorTime {
    private static final long MICROS_PER_TICK = 10_000;

    private ProcessorTime() {}

    /** User and system time of one process. */
    static long ofProcess(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The second field is the command in parentheses and may contain spaces: count from behind it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
    }

    /** Time that all processors spent on anything but idling and waiting for disks, steal included. */
    static long ofMachine() throws IOException {
        String[] fields =
                Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split("\\s+");
        long busy = 0;
        for (int at = 1; at <= 8 && at < fields.length; at++) {
            boolean waiting = at == 4 || at == 5;
            busy += waiting ? 0 : Long.parseLong(fields[at]);
        }
        return busy * MICROS_PER_TICK;
    }
}
