package baton.shell;

import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.shell.demo.OneProcess;
import baton.shell.health.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Uses once what the commands use, and ends. The launcher runs it after a build and has the JVM archive the classes it
 * loaded, so that every later start finds them ready.
 */
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] arguments)
            throws StartFailedException, IOException, InterruptedException, ExecutionException, TimeoutException {
        Path file = Files.createTempFile("baton-rehearsal-", ".txt");
        ServerSettings settings = ServerSettings.inMemory().withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL));
        try (BatonServer server = BatonServer.start(settings)) {
            OneProcess.run(server.connectString(), file);
            int code = Main.run("shell", "-server", server.connectString(), "ls", "/");
            code += Probe.run(new String[] {"-server", "127.0.0.1:" + server.adminPort()}, System.out, System.err);
            if (code != 0) {
                throw new IllegalStateException("'ls /' and 'health' ended with " + code);
            }
        } finally {
            Files.delete(file);
        }
    }
}
