package baton.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Which processors the servers and the loader run on, of those that this process may use. */
enum Placement {
    /** Wherever the system puts them. */
    SHARED {
        @Override
        List<Integer> processors() {
            return Processors.ALLOWED;
        }

        @Override
        List<String> serverPrefix() {
            return List.of();
        }

        @Override
        void placeLoader() {}
    },

    /** The servers on the first, the loader on the second. */
    SPLIT {
        @Override
        List<Integer> processors() {
            if (Processors.ALLOWED.size() < 2) {
                throw new IllegalStateException("--placement split wants two processors, and this process may use only "
                        + Processors.ALLOWED + ": give it more, or say --placement shared");
            }
            return Processors.ALLOWED.subList(0, 2);
        }

        @Override
        List<String> serverPrefix() {
            return List.of("taskset", "-c", processors().get(0).toString());
        }

        @Override
        void placeLoader() throws IOException {
            Process taskset = new ProcessBuilder(
                            "taskset",
                            "-acp",
                            processors().get(1).toString(),
                            Long.toString(ProcessHandle.current().pid()))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (taskset.onExit().join().exitValue() != 0) {
                throw new IOException("cannot place the loader on a processor of its own: " + said.strip());
            }
        }
    };

    /** All that servers and loader run on, whoever of them. */
    abstract List<Integer> processors();

    /** What stands before the command of a server. */
    abstract List<String> serverPrefix();

    /** Moves this process to where the loader belongs, with all its threads; what it starts from then on follows it. */
    abstract void placeLoader() throws IOException;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
