package baton.client;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.SessionId;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Nodes of the SPI as requests of the protocol, and answers of the protocol as nodes of the SPI.
 *
 * @param acl access control list of every node created
 * @param dataBytesMax largest payload
 */
record NodeRequests(List<Acl> acl, int dataBytesMax) {

    /**
     * The request that creates a node.
     *
     * @throws CoordinationException if the payload is too large, or the store has no such kind of node
     */
    Request.MultiOp create(CreateSpec spec) {
        Bytes data = checked(spec.path(), spec.data());
        boolean ordered = spec.ordering().isPresent();
        String path = spec.ordering()
                .map(ordering -> orderedPath(spec, ordering))
                .orElse(spec.path().toString());
        if (spec.lifetime() instanceof Lifetime.Ttl ttl) {
            CreateMode mode = ordered ? CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL : CreateMode.PERSISTENT_WITH_TTL;
            return new Request.CreateTtl(
                    path, data, acl, mode.flags(), ttl.unwritten().toMillis());
        }
        return switch ((Lifetime.Plain) spec.lifetime()) {
            case PERSISTENT -> create(path, data, ordered ? CreateMode.PERSISTENT_SEQUENTIAL : CreateMode.PERSISTENT);
            case EPHEMERAL -> create(path, data, ordered ? CreateMode.EPHEMERAL_SEQUENTIAL : CreateMode.EPHEMERAL);
            case CONTAINER -> {
                if (ordered) {
                    throw new CoordinationException(
                            CoreError.UNSUPPORTED, spec.path(), "a container cannot have an ordered name");
                }
                yield create(path, data, CreateMode.CONTAINER);
            }
        };
    }

    /** The request that creates a directory. */
    Request directory(String path, boolean container) {
        return create(path, Bytes.EMPTY, container ? CreateMode.CONTAINER : CreateMode.PERSISTENT);
    }

    /** A node that is deleted again in the same transaction. */
    Request.MultiOp placeholder(String path) {
        return create(path, Bytes.EMPTY, CreateMode.PERSISTENT);
    }

    /** The bytes of a payload that is not too large. */
    Bytes checked(NodePath path, Payload data) {
        if (data.length() > dataBytesMax) {
            throw new CoordinationException(
                    CoreError.TOO_LARGE,
                    path,
                    data.length() + " bytes of data for " + path + ": at most " + dataBytesMax + " are possible");
        }
        return Bytes.wrap(data.toByteArray());
    }

    private Request.Create create(String path, Bytes data, CreateMode mode) {
        return new Request.Create(path, data, acl, mode);
    }

    private static String orderedPath(CreateSpec spec, Ordering ordering) {
        return spec.path().child(EntryNames.prefix(ordering, spec.attempt())).toString();
    }

    static Node node(NodePath path, Response.Content content) {
        return new Node(path, payload(content), stat(content.stat()));
    }

    static Payload payload(Response.Content content) {
        Bytes bytes = content.bytes();
        return bytes == null ? Payload.EMPTY : Payload.of(bytes.unsafeArray());
    }

    static NodeStat stat(Stat stat) {
        return new NodeStat(
                stat.czxid(),
                stat.mzxid(),
                stat.version(),
                stat.ephemeralOwner() == 0 ? Optional.empty() : Optional.of(sessionId(stat.ephemeralOwner())),
                stat.dataLength(),
                OptionalInt.of(stat.numChildren()));
    }

    static SessionId sessionId(long value) {
        return new SessionId(baton.protocol.SessionId.format(value));
    }
}
