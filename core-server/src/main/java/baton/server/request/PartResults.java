package baton.server.request;

import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.WireWriter;
import baton.server.tree.NodeState;
import baton.server.txn.Txn;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a client is answered to a multi: written from the parts and what they made of their nodes, without anything between. */
final class PartResults implements Effect.Body {
    private final Txn.Multi multi;

    /** Those that parts created or changed, as they were right after it. */
    private final @Nullable NodeState[] nodes;

    private int count;

    PartResults(Txn.Multi multi) {
        this.multi = multi;
        this.nodes = new NodeState[multi.parts().size()];
    }

    /** Takes in what the next part made of its node, if it did anything to one that is still there. */
    void add(@Nullable NodeState node) {
        nodes[count++] = node;
    }

    @Override
    public void write(WireWriter out) {
        List<Txn.Sub> parts = multi.parts();
        boolean failed = multi.isFailed();
        for (int i = 0; i < parts.size(); i++) {
            Txn.Sub part = parts.get(i);
            if (failed) {
                new MultiResult.Failed(part instanceof Txn.Failed one ? one.error() : 0).write(out);
            } else {
                writeDone(part, nodes[i], out);
            }
        }
        MultiResult.writeEnd(out);
    }

    @Override
    public int error() {
        for (Txn.Sub each : multi.parts()) {
            if (each instanceof Txn.Failed failed && failed.error() != 0) {
                return failed.error();
            }
        }
        return 0;
    }

    private static void writeDone(Txn.Sub part, @Nullable NodeState node, WireWriter out) {
        MultiResult.Done.writeHeader(part.type(), out);
        String created = part.createdPath();
        if (created != null) {
            out.string(created);
        }
        if (hasStat(part.type())) {
            Objects.requireNonNull(node, "a part that is answered with a stat has left no node")
                    .writeStat(out);
        }
    }

    private static boolean hasStat(OpCode type) {
        return type != OpCode.CREATE && type != OpCode.DELETE && type != OpCode.CHECK;
    }

    @Override
    public String toString() {
        return "PartResults[" + multi.parts() + "]";
    }
}
