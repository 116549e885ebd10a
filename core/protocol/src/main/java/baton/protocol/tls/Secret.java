package baton.protocol.tls;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
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
        return isSame(CharBuffer.wrap(text), CharBuffer.wrap(secret.text));
    }

    /**
     * Compares what is to be kept secret, or a hash of it, with what somebody shows: looks at every character wherever they
     * differ, so that the time it takes tells how long they are and nothing else.
     */
    public static boolean isSame(CharSequence kept, CharSequence shown) {
        int length = Math.min(kept.length(), shown.length());
        int differences = kept.length() ^ shown.length();
        for (int i = 0; i < length; i++) {
            differences |= kept.charAt(i) ^ shown.charAt(i);
        }
        return differences == 0;
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
