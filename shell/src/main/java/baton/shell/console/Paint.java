package baton.shell.console;

/** Colours for people; on anything but a terminal, none. */
public enum Paint {
    PLAIN,
    COLOURED;

    private static final String END = "\u001b[0m";

    String error(String text) {
        return in("31", text);
    }

    String good(String text) {
        return in("32", text);
    }

    /** For what vanishes with its session. */
    String fleeting(String text) {
        return in("33", text);
    }

    String title(String text) {
        return in("1", text);
    }

    String faint(String text) {
        return in("2", text);
    }

    private String in(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + END;
    }
}
