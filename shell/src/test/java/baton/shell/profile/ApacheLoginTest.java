package baton.shell.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Bytes;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file by which Apache's clients log in. */
class ApacheLoginTest {
    @TempDir
    Path directory;

    private final Properties flags = new Properties();

    @BeforeEach
    void name() {
        flags.setProperty("java.security.auth.login.config", file().toString());
    }

    @Test
    void aNameAndAPasswordLogIn() throws IOException {
        String login = "org.apache.zookeeper.server.auth.DigestLoginModule required username=\"bob\" password=\"pw\";";
        Files.writeString(file(), "Client { " + login + " };\nOther { " + login.replace("bob", "ann") + " };");

        assertThat(read()).contains(Bytes.utf8("bob:pw"));
        flags.setProperty("zookeeper.sasl.clientconfig", "Other");
        assertThat(read()).contains(Bytes.utf8("ann:pw"));
        flags.setProperty("zookeeper.sasl.clientconfig", "None");
        assertThat(read()).isEmpty();
    }

    @Test
    void kerberosIsRefusedWithWhatIsPossible() throws IOException {
        Files.writeString(file(), "Client { com.sun.security.auth.module.Krb5LoginModule required; };");

        assertThatThrownBy(this::read)
                .hasMessageContainingAll(
                        file().toString(), "section Client", "Kerberos (GSSAPI)", "DIGEST-MD5", "addauth")
                .asInstanceOf(InstanceOfAssertFactories.type(CommandFailedException.class))
                .returns(ExitCode.CONFIGURATION, CommandFailedException::exitCode);
        for (String no : new String[] {"false", "FALSE", "no"}) {
            flags.setProperty("zookeeper.sasl.client", no);
            assertThat(read()).as(no).isEmpty();
        }
    }

    @Test
    void aFileThatIsNoneIsNamed() throws IOException {
        assertThatThrownBy(this::read).hasMessageEndingWith("jaas.conf: cannot be read");
        Files.writeString(file(), "Client { what");

        assertThatThrownBy(this::read).hasMessageEndingWith("jaas.conf: is not a login configuration, or not there");
    }

    @Test
    void theFlagMayBeAUrlOrHoldProperties() throws IOException {
        Files.writeString(file(), "Client { any.Module required username=\"bob\" password=\"pw\"; };");
        flags.setProperty("here", directory.toString());

        for (String flag : new String[] {
            file().toUri().toString(),
            "file://" + file(),
            "${here}${/}jaas.conf",
            "=${here}/jaas.conf",
            "file:${here}/jaas.conf"
        }) {
            flags.setProperty("java.security.auth.login.config", flag);
            assertThat(read()).as(flag).contains(Bytes.utf8("bob:pw"));
        }
        flags.setProperty("java.security.auth.login.config", "${nowhere}/jaas.conf");
        assertThatThrownBy(this::read).hasMessageEndingWith("=${nowhere}/jaas.conf: there is no property nowhere");
        flags.setProperty("java.security.auth.login.config", file().toUri() + ".old");
        assertThatThrownBy(this::read).hasMessageEndingWith(".old: is not a login configuration, or not there");
    }

    private Path file() {
        return directory.resolve("jaas.conf");
    }

    private Optional<Bytes> read() {
        return ApacheLogin.read(flags);
    }
}
