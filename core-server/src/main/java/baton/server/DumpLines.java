package baton.server;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.Permission;
import baton.protocol.Zxid;
import baton.server.auth.DigestScheme;
import baton.server.storage.KeptFile;
import baton.server.storage.SnapshotNode;
import baton.server.tree.NodeOwner;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import baton.server.txn.TxnHeader;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Prints a line for each session, list and node of a snapshot, and for each transaction of a log and each part of one.
 *
 * <p>Texts that clients chose stand in quotation marks, whatever is in them on one line. Of a password's digest only the
 * user is shown.
 */
final class DumpLines implements KeptFile.Reader {
    /** To look costs a flush. */
    private static final int LINES_UNTIL_LOOK = 1000;

    /**
     * Nobody takes what is printed any more: the reader of a pipe has gone, or the disk is full. Of this kind, for any other
     * that a reader throws is taken for damage of the snapshot.
     */
    static final class UnheardException extends CancellationException {
        private static final long serialVersionUID = 1;
    }

    private final PrintStream out;
    private final boolean withData;
    private long transactions;
    private long sessions;
    private long nodes;
    private long printed;

    DumpLines(PrintStream out, boolean withData) {
        this.out = out;
        this.withData = withData;
    }

    private void print(String line) {
        out.println(line);
        if (++printed % LINES_UNTIL_LOOK == 0 && out.checkError()) {
            throw new UnheardException();
        }
    }

    /** Says how much there was. */
    String counts() {
        return transactions > 0 || sessions + nodes == 0
                ? transactions + " transactions"
                : nodes + " nodes, " + sessions + " sessions";
    }

    @Override
    public void session(long sessionId, int timeoutMillis) {
        sessions++;
        print("session=" + hex(sessionId) + " timeoutMillis=" + timeoutMillis);
    }

    @Override
    public void acl(long aclId, List<Acl> acl) {
        print("acl id=" + aclId + " " + list(acl));
    }

    @Override
    public boolean node(SnapshotNode node) {
        nodes++;
        print("node path=" + quoted(node.path().isEmpty() ? "/" : node.path().utf8())
                + data(node.content())
                + " version=" + node.version()
                + " cversion=" + node.creations()
                + " aversion=" + node.aversion()
                + " czxid=" + Zxid.format(node.czxid())
                + " mzxid=" + Zxid.format(node.mzxid())
                + " pzxid=" + Zxid.format(node.pzxid())
                + " ctime=" + time(node.ctime())
                + " mtime=" + time(node.mtime())
                + owner(node.owner())
                + (node.aclId() == SnapshotNode.OPEN_ACL ? "" : " acl=" + node.aclId()));
        return true;
    }

    private static String owner(long owner) {
        if (owner == NodeOwner.NOBODY) {
            return "";
        }
        if (owner == NodeOwner.CONTAINER) {
            return " container";
        }
        return NodeOwner.isTtl(owner) ? " ttlMillis=" + NodeOwner.ttlMillis(owner) : " session=" + hex(owner);
    }

    @Override
    public void entry(TxnEntry entry) {
        transactions++;
        TxnHeader header = entry.header();
        print("zxid=" + Zxid.format(header.zxid())
                + " time=" + time(header.timeMillis())
                + " session=" + hex(header.sessionId())
                + " cxid=" + header.cxid()
                + " " + what(entry.txn())
                + (entry.digest() == null ? "" : " digest=" + entry.digest().treeDigest()));
        if (entry.txn() instanceof Txn.Multi multi) {
            multi.parts().forEach(each -> print("    " + what(each)));
        }
    }

    private String what(Txn txn) {
        String name = txn.type().name().toLowerCase(Locale.ROOT);
        if (txn instanceof Txn.Create create) {
            return name
                    + create(create.path(), create.content(), create.acl(), create.parentCreates())
                    + (create.ephemeral() ? " ephemeral" : "");
        }
        if (txn instanceof Txn.CreateContainer create) {
            return name + create(create.path(), create.content(), create.acl(), create.parentCreates());
        }
        if (txn instanceof Txn.CreateTtl create) {
            return name + create(create.path(), create.content(), create.acl(), create.parentCreates()) + " ttlMillis="
                    + create.ttlMillis();
        }
        if (txn instanceof Txn.Delete delete) {
            return name + path(delete.path());
        }
        if (txn instanceof Txn.DeleteContainer delete) {
            return name + path(delete.path());
        }
        if (txn instanceof Txn.SetData set) {
            return name + path(set.path()) + data(set.content()) + " version=" + set.version();
        }
        if (txn instanceof Txn.SetAcl set) {
            return name + path(set.path()) + " acl=" + list(set.acl()) + " aversion=" + set.version();
        }
        if (txn instanceof Txn.Check check) {
            return name + path(check.path()) + " version=" + check.version();
        }
        if (txn instanceof Txn.Failed failed) {
            ErrorCode error = ErrorCode.find(failed.error());
            return name + "=" + (error == null ? failed.error() : error.name());
        }
        if (txn instanceof Txn.Reconfig reconfig) {
            return name + path(reconfig.path()) + data(reconfig.content());
        }
        if (txn instanceof Txn.CreateSession session) {
            return name + " timeoutMillis=" + session.timeoutMillis();
        }
        if (txn instanceof Txn.CloseSession session) {
            return name + paths(session.paths());
        }
        if (txn instanceof Txn.Multi multi) {
            return name + " parts=" + multi.parts().size();
        }
        throw new IllegalArgumentException("no line is known for a transaction " + name);
    }

    private String create(String path, @Nullable Bytes content, List<Acl> acl, int parentCreates) {
        return path(path) + data(content) + " acl=" + list(acl) + " parentCversion=" + parentCreates;
    }

    private static String paths(@Nullable List<String> paths) {
        if (paths == null) {
            return " deletes=unsaid";
        }
        List<String> texts = new ArrayList<>();
        paths.forEach(each -> texts.add(quoted(each)));
        return " deletes=" + texts;
    }

    private static String path(String path) {
        return " path=" + quoted(path);
    }

    private String data(@Nullable Bytes data) {
        if (data == null) {
            return " data=null";
        }
        return withData ? " data=" + quoted(data.utf8()) : " bytes=" + data.size();
    }

    private static String list(List<Acl> acl) {
        List<String> entries = new ArrayList<>();
        for (Acl each : acl) {
            String id = each.scheme().equals(DigestScheme.NAME) ? DigestScheme.withoutHash(each.id()) : each.id();
            entries.add(quoted(each.scheme() + ":" + id + ":" + Permission.format(each.permissions())));
        }
        return entries.toString();
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            switch (unit) {
                case '"', '\\' -> quoted.append('\\').append(unit);
                case '\n' -> quoted.append("\\n");
                default -> {
                    if (Character.isISOControl(unit)) {
                        quoted.append(String.format("\\u%04x", (int) unit));
                    } else {
                        quoted.append(unit);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
