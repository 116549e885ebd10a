package baton.protocol.tls;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Text that must not be shown: whatever prints it prints stars. Immutable.
 *
 * <p>It is handed out as a copy that is wiped as soon as it was used; never as a string, which nobody could wipe.
 */
public final class Secret {
    /** No secret at all, as for a key store without a password. */
    public static final Secret EMPTY = new Secret(new char[0]);

    /** A copy for the one place that needs it, wiped when it is closed. */
    public static final class Copy implements AutoCloseable {
        private final char[] text;

        private Copy(char[] text) {
            this.text = text;
        }

        /** Returns the copy itself; nothing may keep it. */
        public char[] text() {
            return text;
        }

        @Override
        public void close() {
            Arrays.fill(text, '\0');
        }
    }

    private final char[] text;

    private Secret(char[] text) {
        this.text = text;
    }

    public static Secret of(String text) {
        return text.isEmpty() ? EMPTY : new Secret(text.toCharArray());
    }

    public boolean isEmpty() {
        return text.length == 0;
    }

    /** Returns a copy, to be closed as soon as it was used. */
    public Copy copy() {
        return new Copy(text.clone());
    }

    /** Returns a copy in UTF-8, for whoever makes a key of it; to be wiped by the caller. */
    public byte[] utf8() {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Secret secret)) {
            return false;
        }
        byte[] mine = utf8();
        byte[] theirs = secret.utf8();
        try {
            return MessageDigest.isEqual(mine, theirs);
        } finally {
            Arrays.fill(mine, (byte) 0);
            Arrays.fill(theirs, (byte) 0);
        }
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(text);
    }

    @Override
    public String toString() {
        return "***";
    }
}
