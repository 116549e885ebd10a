package baton.server;

import baton.core.testkit.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server in a process of its own, started by any arguments, so that it can be killed. */
public final class ServerProcess implements AutoCloseable {
    private static final String LISTENING = "listening on ";
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final JavaProcess process;

    private ServerProcess(JavaProcess process) {
        this.process = process;
    }

    /** Starts one; what it says on standard error goes to the file. */
    public static ServerProcess start(Path stderr, String... arguments) {
        return start(Main.class, stderr, arguments);
    }

    /** The same with another class that leads to the server's. */
    public static ServerProcess start(Class<?> main, Path stderr, String... arguments) {
        return start(main, List.of(), stderr, arguments);
    }

    /** The same with flags of the JVM. */
    public static ServerProcess start(Class<?> main, List<String> jvmOptions, Path stderr, String... arguments) {
        return new ServerProcess(JavaProcess.of(main.getName())
                .jvmOptions(jvmOptions.toArray(String[]::new))
                .arguments(arguments)
                .errorsTo(stderr)
                .start());
    }

    /** Waits for its first line, which says where it listens, and returns it. */
    public String listening() {
        String line = process.awaitLine(first -> true, "its first line", START_MAX);
        if (!line.startsWith(LISTENING)) {
            throw new IllegalStateException("the server said: " + line);
        }
        return line;
    }

    /** Waits until it listens, and returns where. */
    public String connectString() {
        return listening().substring(LISTENING.length()).split(" ", 2)[0];
    }

    /** Waits likewise, and returns the port. */
    int port() {
        String address = connectString();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    long pid() {
        return process.pid();
    }

    /** Stops it dead in its tracks, as a long collection or a suspended machine does. */
    public void pause() {
        process.pause();
    }

    /** Lets it go on. */
    public void resume() {
        process.resume();
    }

    /** Ends it as a power cut would, as far as a process can tell. */
    public void kill() {
        process.kill();
    }

    /** Sends it the signal by which servers are told to read their files again. */
    public void hangUp() throws IOException, InterruptedException {
        signal("HUP");
    }

    /** Sends it a signal that it has a use for. */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill ended with " + code);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to stop, and returns its exit code. */
    public int terminate() {
        return process.terminate();
    }

    /** Waits for its end. */
    public int exitCode() {
        return process.awaitExit(STOP_MAX);
    }

    @Override
    public void close() {
        process.close();
    }
}
