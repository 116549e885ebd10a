package baton.shell.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param paths whose files are the tasks; none for the text files of the repository
 * @param repository the clone, or the installation
 * @param servers where to run, {@code host:port,...} or {@code etcd://host:port,...}; empty for a server of the demo's own
 * @param workers number of worker processes, at least 1
 * @param failures whether processes are killed
 */
public record DemoOptions(List<Path> paths, Path repository, Optional<String> servers, int workers, Failures failures) {
    /** Whether the demo kills processes. */
    public enum Failures {
        NONE,
        WORKER_THEN_LEADER
    }

    public DemoOptions {
        paths = List.copyOf(paths);
        if (workers < 1) {
            throw new IllegalArgumentException("workers=" + workers + ": must be at least 1");
        }
    }
}
