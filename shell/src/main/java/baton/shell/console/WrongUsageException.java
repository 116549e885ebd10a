package baton.shell.console;

/** A command was given what it does not take. The message says what; the command's usage is shown below it. */
final class WrongUsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUsageException(String message) {
        super(message);
    }
}
