package baton.server.config;

import java.util.List;

/** A configuration cannot be used. Holds everything that is wrong with it, not only what was found first. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** Returns one line for each problem: file, line, key, value, and what was expected. */
    public List<String> problems() {
        return problems;
    }
}
