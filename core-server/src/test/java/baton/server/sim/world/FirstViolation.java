package baton.server.sim.world;

import baton.server.sim.history.Violation;
import org.jspecify.annotations.Nullable;

/**
 * The first promise that was broken in the middle of a turn: kept until the turn is over, as the server might take it for a
 * failure of its own.
 */
final class FirstViolation {
    private @Nullable Violation broken;

    void note(Violation violation) {
        broken = broken == null ? violation : broken;
    }

    void requireNone() {
        if (broken != null) {
            throw broken;
        }
    }
}
