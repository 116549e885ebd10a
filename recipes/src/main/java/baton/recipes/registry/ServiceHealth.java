package baton.recipes.registry;

/** What an instance says of itself. */
public enum ServiceHealth {
    UP,
    /** Works, with some trouble; is still picked. */
    WARN,
    /** Is not picked. */
    DOWN
}
