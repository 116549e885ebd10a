package baton.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Keeps processors from going to sleep: one thread for each, that runs only while nothing else wants to.
 *
 * <p>A virtual machine whose idle processor has to be woken through its host takes several times as long for that as for all
 * the rest of a request. The threads are in a process of their own, which ends when the one that started it does.
 */
final class Awake implements AutoCloseable {
    private final Process process;

    private Awake(Process process) {
        this.process = process;
    }

    /** Returns once they run: there and nowhere else, wherever this process is. */
    static Awake on(List<Integer> processors) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        "taskset",
                        "-c",
                        processors.stream().map(String::valueOf).collect(Collectors.joining(",")),
                        "chrt",
                        "--idle",
                        "0",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Awake.class.getName(),
                        Integer.toString(processors.size())))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() != '.') {
            process.destroy();
            throw new IOException("cannot keep the processors awake: taskset chrt --idle 0 java did not run");
        }
        return new Awake(process);
    }

    /** Runs so many threads until nothing more is to be read. */
    public static void main(String[] arguments) throws IOException {
        for (int thread = Integer.parseInt(arguments[0]); thread > 0; thread--) {
            Thread spinning = new Thread(Awake::spin, "bench-awake");
            spinning.setDaemon(true);
            spinning.start();
        }
        System.out.print('.');
        System.out.flush();
        System.in.read();
    }

    private static void spin() {
        while (true) {
            // Without a hint to the processor that nothing is done: a host may take that for idling.
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
