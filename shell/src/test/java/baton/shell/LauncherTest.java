package baton.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of {@code bin/baton}, with something else in the place of Java. */
class LauncherTest {
    private static final String AROUND =
            "server_flags() { :; }; common_flags() { :; }; forget_rehearsal() { :; }; is_outdated() { false; }\n";

    /** Else systemd would take it for the server, which has not even begun to start, and which it ends when that stops. */
    @Test
    void whatIsRehearsedIsToldNothingThatIsMeantForTheServer(@TempDir Path directory) throws Exception {
        Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nenv > '" + directory.resolve("told") + "'\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        String script = AROUND + function("rehearse") + "\nset -eu\njava_home='" + directory + "' class_data='"
                + directory.resolve("data") + "' write=w libraries=l class_path=c\nrehearse server\n";
        ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", script));
        builder.environment()
                .putAll(Map.of("NOTIFY_SOCKET", "/run/notify", "BATON_TLS_DIR", "/tls", "KEPT", "two\nBATON_LINES=x"));
        builder.environment().put("TMPDIR", directory.toString());

        assertThat(builder.inheritIO().start().waitFor()).isZero();

        assertThat(Files.readString(directory.resolve("told")))
                .contains("KEPT=two")
                .doesNotContain("NOTIFY_SOCKET", "BATON_TLS_DIR");
    }

    /** What the server itself learns of it may be too late, and of what others catch it learns nothing. */
    @Test
    void aServerThatIsOutOfMemoryEndsAtOnce() throws Exception {
        String script =
                function("default_heap_mb") + "\n" + function("server_flags") + "\njava_version=17; server_flags\n";

        Process shell = new ProcessBuilder(List.of("sh", "-c", script)).start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s"))
                .contains("-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr");
    }

    private static String function(String name) throws Exception {
        Matcher found = Pattern.compile("(?ms)^" + name + "\\(\\) \\{$.*?^}$")
                .matcher(Files.readString(Path.of("..", "bin", "baton")));
        assertThat(found.find()).isTrue();
        return found.group();
    }
}
