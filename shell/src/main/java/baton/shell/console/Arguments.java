package baton.shell.console;

import baton.protocol.PathRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command was given, taken apart by its {@link Grammar}.
 *
 * @param options by their names without dashes
 * @param directory where relative paths begin
 */
record Arguments(Map<String, String> options, List<String> operands, Directory directory) {
    /** Stands for "any version" in requests. */
    static final int ANY_VERSION = -1;

    Arguments {
        options = Map.copyOf(options);
        operands = List.copyOf(operands);
    }

    Arguments(Map<String, String> options, List<String> operands) {
        this(options, operands, Directory.NOWHERE);
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

    /** Returns an operand that is a valid path; if it was not given, where we are, or the root. */
    String path(int index) {
        String path = operand(index).map(directory::resolve).orElseGet(this::here);
        return validated(path, PathRules.violation(path));
    }

    /** As {@link #path(int)}, and it must be given. */
    String givenPath(int index) {
        if (index >= operands.size()) {
            throw WrongUsageException.missing("a path");
        }
        return path(index);
    }

    /** Returns these, of which there may be no more operands. */
    Arguments requireAtMost(int count) {
        if (operands.size() > count) {
            throw new WrongUsageException("too many arguments: " + operands.size() + ", takes at most " + count);
        }
        return this;
    }

    private String here() {
        String path = directory.path();
        return path == null ? "/" : path;
    }

    /** Returns the first operand, a path that gets a number appended. */
    String sequentialPath() {
        String given = operands.get(0);
        String resolved = directory.resolve(given);
        // The name may be the number alone.
        boolean bare = given.endsWith("/") && !resolved.endsWith("/");
        String path = bare ? resolved + "/" : resolved;
        return validated(path, PathRules.sequentialViolation(path));
    }

    private static String validated(String path, Optional<String> violation) {
        if (violation.isPresent()) {
            throw new InvalidPathException(path, violation.get());
        }
        return path;
    }
}
