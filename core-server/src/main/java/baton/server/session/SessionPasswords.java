package baton.server.session;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.tls.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a client must show to take up a session again. Clients only echo it; servers of an ensemble must agree on it. */
@FunctionalInterface
public interface SessionPasswords {
    /** What keyed passwords are made with. */
    String HMAC = "HmacSHA256";

    /** Returns the 16 bytes that belong to the session. */
    Bytes of(long sessionId);

    /** Says whether somebody shows what belongs to the session, in a time that does not tell how much of it is right. */
    default boolean isShown(long sessionId, Bytes shown) {
        return MessageDigest.isEqual(of(sessionId).unsafeArray(), shown.unsafeArray());
    }

    /**
     * Passwords that nobody can compute who does not know the key. All servers of an ensemble need the same.
     *
     * @param key what operators keep in a file
     */
    static SessionPasswords keyed(Secret key) {
        byte[] bytes = key.utf8();
        SecretKeySpec spec = new SecretKeySpec(bytes, HMAC);
        Arrays.fill(bytes, (byte) 0);
        return sessionId -> {
            try {
                Mac mac = Mac.getInstance(HMAC);
                mac.init(spec);
                byte[] tag = mac.doFinal(
                        ByteBuffer.allocate(Long.BYTES).putLong(sessionId).array());
                return Bytes.wrap(Arrays.copyOf(tag, ConnectRequest.PASSWORD_BYTES));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every Java platform must offer " + HMAC, impossible);
            }
        };
    }

    /**
     * The reference implementation's: the first numbers of its platform's linear congruential generator, seeded with the
     * session. Whoever knows the session's number can compute it. Servers that share an ensemble or a data directory with
     * that implementation need exactly this.
     */
    static Bytes classic(long sessionId) {
        long state = (sessionId ^ 0xB3415C00L ^ 0x5DEECE66DL) & (1L << 48) - 1;
        byte[] password = new byte[ConnectRequest.PASSWORD_BYTES];
        for (int i = 0; i < password.length; i += 4) {
            state = state * 0x5DEECE66DL + 0xB & (1L << 48) - 1;
            int word = (int) (state >> 16);
            for (int k = 0; k < 4; k++) {
                password[i + k] = (byte) (word >> 8 * k);
            }
        }
        return Bytes.wrap(password);
    }
}
