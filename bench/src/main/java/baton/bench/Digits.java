package baton.bench;

import java.nio.charset.StandardCharsets;

/** Numbers in paths, with zeros before them. */
final class Digits {
    private Digits() {}

    /** Puts as many digits of the number, the last ones. */
    static void put(byte[] bytes, int at, int digits, long number) {
        long rest = number;
        for (int digit = at + digits - 1; digit >= at; digit--) {
            bytes[digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** The number in so many digits. */
    static String of(long number, int digits) {
        byte[] bytes = new byte[digits];
        put(bytes, 0, digits, number);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
