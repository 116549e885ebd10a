package baton.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
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

    @Test
    void howMuchOfAGuessIsRightCannotBeTimed() {
        Looked kept = new Looked("u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=");

        for (String guess : List.of("x".repeat(30), "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEx=", kept.text)) {
            kept.times = 0;

            assertThat(Secret.isSame(kept, guess)).isEqualTo(guess.equals(kept.text));
            assertThat(kept.times).isEqualTo(30);
        }
        assertThat(Secret.isSame("ab", "abc")).isFalse();
        assertThat(Secret.isSame("abc", "ab")).isFalse();
        assertThat(Secret.isSame("", "")).isTrue();
    }

    /** Counts how often somebody looks at one of its characters. */
    private static final class Looked implements CharSequence {
        private final String text;
        private int times;

        Looked(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            times++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }
    }
}
