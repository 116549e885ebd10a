package baton.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a server with some settings would want and somebody on this machine has by now, which may well be that server. Only
 * looks, at what Linux tells; elsewhere nothing is found.
 */
public final class Occupied {
    private static final String LOCK = "baton.lock";

    private final Processes processes;

    Occupied(Processes processes) {
        this.processes = processes;
    }

    /** Looks at this machine. */
    public static Occupied here() {
        return new Occupied(Processes.ofThisMachine());
    }

    /** Returns a line for each port that is taken. */
    public List<String> ports(ServerSettings settings) {
        List<String> lines = new ArrayList<>();
        for (WantedPort each : WantedPort.of(settings)) {
            if (each.address().port() != 0) {
                processes
                        .listeningOn(each.address())
                        .ifPresent(who -> lines.add(each.key() + ": " + each.address() + " is taken by " + who));
            }
        }
        return lines;
    }

    /** Returns a line for each directory that another server uses. */
    public List<String> directories(ServerSettings settings) {
        List<String> lines = new ArrayList<>();
        if (settings.storage() instanceof StorageSettings.Files files) {
            Set<Path> directories = new LinkedHashSet<>(List.of(files.dataDir()));
            directories.add(files.logDir());
            for (Path each : directories) {
                processes
                        .holdingFile(each.resolve(LOCK))
                        .ifPresent(who -> lines.add("data directory " + each + ": in use by " + who));
            }
        }
        return lines;
    }
}
