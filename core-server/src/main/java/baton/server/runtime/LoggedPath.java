package baton.server.runtime;

/** A path as a line of the log shows it: short, and in one line, whatever it holds. */
final class LoggedPath {
    private static final int LENGTH_MAX = 128;
    private static final int END_LENGTH = 48;

    private LoggedPath() {}

    static String of(String path) {
        String text = path;
        if (path.length() > LENGTH_MAX) {
            int beginLength = LENGTH_MAX - END_LENGTH;
            text = path.substring(0, beginLength) + "...(" + (path.length() - LENGTH_MAX) + " more)..."
                    + path.substring(path.length() - END_LENGTH);
        }
        return text.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\p{Cf}]", "?");
    }
}
