package baton.recipes.queue;

/** Thrown by a handler: never. The task is dead at once, whatever attempts it has left. */
public final class RejectTaskException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RejectTaskException(String reason) {
        super(reason);
    }
}
