package baton.server.storage;

import baton.protocol.Zxid;

/** What may follow what in a history. */
final class ZxidOrder {
    private ZxidOrder() {}

    /** Says whether {@code next} may stand right behind {@code last}: no zxid of an epoch is left out. */
    static boolean follows(long last, long next) {
        return next == last + 1 && Zxid.epochOf(next) == Zxid.epochOf(last) || Zxid.epochOf(next) > Zxid.epochOf(last);
    }
}
