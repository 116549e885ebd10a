package baton.protocol;

/**
 * The number of a transaction: which leader's epoch, and the how-manieth in it.
 *
 * <p>The epoch is the upper 32 bits, the counter the lower 32. Zxids are ordered as signed 64-bit numbers. Hot code
 * carries the bare {@code long} and uses the static methods.
 */
public record Zxid(long value) implements Comparable<Zxid> {
    private static final long COUNTER_MASK = 0xffffffffL;

    /** Makes a zxid of its two halves; both must fit into 32 bits. */
    public static Zxid of(long epoch, long counter) {
        return new Zxid(pack(epoch, counter));
    }

    /** Makes a zxid of its two halves, as a bare number. */
    public static long pack(long epoch, long counter) {
        if (epoch < 0 || epoch > COUNTER_MASK || counter < 0 || counter > COUNTER_MASK) {
            throw new IllegalArgumentException("epoch " + epoch + " and counter " + counter + " must fit into 32 bits");
        }
        return epoch << 32 | counter;
    }

    public static long epochOf(long zxid) {
        return zxid >>> 32;
    }

    public static long counterOf(long zxid) {
        return zxid & COUNTER_MASK;
    }

    /** Shows epoch and counter in hexadecimal, for example {@code 0x7:1f}. */
    public static String format(long zxid) {
        return "0x" + Long.toHexString(epochOf(zxid)) + ":" + Long.toHexString(counterOf(zxid));
    }

    /**
     * Reads what {@link #format} shows, or one hexadecimal number, which begins with {@code 0x} too.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static long parse(String text) {
        String[] parts = text.startsWith("0x") ? text.substring(2).split(":", -1) : new String[0];
        try {
            if (parts.length == 1) {
                return Long.parseUnsignedLong(parts[0], 16);
            }
            if (parts.length == 2) {
                return pack(Long.parseLong(parts[0], 16), Long.parseLong(parts[1], 16));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(text + " is no zxid: write 0x7:1f or 0x70000001f", e);
        }
        throw new IllegalArgumentException(text + " is no zxid: write 0x7:1f or 0x70000001f");
    }

    public long epoch() {
        return epochOf(value);
    }

    public long counter() {
        return counterOf(value);
    }

    @Override
    public int compareTo(Zxid other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return format(value);
    }
}
