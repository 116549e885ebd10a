package baton.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Which processors the servers and the loader run on. */
enum Placement {
    /** Wherever the system puts them. */
    SHARED {
        @Override
        List<String> serverPrefix() {
            return List.of();
        }

        @Override
        void placeLoader() {}
    },

    /** The server on one, the loader on another. */
    SPLIT {
        @Override
        List<String> serverPrefix() {
            return List.of("taskset", "-c", "0");
        }

        @Override
        void placeLoader() throws IOException {
            Process taskset = new ProcessBuilder(
                            "taskset",
                            "-acp",
                            "1",
                            Long.toString(ProcessHandle.current().pid()))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (taskset.onExit().join().exitValue() != 0) {
                throw new IOException("cannot place the loader on a processor of its own: " + said.strip());
            }
        }
    };

    /** What stands before the command of a server. */
    abstract List<String> serverPrefix();

    /** Moves this process to where the loader belongs, with all its threads. */
    abstract void placeLoader() throws IOException;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
