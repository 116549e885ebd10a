package baton.shell;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.AdminSettings;
import baton.server.config.ConfigException;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.shell.demo.OneProcess;
import baton.shell.health.Probe;
import baton.shell.log.LineLogging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Uses once what the commands use, or with a directory what a server uses that keeps its data there, and ends. The launcher
 * runs it after a build and has the JVM archive the classes it loaded, so that every later start finds them ready.
 */
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] arguments)
            throws StartFailedException, ConfigException, IOException, InterruptedException, ExecutionException,
                    TimeoutException {
        LineLogging.choose();
        if (arguments.length == 0) {
            use(ServerSettings.inMemory());
            return;
        }
        baton.server.Main.report(Optional.empty(), false);
        ServerRehearsal.in(Path.of(arguments[0]));
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
