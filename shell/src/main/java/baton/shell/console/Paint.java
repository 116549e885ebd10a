package baton.shell.console;

/** Colours for people; on anything but a terminal, none. */
public enum Paint {
    PLAIN,
    COLOURED;

    /** Colours of a prompt. */
    public enum Hue {
        NONE("0"),
        RED("1;31"),
        GREEN("1;32"),
        YELLOW("1;33"),
        BLUE("1;34"),
        MAGENTA("1;35"),
        CYAN("1;36");

        private final String code;

        Hue(String code) {
            this.code = code;
        }
    }

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

    String in(Hue hue, String text) {
        return in(hue.code, text);
    }

    String faint(String text) {
        return in("2", text);
    }

    private String in(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + END;
    }
}
