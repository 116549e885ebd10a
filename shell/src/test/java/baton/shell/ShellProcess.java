package baton.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code bin/baton shell} with one command, a process of its own, as the launcher starts it. */
final class ShellProcess {
    private ShellProcess() {}

    /**
     * Runs it to its end, and returns what it said on standard error.
     *
     * @param properties what the launcher knows, such as {@code -Dbaton.terminal.out=true}
     */
    static String errors(List<String> properties, Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dbaton.log.level=WARN",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(properties);
        command.addAll(List.of("baton.shell.Main", "shell"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("NO_COLOR", "JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        Process shell = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        String said = new String(shell.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        shell.waitFor();
        // Where the machine is so busy that connecting takes long, that is said first.
        return said.replace(System.lineSeparator(), "\n")
                .replaceAll("(?m)^.*not connected to .* yet: waiting up to .*\n", "");
    }
}
