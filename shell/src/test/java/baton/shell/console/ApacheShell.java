package baton.shell.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Apache ZooKeeper's own shell, a process of the test class path. */
final class ApacheShell {
    private ApacheShell() {}

    /** Feeds the commands to Apache's shell and returns all it says, errors included, without its prompts. */
    static String say(String address, List<String> commands) throws IOException, InterruptedException {
        return said(java(address).redirectErrorStream(true).start(), commands);
    }

    /** The same of what it prints on standard output. */
    static String results(String address, List<String> commands) throws IOException, InterruptedException {
        return said(java(address).redirectError(Redirect.DISCARD).start(), commands);
    }

    private static String said(Process shell, List<String> commands) throws IOException, InterruptedException {
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

    private static ProcessBuilder java(String address) {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8",
                "-Dorg.jline.terminal.dumb=true",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.zookeeper.ZooKeeperMain",
                "-server",
                address);
        if (Runtime.version().feature() >= 24) {
            // Else the JDK warns of the terminal's native library among what the shell says.
            builder.command().add(1, "--enable-native-access=ALL-UNNAMED");
        }
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }
}
