package baton.etcd.state;

import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.SessionId;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import java.util.Optional;
import java.util.OptionalInt;

/** Nodes as etcd keeps them. A version counts from one there and from zero in the SPI; nobody counts children. */
public final class Nodes {
    private Nodes() {}

    public static Node node(NodePath path, KeyValue found) {
        return new Node(path, payload(found.getValue()), stat(found));
    }

    /** A node without its data. */
    public static Node bare(NodePath path, KeyValue found) {
        return new Node(path, Payload.EMPTY, stat(found));
    }

    public static NodeStat stat(KeyValue found) {
        return stat(
                found.getCreateRevision(),
                found.getModRevision(),
                found.getVersion(),
                new LeaseId(found.getLease()),
                found.getValue().size());
    }

    /** The stat of a node that was created at {@code revision}. */
    public static NodeStat created(long revision, LeaseId lease, int dataLength) {
        return stat(revision, revision, 1, lease, dataLength);
    }

    /** The stat of a node that was written at {@code revision} and was {@code before}. */
    public static NodeStat written(KeyValue before, long revision, LeaseId lease, int dataLength) {
        return stat(before.getCreateRevision(), revision, before.getVersion() + 1, lease, dataLength);
    }

    private static NodeStat stat(long createRev, long modRev, long version, LeaseId lease, int dataLength) {
        Optional<SessionId> owner =
                lease.value() == 0 || lease.isOfNode() ? Optional.empty() : Optional.of(lease.session());
        return new NodeStat(createRev, modRev, version - 1, owner, dataLength, OptionalInt.empty());
    }

    public static ByteString bytes(Payload data) {
        return ByteString.copyFrom(data.toByteArray());
    }

    private static Payload payload(ByteString value) {
        return Payload.of(value.toByteArray());
    }
}
