package baton.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server process under load: Baton or Apache ZooKeeper, with equal heap, collector and durability. */
final class Target implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(120);

    private static final long POLL_NANOS = 2_000_000;

    private final String name;
    private final InetSocketAddress address;
    private final List<String> command;
    private final Path log;
    private Process process;
    private long startNanos;
    private long pastCpuMicros;

    private Target(String name, InetSocketAddress address, List<String> command, Path log) throws IOException {
        this.name = name;
        this.address = address;
        this.command = command;
        this.log = log;
        launch();
    }

    static Target baton(Path directory, int heapMegabytes) throws IOException {
        return start("baton", "baton.server.Main", directory, heapMegabytes);
    }

    static Target zooKeeper(Path directory, int heapMegabytes) throws IOException {
        return start("zookeeper", "org.apache.zookeeper.server.ZooKeeperServerMain", directory, heapMegabytes);
    }

    private static Target start(String name, String main, Path directory, int heapMegabytes) throws IOException {
        InetSocketAddress address = freeAddress();
        Path config = writeConfig(directory, address);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + heapMegabytes + "m",
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseG1GC",
                "-Dlogback.configurationFile=bench-server-logback.xml"));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main, config.toString()));
        return new Target(name, address, command, directory.resolve("server.log"));
    }

    private void launch() throws IOException {
        long start = System.nanoTime();
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        awaitServing();
        startNanos = System.nanoTime() - start;
    }

    /** Stops the server and starts it again on what it has stored. Its processor time counts from here. */
    void restart() throws IOException {
        pastCpuMicros += cpuMicros();
        close();
        launch();
    }

    /** Where the server has its data. */
    Path dataDirectory() {
        return log.resolveSibling("data");
    }

    /** Both servers read the same file. */
    private static Path writeConfig(Path directory, InetSocketAddress address) throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        return Files.writeString(
                directory.resolve("zoo.cfg"),
                String.join(
                        "\n",
                        "tickTime=2000",
                        "dataDir=" + data,
                        "clientPortAddress=" + address.getHostString(),
                        "clientPort=" + address.getPort(),
                        "maxClientCnxns=0",
                        "maxCnxns=0",
                        "connection_throttle_tokens=0",
                        "admin.enableServer=false",
                        "4lw.commands.whitelist=srvr",
                        ""));
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(probe.getInetAddress(), probe.getLocalPort());
        }
    }

    /** Ready is the first answered {@code srvr}: a server may accept connections before it has its data. */
    private void awaitServing() throws IOException {
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (!answersSrvr()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IOException(name + " did not start serving; its log is " + log);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean answersSrvr() {
        try (Socket socket = new Socket()) {
            socket.connect(address, 500);
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains("Mode:");
        } catch (IOException notYet) {
            return false;
        }
    }

    String name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    String connectString() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    long pid() {
        return process.pid();
    }

    /** From the start of the process to the first answer, for the last start. */
    long startNanos() {
        return startNanos;
    }

    /** CPU time of the server's processes so far, those before the last restart too, in microseconds. */
    long wholeCpuMicros() throws IOException {
        return pastCpuMicros + cpuMicros();
    }

    /** CPU time of the server process so far, in microseconds. */
    long cpuMicros() throws IOException {
        return ProcessorTime.ofProcess(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, java.util.concurrent.TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
