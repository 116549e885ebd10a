package baton.protocol.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Text that must not be shown: whatever prints it prints stars. Immutable. */
public final class Secret {
    /** No secret at all, as for a key store without a password. */
    public static final Secret EMPTY = new Secret("");

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    public static Secret of(String text) {
        return text.isEmpty() ? EMPTY : new Secret(text);
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** Returns a copy, for the one place that needs it. */
    public char[] reveal() {
        return text.toCharArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    private byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "***";
    }
}
