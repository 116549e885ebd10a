package baton.spring.lock;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A lock's name as one path segment: whatever users type can neither climb directories nor break the length of a path,
 * and different keys give different segments.
 *
 * <p>Bytes outside of {@code A-Z a-z 0-9 . _ ~ -} become {@code %XX}. More than {@value #BYTES_MAX} bytes become the
 * first {@value #KEPT}, a plus and the SHA-256 of the whole. Name and key are joined by an exclamation mark. Neither
 * mark occurs in what was encoded.
 *
 * @param segment of the path
 */
record LockName(String segment) {
    static final int BYTES_MAX = 120;
    static final int KEPT = 40;
    private static final String SAFE = "._~-";

    static LockName of(String key) {
        return new LockName(encoded(key));
    }

    static LockName of(String name, String key) {
        return new LockName(encoded(name) + "!" + encoded(key));
    }

    private static String encoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BYTES_MAX) {
            String head = escaped(bytes, KEPT);
            return head + "+" + HexFormat.of().formatHex(sha256(bytes));
        }
        return text.equals(".") || text.equals("..") ? text.replace(".", "%2E") : escaped(bytes, bytes.length);
    }

    private static String escaped(byte[] bytes, int count) {
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < count; at++) {
            char c = (char) (bytes[at] & 0xff);
            boolean safe = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || SAFE.indexOf(c) >= 0;
            if (safe) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            }
        }
        return out.toString();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
