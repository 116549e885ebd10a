package baton.shell.tls;

/** Something that a check found out. */
public record Finding(Level level, String text) {
    /** How bad it is. */
    public enum Level {
        OK,
        WARNING,
        ERROR
    }

    static Finding ok(String text) {
        return new Finding(Level.OK, text);
    }

    static Finding warning(String text) {
        return new Finding(Level.WARNING, text);
    }

    static Finding error(String text) {
        return new Finding(Level.ERROR, text);
    }
}
