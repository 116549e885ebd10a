package baton.server.storage;

import baton.protocol.Zxid;

/** What may follow what in a history. */
final class ZxidOrder {
    private ZxidOrder() {}

    /** Says whether {@code next} may stand right behind {@code last}: no zxid is left out but the rest of an epoch. */
    static boolean follows(long last, long next) {
        return next == last + 1 || next == Zxid.pack(Zxid.epochOf(next), 1) && next > last;
    }
}
