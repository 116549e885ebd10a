package baton.recipes;

/**
 * Hears of the connection.
 *
 * <p>Runs on the listener executor; calls to one listener come in order and never overlap. Recipes have been told
 * before. A client whose link flaps (more than ten times a minute) reports SUSPENDED once, and again only what lasts;
 * LOST is always reported.
 */
@FunctionalInterface
public interface ConnectionListener {
    void stateChanged(ConnectionEvent event);
}
