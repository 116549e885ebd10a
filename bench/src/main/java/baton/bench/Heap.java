package baton.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a server process holds. */
final class Heap {
    private Heap() {}

    /** Bytes of all live objects, after a full collection. */
    static long liveBytes(long pid) throws IOException {
        List<String> lines = Jcmd.run(pid, "GC.class_histogram");
        for (String line : lines) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length == 3 && fields[0].equals("Total")) {
                return Long.parseLong(fields[2]);
            }
        }
        throw new IOException("jcmd gave no histogram of process " + pid + ": " + String.join(" ", lines));
    }

    static long residentBytes(long pid) throws IOException {
        return status(pid, "VmRSS:") * 1024;
    }

    static long threads(long pid) throws IOException {
        return status(pid, "Threads:");
    }

    private static long status(long pid, String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.substring(key.length()).strip().split("\\s+")[0]);
            }
        }
        throw new IOException("no " + key + " in the status of process " + pid);
    }
}
