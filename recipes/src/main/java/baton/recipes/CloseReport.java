package baton.recipes;

import baton.core.NodePath;
import java.util.List;

/**
 * What closing left behind.
 *
 * @param unconfirmed nodes of which the store did not say in time that they are gone; ephemeral ones vanish with the
 *     session at the latest
 * @param sessionEnded whether the store confirmed the end of the session; always false for a recipe, which has none
 */
public record CloseReport(List<NodePath> unconfirmed, boolean sessionEnded) {
    public CloseReport {
        unconfirmed = List.copyOf(unconfirmed);
    }

    public boolean isClean() {
        return unconfirmed.isEmpty();
    }
}
