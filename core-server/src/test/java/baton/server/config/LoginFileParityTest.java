package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.tls.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Login files as the JDK finds and reads them, for whoever asks it as Apache ZooKeeper does. */
class LoginFileParityTest {
    private static final String FILE = "java.security.auth.login.config";
    private static final String BASE = "parity.base";
    private static final String SPACED = "parity.spaced";
    private static final String CONTENT = "Server { org.apache.zookeeper.server.auth.DigestLoginModule required %s; };";

    @TempDir
    Path directory;

    private @Nullable String before;

    @BeforeEach
    void setProperties() throws IOException {
        before = System.getProperty(FILE);
        System.setProperty(BASE, directory.toString());
        System.setProperty(
                SPACED, Files.createDirectory(directory.resolve("a b")).toString());
    }

    @AfterEach
    void takeThemBack() {
        System.clearProperty(BASE);
        System.clearProperty(SPACED);
        if (before == null) {
            System.clearProperty(FILE);
        } else {
            System.setProperty(FILE, before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${parity.base}/logins",
                "=${parity.base}/logins",
                "${parity.base}${/}logins",
                "file:${parity.base}/logins",
                "=file://${parity.base}/logins",
                "${parity.spaced}/logins",
                "file:${parity.spaced}/logins",
                "file:${parity.base}/a%20b/logins",
                "file:${parity.spaced}/%6cogins",
                "file://localhost${parity.base}/logins",
                "FILE://LocalHost${parity.base}/logins",
                "file://~${parity.base}/logins",
                "file:${parity.base}/a+b",
                "file:${parity.base}/a%2fb",
                "file:${parity.base}/50%",
                "file:${parity.base}/logins?more",
                "file:${parity.base}/logins#more",
                "${parity.base}/${parity.base",
                "${parity.base}/${{parity.base}}",
                "${parity.base}/${{parity.base}}.more",
                "${parity.base}/${{${parity.base}",
                "${parity.base}/$parity.base$",
            })
    void aFileThatTheJdkFindsIsFound(String named) throws Exception {
        for (String each : List.of(
                "logins",
                "a b/logins",
                "${parity.base",
                "${{parity.base}}",
                "${{parity.base}}.more",
                "${{${parity.base}",
                "$parity.base$",
                "a+b",
                "a%2fb",
                "50%")) {
            Files.writeString(directory.resolve(each), CONTENT.formatted("user_a=\"" + each.replace("$", "") + "\""));
        }

        assertThat(ofJdk(named)).isPresent();
        assertThat(ofServer(named)).isEqualTo(ofJdk(named));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${parity.none}/logins",
                "${}",
                "${parity.base}/none",
                "${parity.base}${parity.base}",
                "file:${parity.base}/lo%20gins",
                "file://localhost${parity.base}/none",
                "file:file:${parity.base}/logins",
                "${ parity.base}"
            })
    void aFileThatTheJdkDoesNotFindIsNotFound(String named) {
        assertThat(ofJdk(named)).isEmpty();
        assertThat(ofServer(named)).isEmpty();
    }

    @Test
    void whatIsWrongWithTheNameIsSaid() {
        assertThat(problems("${parity.none}/logins"))
                .containsExactly("zoo.cfg line 3: " + FILE
                        + "=${parity.none}/logins: is not a path: the property parity.none is not set");
        assertThat(problems("http://localhost/logins"))
                .containsExactly("zoo.cfg line 3: " + FILE
                        + "=http://localhost/logins: is not a path: the URL is not one of a file");
    }

    /** Pieces of files one behind the other, as good and bad ones come about. */
    @Test
    void whatTheJdkReadsIsRead() throws Exception {
        List<String> pieces = List.of(
                " user_a=",
                " user_b=",
                "\"secret\"",
                "bare",
                "\"${parity.base}\"",
                "\"${parity.none}\"",
                "\"${{parity.base}}\"",
                "\"a\\\"b\"",
                "${parity.base}",
                "\"$\"",
                " // rest\n",
                " /* in between */",
                "\"${/}\"");
        SplittableRandom random = new SplittableRandom(7);
        Path file = directory.resolve("logins");
        int read = 0;
        for (int i = 0; i < 2_000; i++) {
            StringBuilder options = new StringBuilder();
            for (int j = random.nextInt(1, 4); j > 0; j--) {
                options.append(pieces.get(random.nextInt(2)))
                        .append(pieces.get(random.nextInt(2, pieces.size())))
                        .append(random.nextInt(4) == 0 ? pieces.get(random.nextInt(pieces.size())) : "");
            }
            Files.writeString(file, CONTENT.formatted(options));

            Optional<Map<String, Secret>> expected = ofJdk(file.toString());

            assertThat(ofServer(file.toString())).as(options.toString()).isEqualTo(expected);
            read += expected.isPresent() ? 1 : 0;
        }
        assertThat(read).isBetween(200, 1_800);
    }

    /** Returns the users by the JDK, with their passwords; empty if it finds no file, or none that it can read. */
    private static Optional<Map<String, Secret>> ofJdk(String named) {
        System.setProperty(FILE, named);
        AppConfigurationEntry[] entries;
        try {
            entries = Configuration.getInstance("JavaLoginConfig", null).getAppConfigurationEntry("Server");
        } catch (GeneralSecurityException | SecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
        Map<String, Secret> users = new HashMap<>();
        entries[0]
                .getOptions()
                .forEach((name, value) -> users.put(name.substring("user_".length()), Secret.of(value.toString())));
        return Optional.of(users);
    }

    private static Optional<Map<String, Secret>> ofServer(String named) {
        try {
            return Optional.of(parsed(named).settings().features().auth().sasl().passwords());
        } catch (ConfigException refused) {
            return Optional.empty();
        }
    }

    private static List<String> problems(String named) {
        try {
            parsed(named);
            return List.of();
        } catch (ConfigException refused) {
            return refused.problems();
        }
    }

    private static ConfigFile parsed(String named) throws ConfigException {
        Map<String, String> properties = Map.of(BASE, System.getProperty(BASE), SPACED, System.getProperty(SPACED));
        return ConfigFile.parse(
                "zoo.cfg",
                List.of("clientPort=2181", "dataDir=/data", FILE + "=" + named, "fips-mode=false"),
                ConfigSources.of(properties, Map.of()));
    }
}
