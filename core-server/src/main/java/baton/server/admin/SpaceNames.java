package baton.server.admin;

import baton.server.txn.LogSpace;

/** How monitoring calls the room that is left on the disk. */
final class SpaceNames {
    private SpaceNames() {}

    static String of(LogSpace.Level level) {
        return switch (level) {
            case AMPLE -> "ok";
            case LOW -> "reserve";
            case SPENT -> "spent";
        };
    }
}
