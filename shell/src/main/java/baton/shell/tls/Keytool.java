package baton.shell.tls;

import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JDK's {@code keytool}, on one store whose password it gets by the environment, so that nobody sees it. */
final class Keytool {
    private static final String VARIABLE = "BATON_STORE_PASSWORD";

    private final Path tool;
    private final Path store;
    private final String password;

    Keytool(Path store, String password) {
        this.tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        this.store = store;
        this.password = password;
        if (!Files.isExecutable(tool)) {
            throw new CommandFailedException(
                    ExitCode.PROBLEM, "there is no " + tool + ": set BATON_JAVA_HOME to a JDK that has keytool");
        }
    }

    /** Runs a command of the tool. */
    void run(String... arguments) throws InterruptedException {
        // It lives for a moment: starting is what takes its time.
        List<String> command =
                new ArrayList<>(List.of(tool.toString(), "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass:env", VARIABLE));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(VARIABLE, password);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new CommandFailedException(ExitCode.PROBLEM, "keytool failed: " + said.strip());
            }
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.PROBLEM, "keytool cannot be run: " + e.getMessage(), e);
        }
    }
}
