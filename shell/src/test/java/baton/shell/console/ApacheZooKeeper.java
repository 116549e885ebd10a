package baton.shell.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Apache ZooKeeper's own server and shell, each a process of the test class path. */
final class ApacheZooKeeper implements AutoCloseable {
    private final Process server;
    private final int port;

    private ApacheZooKeeper(Process server, int port) {
        this.server = server;
        this.port = port;
    }

    static ApacheZooKeeper start(Path directory) throws IOException {
        int port = freePort();
        Path config = directory.resolve("zoo.cfg");
        Files.writeString(config, """
                dataDir=%s
                clientPort=%d
                clientPortAddress=127.0.0.1
                admin.enableServer=false
                extendedTypesEnabled=true
                """.formatted(directory.resolve("data"), port));
        Process server = java("org.apache.zookeeper.server.ZooKeeperServerMain", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
        return new ApacheZooKeeper(server, port);
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Feeds the commands to Apache's shell and returns all it says, errors included, without its prompts. */
    static String shell(String address, List<String> commands) throws IOException, InterruptedException {
        Process shell = java("org.apache.zookeeper.ZooKeeperMain", "-server", address)
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().write((String.join("\n", commands) + "\n").getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines()
                    .map(line -> line.replaceAll("\\[zk: [^\\]]*\\] ", ""))
                    .forEach(line -> said.append(line).append('\n'));
        }
        shell.waitFor();
        return said.toString();
    }

    private static ProcessBuilder java(String main, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8",
                "-Dorg.jline.terminal.dumb=true",
                "-Dzookeeper.extendedTypesEnabled=true",
                "-cp",
                System.getProperty("java.class.path"),
                main);
        builder.command().addAll(List.of(arguments));
        if (Runtime.version().feature() >= 24) {
            // Else the JDK warns of the terminal's native library among what the shell says.
            builder.command().add(1, "--enable-native-access=ALL-UNNAMED");
        }
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        server.destroy();
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
            server.destroyForcibly().waitFor();
        }
    }
}
