package baton.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a node. Immutable, compares by content. The array belongs to the payload: it is copied on the way in
 * and on the way out.
 */
public final class Payload {
    public static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Payload of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes.clone());
    }

    public static Payload utf8(String text) {
        return text.isEmpty() ? EMPTY : new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** The bytes read as UTF-8; malformed input becomes the replacement character. */
    public String utf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && Arrays.equals(payload.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The length only: payloads may be secret. */
    @Override
    public String toString() {
        return "Payload[" + bytes.length + " bytes]";
    }
}
