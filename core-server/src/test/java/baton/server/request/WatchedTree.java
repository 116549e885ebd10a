package baton.server.request;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.server.auth.AccessControl;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.session.SessionTable;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import baton.server.watch.WatchTable;
import java.util.ArrayList;
import java.util.List;

/** A tree that one thread writes as the sequencer does, while others read and watch it as event loops do. */
final class WatchedTree {
    private final ZnodeTree tree = ZnodeTree.fresh(SeededHash.of(1));
    private final WatchTable<ClientConnection> watches = new WatchTable<>(SeededHash.of(1));
    private final List<Effect> effects = new ArrayList<>();
    private final Consequences consequences = new Consequences(watches, AccessControl.standard(), effects);

    final ReadRequests reads =
            new ReadRequests(tree, watches, AccessControl.standard(), Integer.MAX_VALUE, Integer.MAX_VALUE);
    final Session session = new SessionTable(1_000).open(1, 10_000, 0);
    private long zxid;

    static Txn.Create creation(String path, int parentCreates) {
        return new Txn.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, false, parentCreates);
    }

    /** Applies behind the closed gate, and hands the events over before it opens; returns the change's zxid, counted from 1. */
    long write(Txn txn) {
        zxid++;
        tree.gate().close();
        try {
            consequences.apply(tree, TxnEntry.of(1, 1, zxid, 1, txn, null));
            for (Effect each : effects) {
                Effect.Deliver event = (Effect.Deliver) each;
                event.to().forEach(to -> ((Inbox) to).events.add(event));
            }
            effects.clear();
        } finally {
            tree.gate().open();
        }
        return zxid;
    }
}
