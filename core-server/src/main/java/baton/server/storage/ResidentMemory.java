package baton.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much of this process lies in memory, as Linux tells it. Reading it touches no disk. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String LINE = "VmRSS:";
    private static final long KILOBYTE = 1024;

    private ResidentMemory() {}

    /** Returns the bytes, or nothing where there is no Linux. */
    public static OptionalLong bytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(LINE))
                    .mapToLong(line -> KILOBYTE * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException elsewhere) {
            return OptionalLong.empty();
        }
    }
}
