package baton.shell.console;

import baton.protocol.PathRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a command was given, taken apart by its {@link Grammar}; options go by their names without dashes. */
record Arguments(Map<String, String> options, List<String> operands) {
    /** Stands for "any version" in requests. */
    static final int ANY_VERSION = -1;

    Arguments {
        options = Map.copyOf(options);
        operands = List.copyOf(operands);
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> value(String option) {
        return Optional.ofNullable(options.get(option));
    }

    /** Returns the value of the option {@code -v}, or {@link #ANY_VERSION}. */
    int version() {
        return (int) number("v", ANY_VERSION, ANY_VERSION, Integer.MAX_VALUE);
    }

    /** Returns the value of an option that is a number, or the value for none. */
    long number(String option, long none, long min, long max) {
        String text = options.get(option);
        return text == null ? none : number(option, text, min, max);
    }

    private static long number(String option, String text, long min, long max) {
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, like a number out of range.
        }
        throw new WrongUsageException("-" + option + " " + text + ": must be a number from " + min + " to " + max);
    }

    Optional<String> operand(int index) {
        return index < operands.size() ? Optional.of(operands.get(index)) : Optional.empty();
    }

    /** Returns the first operand, a valid path. */
    String path() {
        return path(0);
    }

    /** Returns an operand that is a valid path; the root if it was not given. */
    String path(int index) {
        String path = operand(index).orElse("/");
        return validated(path, PathRules.violation(path));
    }

    /** Returns the first operand, a path that gets a number appended. */
    String sequentialPath() {
        String path = operands.get(0);
        return validated(path, PathRules.sequentialViolation(path));
    }

    private static String validated(String path, Optional<String> violation) {
        if (violation.isPresent()) {
            throw new InvalidPathException(path, violation.get());
        }
        return path;
    }
}
