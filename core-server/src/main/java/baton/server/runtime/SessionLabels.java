package baton.server.runtime;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What logs call sessions: enough to tell them apart while the process lives, and nothing to take one up with. A session's
 * number is a secret, for with classic passwords it is all that is needed. Thread-safe.
 */
final class SessionLabels {
    private static final String HASH = "SHA-256";
    private static final int SALT_BYTES = 16;
    private static final int LABEL_BYTES = 4;

    // Guarded by this. Made when it is asked for: a start should not wait for what the JDK loads to be random.
    private byte @Nullable [] salt;

    String of(long sessionId) {
        byte[] salted = ByteBuffer.allocate(SALT_BYTES + Long.BYTES)
                .put(salt())
                .putLong(sessionId)
                .array();
        try {
            byte[] hash = MessageDigest.getInstance(HASH).digest(salted);
            return "session-" + HexFormat.of().formatHex(hash, 0, LABEL_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform must offer " + HASH, impossible);
        }
    }

    private synchronized byte[] salt() {
        byte[] present = salt;
        if (present == null) {
            present = new byte[SALT_BYTES];
            new SecureRandom().nextBytes(present);
            salt = present;
        }
        return present;
    }
}
