package baton.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SecretTest {
    private final Secret secret = Secret.of("pass\u00e9");

    @Test
    void aCopyIsWipedOnceItWasUsedAndTheSecretStays() {
        char[] seen;
        try (Secret.Copy copy = secret.copy()) {
            seen = copy.text();
            assertThat(seen).containsExactly("pass\u00e9".toCharArray());
        }

        assertThat(seen).containsOnly('\0');
        assertThat(secret).isEqualTo(Secret.of("pass\u00e9")).hasSameHashCodeAs(Secret.of("pass\u00e9"));
    }

    @Test
    void nothingPrintsIt() {
        assertThat(secret.toString()).isEqualTo("***");
        assertThat(secret).isNotEqualTo(Secret.of("passe"));
        assertThat(secret.utf8()).isEqualTo("pass\u00e9".getBytes(StandardCharsets.UTF_8));
        assertThat(Secret.of("")).isSameAs(Secret.EMPTY);
    }
}
