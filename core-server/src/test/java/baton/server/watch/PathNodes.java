package baton.server.watch;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.server.tree.Aftermath;
import baton.server.tree.PathHash;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnHeader;
import java.util.Objects;

/** The nodes of a tree, made when they are asked for. */
final class PathNodes {
    private final ZnodeTree tree;

    PathNodes(PathHash hashes) {
        this.tree = ZnodeTree.fresh(hashes);
    }

    Znode at(String path) {
        for (int end = path.indexOf('/', 1); end >= 0; end = path.indexOf('/', end + 1)) {
            create(path.substring(0, end));
        }
        create(path);
        return Objects.requireNonNull(tree.find(path));
    }

    private void create(String path) {
        if (tree.find(path) == null) {
            Txn.Create create = new Txn.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, false, 1);
            tree.apply(new TxnHeader(1, 1, tree.position().zxid() + 1, 1, create.type()), create, Aftermath.UNHEEDED);
        }
    }
}
