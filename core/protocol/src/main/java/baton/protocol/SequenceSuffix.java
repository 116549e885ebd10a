package baton.protocol;

/**
 * The number at the end of a sequential node's name: at least ten characters, padded with zeros, the sign among them.
 *
 * <p>Names sort by age as long as the counter does not overflow; {@code -2147483648} has eleven characters.
 */
public final class SequenceSuffix {
    /** Number of characters of every suffix that is not negative. */
    public static final int LENGTH = 10;

    private SequenceSuffix() {}

    /** Appends the counter to the path. */
    public static String append(String path, int counter) {
        String digits = Long.toString(Math.abs((long) counter));
        int sign = counter < 0 ? 1 : 0;
        StringBuilder name = new StringBuilder(path.length() + LENGTH + 1).append(path);
        if (sign != 0) {
            name.append('-');
        }
        return name.append("0".repeat(Math.max(0, LENGTH - sign - digits.length())))
                .append(digits)
                .toString();
    }
}
