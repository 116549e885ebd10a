package baton.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers: the body that follows a {@link ReplyHeader} without an error.
 *
 * <p>Each record writes its components in order. Operations with the same body share a record.
 */
public sealed interface Response {
    /** Writes the body. */
    void write(WireWriter out);

    /**
     * Reads the body of the answer to the operation.
     *
     * @throws WireFormatException if the bytes are no such body, or the operation has no answer
     */
    static Response read(OpCode opCode, WireReader in) {
        return switch (opCode) {
            case CREATE -> new Created(in.string("path"));
            case CREATE2, CREATE_CONTAINER, CREATE_TTL -> new CreatedWithStat(in.string("path"), Stat.read(in));
            case EXISTS, SET_DATA, SET_ACL -> new StatOnly(Stat.read(in));
            case GET_DATA, RECONFIG -> new Content(in.nullableBuffer("data"), Stat.read(in));
            case GET_ACL -> new AclList(Acl.readList(in), Stat.read(in));
            case GET_CHILDREN -> new Children(in.strings("children"));
            case GET_CHILDREN2 -> new ChildrenWithStat(in.strings("children"), Stat.read(in));
            case GET_ALL_CHILDREN_NUMBER -> new DescendantCount(in.int32("totalNumber"));
            case GET_EPHEMERALS -> new Ephemerals(in.strings("ephemerals"));
            case SYNC -> new Synced(in.string("path"));
            case MULTI, MULTI_READ -> Multi.read(in);
            case ADD_WATCH -> WatchAdded.read(in);
            case WHO_AM_I -> new Identities(in.list("clientInfo", ClientIdentity::read));
            case SASL -> new SaslToken(in.nullableBuffer("token"));
            case DELETE,
                    DELETE_CONTAINER,
                    CHECK,
                    PING,
                    AUTH,
                    SET_WATCHES,
                    SET_WATCHES2,
                    CHECK_WATCHES,
                    REMOVE_WATCHES,
                    CLOSE_SESSION -> Empty.INSTANCE;
            case CREATE_SESSION, ERROR -> throw in.failure("type", 0, opCode + " has no answer of this kind");
        };
    }

    /** No body: the header says it all. */
    record Empty() implements Response {
        public static final Empty INSTANCE = new Empty();

        @Override
        public void write(WireWriter out) {
            // There is no body.
        }
    }

    /**
     * A node was created.
     *
     * @param path its path, with the number if it is sequential
     */
    record Created(String path) implements Response {
        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /** A node was created, and this is its stat. */
    record CreatedWithStat(String path, Stat stat) implements Response {
        @Override
        public void write(WireWriter out) {
            out.string(path);
            stat.write(out);
        }
    }

    /** The stat of a node that exists, or whose data or access control list was replaced. */
    record StatOnly(Stat stat) implements Response {
        @Override
        public void write(WireWriter out) {
            stat.write(out);
        }
    }

    /**
     * A node's data and stat; the answer to a reconfiguration holds the new configuration this way.
     *
     * @param bytes the data; null if the node was created with none
     */
    record Content(@Nullable Bytes bytes, Stat stat) implements Response {
        @Override
        public void write(WireWriter out) {
            out.buffer(bytes);
            stat.write(out);
        }
    }

    /** A node's access control list and stat. */
    record AclList(List<Acl> acl, Stat stat) implements Response {
        public AclList {
            acl = List.copyOf(acl);
        }

        @Override
        public void write(WireWriter out) {
            Acl.writeList(out, acl);
            stat.write(out);
        }
    }

    /** The names, not paths, of a node's children, in no particular order. */
    record Children(List<String> names) implements Response {
        public Children {
            names = List.copyOf(names);
        }

        @Override
        public void write(WireWriter out) {
            out.strings(names);
        }
    }

    /** The names of a node's children, and its stat. */
    record ChildrenWithStat(List<String> names, Stat stat) implements Response {
        public ChildrenWithStat {
            names = List.copyOf(names);
        }

        @Override
        public void write(WireWriter out) {
            out.strings(names);
            stat.write(out);
        }
    }

    /** The number of a node's descendants at any depth. */
    record DescendantCount(int count) implements Response {
        @Override
        public void write(WireWriter out) {
            out.int32(count);
        }
    }

    /** The paths of the session's ephemeral nodes, in no particular order. */
    record Ephemerals(List<String> paths) implements Response {
        public Ephemerals {
            paths = List.copyOf(paths);
        }

        @Override
        public void write(WireWriter out) {
            out.strings(paths);
        }
    }

    /** The server has caught up; the path is the request's. */
    record Synced(String path) implements Response {
        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /** The results of a multi, one for each operation unless there were none. */
    record Multi(List<MultiResult> results) implements Response {
        public Multi {
            results = List.copyOf(results);
        }

        static Multi read(WireReader in) {
            return new Multi(MultiSequence.read(in, MultiResult::readBody));
        }

        @Override
        public void write(WireWriter out) {
            for (MultiResult each : results) {
                each.write(out);
            }
            MultiSequence.writeEnd(out);
        }
    }

    /** A watch was added. The body is a number that is always 0. */
    record WatchAdded() implements Response {
        public static final WatchAdded INSTANCE = new WatchAdded();

        static WatchAdded read(WireReader in) {
            in.int32("err");
            return INSTANCE;
        }

        @Override
        public void write(WireWriter out) {
            out.int32(0);
        }
    }

    /** The identities of the connection, in no particular order. */
    record Identities(List<ClientIdentity> identities) implements Response {
        public Identities {
            identities = List.copyOf(identities);
        }

        @Override
        public void write(WireWriter out) {
            out.list(identities, (each, identity) -> identity.write(each));
        }
    }

    /** The server's step in a SASL conversation. */
    record SaslToken(@Nullable Bytes token) implements Response {
        @Override
        public void write(WireWriter out) {
            out.buffer(token);
        }
    }
}
