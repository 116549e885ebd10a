package baton.shell.console;

/**
 * One command of the shell.
 *
 * @param name what the user types
 * @param takes its options and operands, as the usage shows them
 * @param options a line for each option; empty if the usage says enough
 * @param grammar the same for the parser
 * @param action what it does
 */
record Verb(String name, String takes, String options, Grammar grammar, Action action) {
    /** What a command does. */
    @FunctionalInterface
    interface Action {
        /**
         * @throws CommandRefusedException if it cannot be done; its subclasses say why
         * @throws WrongUsageException if the arguments contradict each other
         */
        void run(Arguments arguments, ZnodeShell shell) throws InterruptedException;
    }

    Verb(String name, String takes, Grammar grammar, Action action) {
        this(name, takes, "", grammar, action);
    }

    /** Returns the line that shows how it is used, and the lines of its options. */
    String usage() {
        String line = (name + " " + takes).stripTrailing();
        return options.isEmpty() ? line : line + System.lineSeparator() + options;
    }

    /** Returns the {@link #usage} for who asks for it. */
    Result help() {
        return Result.of(usage()).with("command", name).with("takes", takes);
    }
}
