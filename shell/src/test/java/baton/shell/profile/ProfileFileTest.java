package baton.shell.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.client.TlsOptions;
import baton.protocol.tls.StoreFile;
import baton.shell.console.Paint;
import baton.shell.console.ShellSettings;
import baton.shell.exit.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user's file of profiles says, and what is wrong with it. */
class ProfileFileTest {
    @TempDir
    Path directory;

    @Test
    void aProfileSaysWhereToConnectAndAsWhom() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("secret"), "bob:secret\n");
        Profile profile = read("""
                [prod]
                servers = "zk1:2281,zk2:2281/app"
                timeout = 10000
                [prod.tls]
                trust = "ca.pem"
                certificate = "me.pem"
                key = "me.key"
                check-names = false
                [[prod.auth]]
                scheme = "digest"
                file = "secret"
                [[prod.auth]]
                scheme = "digest"
                command = "echo ann:hidden"
                """).profile("prod");

        assertThat(profile.servers()).contains("zk1:2281,zk2:2281/app");
        assertThat(profile.sessionTimeout()).contains(Duration.ofSeconds(10));
        TlsOptions tls = profile.tls().orElseThrow();
        assertThat(tls.names()).isEqualTo(TlsOptions.NameCheck.OFF);
        assertThat(tls.keys()).isEqualTo(StoreFile.pem(directory.resolve("me.pem"), directory.resolve("me.key")));
        ShellSettings settings = profile.applyTo(ShellSettings.of("zk:2181"));
        assertThat(settings.target().identities())
                .extracting(
                        identity -> identity.scheme() + " " + identity.proof().utf8())
                .containsExactly("digest bob:secret", "digest ann:hidden");
        assertThat(settings.target().tls()).isEqualTo(tls);
    }

    @Test
    void productionIsRedAndCarefulUnlessItSaysOtherwise() throws IOException {
        ProfileFile file = read("[prod]\n[test]\n[other]\ncolour = \"blue\"\nread-only = true\n");

        assertThat(file.profile("prod").hue()).isEqualTo(Paint.Hue.RED);
        assertThat(file.profile("prod").care()).isEqualTo(ShellSettings.Care.EXPLICIT);
        assertThat(file.profile("test").hue()).isEqualTo(Paint.Hue.NONE);
        assertThat(file.profile("test").care()).isEqualTo(ShellSettings.Care.USUAL);
        assertThat(file.profile("other").hue()).isEqualTo(Paint.Hue.BLUE);
        assertThat(file.profile("other").care()).isEqualTo(ShellSettings.Care.READ_ONLY);
    }

    @Test
    void whatIsWrongIsSaidWithItsLine() throws IOException {
        refused("[prod]\nserver = \"x\"\n", "line 2: server: did you mean servers?");
        refused("[prod]\nnonsense = 1\n", "line 2: nonsense: is none of auth, careful, colour");
        refused("[prod]\n\ntimeout = \"long\"\n", "line 3: timeout: must be a number of milliseconds");
        refused("[prod]\ncolour = \"beige\"\n", "line 2: colour: must be one of [none, red");
        refused("[prod]\nservers = 1\n", "line 2: servers: must be a text in quotes");
        refused("[prod]\nauth = \"bob:secret\"\n", "line 2: auth: must be written [[profile.auth]]");
        refused("[[prod.auth]]\nscheme = \"digest\"\n", "auth: needs a scheme, and either a file or a command");
        refused("[prod.tls]\nkey = \"me.key\"\n", "line 2: key: needs the other of certificate and key");
        refused("[prod.tls]\ntrust = \"ca.txt\"\n", "ca.txt' ends in none of");
        refused("[prod\n", "line 1: ");
        refused("[produce]\n", "there is no profile prod in ");
        assertThatThrownBy(() -> ProfileFile.read(directory.resolve("none")))
                .hasMessageEndingWith("none: there is no such file");
    }

    @Test
    void aProofThatCannotBeReadEndsTheCommand() throws IOException {
        Profile none =
                read("[[a.auth]]\nscheme = \"digest\"\nfile = \"none\"\n").profile("a");
        Profile failing =
                read("[[a.auth]]\nscheme = \"digest\"\ncommand = \"exit 3\"\n").profile("a");

        assertThatThrownBy(() -> none.applyTo(ShellSettings.of("zk")))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> failing.applyTo(ShellSettings.of("zk")))
                .hasMessage("auth command 'exit 3' ended with 3");
    }

    @Test
    void whatApachesClientIsToldAboutTlsCounts() throws IOException {
        Path file = Files.writeString(directory.resolve("client.cfg"), """
                zookeeper.client.secure=true
                zookeeper.ssl.trustStore.location=/etc/ca.p12
                zookeeper.ssl.trustStore.password=changeit
                zookeeper.ssl.hostnameVerification=false
                """);
        Properties flags = new Properties();

        assertThat(ApacheTls.of(Optional.empty(), flags)).isEmpty();
        TlsOptions tls = ApacheTls.of(Optional.of(file), flags).orElseThrow();
        assertThat(tls.names()).isEqualTo(TlsOptions.NameCheck.OFF);
        assertThat(tls.keys()).isNull();
        assertThat(tls.trust().files()).containsExactly(Path.of("/etc/ca.p12"));

        flags.setProperty("zookeeper.client.secure", "true");
        flags.setProperty("zookeeper.ssl.keyStore.location", "/etc/me");
        flags.setProperty("zookeeper.ssl.keyStore.type", "PEM");
        assertThat(ApacheTls.of(Optional.empty(), flags).orElseThrow().keys().files())
                .containsExactly(Path.of("/etc/me"));
    }

    @Test
    void blanksBehindWhatApachesClientIsToldChangeNothing() throws IOException {
        Path blanks = Files.writeString(
                directory.resolve("blanks.cfg"),
                "zookeeper.client.secure=true \nzookeeper.ssl.hostnameVerification=true  \n");
        Path off = Files.writeString(
                directory.resolve("off.cfg"),
                "zookeeper.client.secure=true\t\nzookeeper.ssl.hostnameVerification=false \n");
        Path unclear = Files.writeString(
                directory.resolve("unclear.cfg"),
                "zookeeper.client.secure=true\nzookeeper.ssl.hostnameVerification=maybe\n");

        assertThat(namesOf(blanks)).contains(TlsOptions.NameCheck.REQUIRED);
        assertThat(namesOf(off)).contains(TlsOptions.NameCheck.OFF);
        assertThat(namesOf(unclear)).contains(TlsOptions.NameCheck.REQUIRED);
    }

    private static Optional<TlsOptions.NameCheck> namesOf(Path file) {
        return ApacheTls.of(Optional.of(file), new Properties()).map(TlsOptions::names);
    }

    private void refused(String toml, String message) throws IOException {
        assertThatThrownBy(() -> read(toml).profile("prod"))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining(message);
    }

    private ProfileFile read(String toml) throws IOException {
        return ProfileFile.read(Files.writeString(directory.resolve("profiles.toml"), toml));
    }
}
