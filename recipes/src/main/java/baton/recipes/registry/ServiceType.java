package baton.recipes.registry;

/** How long the store keeps an instance. */
public enum ServiceType {
    /** As long as the session of the process that announced it. */
    DYNAMIC,
    /** Until it is unregistered or its registry closes. */
    STATIC,
    /** Until it is unregistered. Written once: if somebody deletes it, it stays away. */
    PERMANENT,
    /** As {@link #DYNAMIC}; the store completes the name of the node, so one id may be announced many times. */
    DYNAMIC_SEQUENTIAL;

    boolean isDynamic() {
        return this == DYNAMIC || this == DYNAMIC_SEQUENTIAL;
    }
}
