package baton.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** CPU times as the kernel counts them, in microseconds (its unit is a hundredth of a second). */
final class ProcessorTime {
    private static final long MICROS_PER_TICK = 10_000;

    // Of /proc/PID/stat behind the command: in user mode, in the kernel; likewise of children that were waited for.
    private static final int USER_AT = 11;
    private static final int ENDED_CHILDREN_AT = 13;

    private ProcessorTime() {}

    /** User and system time of one process. */
    static long ofProcess(long pid) throws IOException {
        String[] fields = fields(pid);
        return micros(fields, USER_AT);
    }

    /** User and system time of this process and of all that it started. */
    static long ofThisAndItsChildren() throws IOException {
        String[] fields = fields(ProcessHandle.current().pid());
        long micros = micros(fields, USER_AT) + micros(fields, ENDED_CHILDREN_AT);
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            micros += ofProcess(child.pid());
        }
        return micros;
    }

    private static String[] fields(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The second field is the command in parentheses and may contain spaces: count from behind it.
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static long micros(String[] fields, int userAt) {
        return (Long.parseLong(fields[userAt]) + Long.parseLong(fields[userAt + 1])) * MICROS_PER_TICK;
    }

    /** Time that these processors spent on anything but idling and waiting for disks, steal included. */
    static long ofProcessors(List<Integer> numbers) throws IOException {
        Set<String> names = numbers.stream().map(number -> "cpu" + number).collect(Collectors.toSet());
        List<String[]> counted = Files.readAllLines(Path.of("/proc/stat")).stream()
                .map(line -> line.split("\\s+", -1))
                .filter(fields -> names.contains(fields[0]))
                .toList();
        if (counted.size() < names.size()) {
            throw new IOException("/proc/stat does not tell of all processors in use, " + numbers);
        }
        return counted.stream().mapToLong(ProcessorTime::busyTicks).sum() * MICROS_PER_TICK;
    }

    private static long busyTicks(String[] fields) {
        long busy = 0;
        for (int at = 1; at <= 8 && at < fields.length; at++) {
            boolean waiting = at == 4 || at == 5;
            busy += waiting ? 0 : Long.parseLong(fields[at]);
        }
        return busy;
    }
}
