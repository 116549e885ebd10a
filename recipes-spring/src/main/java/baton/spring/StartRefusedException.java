package baton.spring;

/**
 * The application must not start as it is configured or written. Boot prints what is wrong and what to do about it
 * instead of a stack trace.
 */
public final class StartRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String description;
    private final String action;

    /**
     * Refuses the start.
     *
     * @param description what is wrong, in sentences
     * @param action what to do about it, in sentences
     */
    public StartRefusedException(String description, String action) {
        super(description + " " + action);
        this.description = description;
        this.action = action;
    }

    public String description() {
        return description;
    }

    public String action() {
        return action;
    }
}
