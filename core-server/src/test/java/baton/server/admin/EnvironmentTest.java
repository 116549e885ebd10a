package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "zookeeper.ssl.keyStore.password",
                "javax.net.ssl.trustStorePassword",
                "db.passwd",
                "client_secret",
                "zookeeper.DigestAuthenticationProvider.superDigest",
                "VAULT_TOKEN",
                "auth.token.value",
                "aws.secretAccessKey",
                "encryption.key",
                "apiKey",
                "git.credentials",
                "ssh.passphrase",
                "auth.tokens",
                "private_key_pem",
                "signing.key.value",
                "privateKeyPem",
                "api-key-of-vault",
                "service.keys"
            })
    void whatANameSaysIsSecretIsNotShown(String name) {
        assertThat(shown(name)).isEqualTo("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zookeeper.ssl.keyStore.location",
                "zookeeper.connection_throttle_tokens",
                "java.home",
                "user.dir",
                "keyboard.layout"
            })
    void theRestIsShown(String name) {
        assertThat(shown(name)).isEqualTo("value");
    }

    @Test
    void whatIsNotThereIsNotShown() {
        assertThat(Environment.of(new Properties()).properties()).isEmpty();
    }

    private static String shown(String name) {
        Properties properties = new Properties();
        properties.setProperty(name, "value");
        return Environment.of(properties).properties().get(name);
    }
}
