package baton.protocol;

/** The permission bits of an {@link Acl}. Servers store unknown bits as they come, so sets of them stay numbers. */
public final class Permission {
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int CREATE = 4;
    public static final int DELETE = 8;
    public static final int ADMIN = 16;
    public static final int ALL = 31;

    private static final String LETTERS = "rwcda";
    private static final int[] BITS = {READ, WRITE, CREATE, DELETE, ADMIN};
    private static final int[] DISPLAY_ORDER = {CREATE, DELETE, READ, WRITE, ADMIN};

    private Permission() {}

    /** Shows the known bits in the customary order, for example {@code cdrwa}. */
    public static String format(int permissions) {
        StringBuilder letters = new StringBuilder(5);
        for (int bit : DISPLAY_ORDER) {
            if ((permissions & bit) != 0) {
                letters.append(LETTERS.charAt(Integer.numberOfTrailingZeros(bit)));
            }
        }
        return letters.toString();
    }

    /**
     * Parses letters of {@code cdrwa} in any order.
     *
     * @throws IllegalArgumentException if any other letter is among them
     */
    public static int parse(String letters) {
        int permissions = 0;
        for (int i = 0; i < letters.length(); i++) {
            int index = LETTERS.indexOf(letters.charAt(i));
            if (index < 0) {
                throw new IllegalArgumentException(
                        "permissions '" + letters + "': '" + letters.charAt(i) + "' is none of c, d, r, w, a");
            }
            permissions |= BITS[index];
        }
        return permissions;
    }
}
