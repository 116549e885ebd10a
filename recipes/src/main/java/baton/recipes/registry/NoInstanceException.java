package baton.recipes.registry;

/** A provider has nothing to give, and says why. Trying again later can help. */
public final class NoInstanceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoInstanceException(String service, String why) {
        super("no instance of service " + service + ": " + why);
    }
}
