package baton.server.request;

import baton.server.session.SessionTable;
import baton.server.tree.Aftermath;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;

/** All that transactions change: the tree and the sessions. What a snapshot holds, and what a log is replayed over. */
public record ServerState(ZnodeTree tree, SessionTable sessions) {
    /** Applies an entry of the log while the server does not serve yet. */
    public void replay(TxnEntry entry) {
        long sessionId = entry.header().sessionId();
        if (entry.txn() instanceof Txn.CreateSession create) {
            sessions.restore(sessionId, create.timeoutMillis());
        } else if (entry.txn() instanceof Txn.CloseSession) {
            sessions.remove(sessionId);
        }
        tree.apply(entry.header(), entry.txn(), Aftermath.UNHEEDED);
    }
}
