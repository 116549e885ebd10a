package baton.shell;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.AdminSettings;
import baton.server.config.ConfigException;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.shell.demo.OneProcess;
import baton.shell.health.Probe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import sun.misc.Signal;

/**
 * Uses once what the commands use, or with a directory what a server uses that keeps its data there, and ends. The launcher
 * runs it after a build and has the JVM archive the classes it loaded, so that every later start finds them ready.
 */
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] arguments)
            throws StartFailedException, ConfigException, IOException, InterruptedException, ExecutionException,
                    TimeoutException {
        if (arguments.length == 0) {
            use(ServerSettings.inMemory());
            return;
        }
        Path directory = Path.of(arguments[0]);
        baton.server.Main.report(Optional.empty(), false);
        use(ServerSettings.inDirectory(directory));
        // Once more, on what is there now, and as from the command line.
        serve(Files.writeString(
                directory.resolve("zoo.cfg"),
                "dataDir=" + directory + "\nclientPort=2181\nadmin.enableServer=false\n"));
    }

    /** Ends the process as an operator does, once the server has answered: what a start and a stop use is archived as well. */
    private static void serve(Path config) throws IOException {
        PipedInputStream said = new PipedInputStream();
        System.setOut(new PrintStream(new PipedOutputStream(said), true));
        Thread operator = new Thread(() -> stopOnceServing(said), "baton-rehearsal");
        operator.setDaemon(true);
        operator.start();
        Main.run("server", config.toString(), "--listen", "127.0.0.1:0");
    }

    private static void stopOnceServing(InputStream said) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8))) {
            String line = String.valueOf(lines.readLine());
            int port = Integer.parseInt(line.replaceFirst(".*?:(\\d+) .*", "$1"));
            for (String word : List.of("srvr", "mntr", "ruok")) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                }
            }
            Signal.raise(new Signal("TERM"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void use(ServerSettings settings)
            throws StartFailedException, IOException, InterruptedException, ExecutionException, TimeoutException {
        Path file = Files.createTempFile("baton-rehearsal-", ".txt");
        try (BatonServer server = BatonServer.start(settings.withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)))) {
            OneProcess.run(server.connectString(), file);
            int code = Main.run("shell", "-server", server.connectString(), "ls", "/");
            code += Main.run("shell", "--output", "json", "-server", server.connectString(), "ls", "/");
            code += Probe.run(new String[] {"-server", "127.0.0.1:" + server.adminPort()}, System.out, System.err);
            if (code != 0) {
                throw new IllegalStateException("'ls /' and 'health' ended with " + code);
            }
        } finally {
            Files.delete(file);
        }
    }
}
