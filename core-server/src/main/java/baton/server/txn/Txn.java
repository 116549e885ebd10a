package baton.server.txn;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked change, as the log holds it behind a {@link TxnHeader}.
 *
 * <p>Each record writes its components in order. Values are final: a version is the one the node has afterwards.
 */
public sealed interface Txn {
    /** Returns what the header calls the transaction. */
    OpCode type();

    /** Writes the body. */
    void write(WireWriter out);

    /** Returns the path of the node that it creates; null if it creates none, or more than one. */
    default @Nullable String createdPath() {
        return null;
    }

    /** A transaction that may stand inside a {@link Multi}. */
    sealed interface Sub extends Txn {}

    /**
     * Reads the body of a transaction of the type.
     *
     * <p>For {@link CloseSession} a list of paths is expected; {@link TxnCodec} also reads those that have none.
     *
     * @throws baton.protocol.WireFormatException if the bytes are no such body, or the type is not a transaction
     */
    static Txn read(OpCode type, WireReader in) {
        return switch (type) {
            case CREATE_SESSION -> new CreateSession(in.int32("timeOut"));
            case CLOSE_SESSION -> new CloseSession(in.strings("paths2Delete"));
            case SET_ACL -> new SetAcl(in.string("path"), Acl.readList(in), in.int32("version"));
            case RECONFIG -> new Reconfig(in.string("path"), in.nullableBuffer("data"), in.int32("version"));
            case MULTI -> Multi.read(in);
            default -> {
                Sub sub = readSub(type, in);
                if (sub == null) {
                    throw in.failure("txn.type", 4, type + " is not a transaction");
                }
                yield sub;
            }
        };
    }

    /** Reads the number of a type, refusing those that no release has. */
    static OpCode readType(WireReader in) {
        int code = in.int32("txn.type");
        OpCode type = OpCode.find(code);
        if (type == null) {
            throw in.failure("txn.type", 4, "there is no transaction type " + code);
        }
        return type;
    }

    private static @Nullable Sub readSub(OpCode type, WireReader in) {
        return switch (type) {
            case CREATE, CREATE2 -> Create.read(type, in);
            case CREATE_CONTAINER -> CreateContainer.read(in);
            case CREATE_TTL -> CreateTtl.read(in);
            case DELETE -> new Delete(in.string("path"));
            case DELETE_CONTAINER -> new DeleteContainer(in.string("path"));
            case SET_DATA -> new SetData(in.string("path"), in.nullableBuffer("data"), in.int32("version"));
            case CHECK -> new Check(in.string("path"), in.int32("version"));
            case ERROR -> new Failed(in.int32("err"));
            default -> null;
        };
    }

    /**
     * Creates a persistent or an ephemeral node. {@code CREATE} and {@code CREATE2} differ in the client's answer only.
     *
     * @param type {@code CREATE} or {@code CREATE2}
     * @param ephemeral the node belongs to the header's session
     * @param parentCreates how many children the parent has ever had, this one included; {@link #UNKNOWN_CREATES} if
     *     the transaction does not say
     */
    record Create(
            OpCode type, String path, @Nullable Bytes content, List<Acl> acl, boolean ephemeral, int parentCreates)
            implements Sub {
        /** One more than the parent has had so far: what transactions of release 3.3 mean by saying nothing. */
        public static final int UNKNOWN_CREATES = -1;

        public Create {
            if (type != OpCode.CREATE && type != OpCode.CREATE2) {
                throw new IllegalArgumentException(type + " does not have the body of a create");
            }
            acl = List.copyOf(acl);
        }

        static Create read(OpCode type, WireReader in) {
            String path = in.string("path");
            Bytes content = in.nullableBuffer("data");
            List<Acl> acl = Acl.readList(in);
            boolean ephemeral = in.bool("ephemeral");
            // Release 3.3 ended the body here, and had no digests that could follow.
            boolean old = type == OpCode.CREATE && !in.hasRemaining();
            return new Create(type, path, content, acl, ephemeral, old ? UNKNOWN_CREATES : in.int32("parentCVersion"));
        }

        @Override
        public String createdPath() {
            return path;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).buffer(content);
            Acl.writeList(out, acl);
            out.bool(ephemeral).int32(parentCreates);
        }
    }

    /** Creates a node that vanishes some time after its last child. */
    record CreateContainer(String path, @Nullable Bytes content, List<Acl> acl, int parentCreates) implements Sub {
        public CreateContainer {
            acl = List.copyOf(acl);
        }

        static CreateContainer read(WireReader in) {
            return new CreateContainer(
                    in.string("path"), in.nullableBuffer("data"), Acl.readList(in), in.int32("parentCVersion"));
        }

        @Override
        public OpCode type() {
            return OpCode.CREATE_CONTAINER;
        }

        @Override
        public String createdPath() {
            return path;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).buffer(content);
            Acl.writeList(out, acl);
            out.int32(parentCreates);
        }
    }

    /** Creates a node with a time to live. */
    record CreateTtl(String path, @Nullable Bytes content, List<Acl> acl, int parentCreates, long ttlMillis)
            implements Sub {
        public CreateTtl {
            acl = List.copyOf(acl);
        }

        static CreateTtl read(WireReader in) {
            return new CreateTtl(
                    in.string("path"),
                    in.nullableBuffer("data"),
                    Acl.readList(in),
                    in.int32("parentCVersion"),
                    in.int64("ttl"));
        }

        @Override
        public OpCode type() {
            return OpCode.CREATE_TTL;
        }

        @Override
        public String createdPath() {
            return path;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).buffer(content);
            Acl.writeList(out, acl);
            out.int32(parentCreates).int64(ttlMillis);
        }
    }

    /** Deletes a node. */
    record Delete(String path) implements Sub {
        @Override
        public OpCode type() {
            return OpCode.DELETE;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /** Deletes an expired container or TTL node. */
    record DeleteContainer(String path) implements Sub {
        @Override
        public OpCode type() {
            return OpCode.DELETE_CONTAINER;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /** Replaces a node's data, and says which version that is. */
    record SetData(String path, @Nullable Bytes content, int version) implements Sub {
        @Override
        public OpCode type() {
            return OpCode.SET_DATA;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).buffer(content).int32(version);
        }
    }

    /** Demands that a node has a version; has no effect, and stands inside a {@link Multi} only. */
    record Check(String path, int version) implements Sub {
        @Override
        public OpCode type() {
            return OpCode.CHECK;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).int32(version);
        }
    }

    /**
     * A request that failed: it has no effect but uses up its zxid.
     *
     * @param error number of an {@link ErrorCode}
     */
    record Failed(int error) implements Sub {
        public Failed(ErrorCode error) {
            this(error.code());
        }

        @Override
        public OpCode type() {
            return OpCode.ERROR;
        }

        @Override
        public void write(WireWriter out) {
            out.int32(error);
        }
    }

    /** Replaces a node's access control list, and says which version that is. */
    record SetAcl(String path, List<Acl> acl, int version) implements Txn {
        public SetAcl {
            acl = List.copyOf(acl);
        }

        @Override
        public OpCode type() {
            return OpCode.SET_ACL;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
            Acl.writeList(out, acl);
            out.int32(version);
        }
    }

    /**
     * Replaces the ensemble's configuration.
     *
     * @param path the node that holds it
     * @param content the configuration as text
     * @param version always -1
     */
    record Reconfig(String path, @Nullable Bytes content, int version) implements Txn {
        @Override
        public OpCode type() {
            return OpCode.RECONFIG;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).buffer(content).int32(version);
        }
    }

    /** Opens the header's session. */
    record CreateSession(int timeoutMillis) implements Txn {
        @Override
        public OpCode type() {
            return OpCode.CREATE_SESSION;
        }

        @Override
        public void write(WireWriter out) {
            out.int32(timeoutMillis);
        }
    }

    /**
     * Ends the header's session and deletes its ephemeral nodes.
     *
     * @param paths the nodes to delete; null if the log does not say, as before release 3.6, and they are those that
     *     belong to the session when the transaction is applied
     */
    record CloseSession(@Nullable List<String> paths) implements Txn {
        /** Ends a session whose nodes the log does not name. */
        public static final CloseSession WITHOUT_PATHS = new CloseSession(null);

        public CloseSession {
            paths = paths == null ? null : List.copyOf(paths);
        }

        @Override
        public OpCode type() {
            return OpCode.CLOSE_SESSION;
        }

        @Override
        public void write(WireWriter out) {
            if (paths != null) {
                out.strings(paths);
            }
        }
    }

    /**
     * Does all of its parts, or none if one of them is {@link Failed}.
     *
     * <pre>int32 count, { int32 type, buffer body } ...</pre>
     *
     * <p>In a failed one the parts before the failed one keep their types, the failed one has its error, and those after
     * it {@link ErrorCode#RUNTIME_INCONSISTENCY}. A multi cannot be inside another.
     */
    record Multi(List<Sub> parts) implements Txn {
        public Multi {
            parts = List.copyOf(parts);
        }

        static Multi read(WireReader in) {
            return new Multi(in.list("multi", Multi::readPart));
        }

        private static Sub readPart(WireReader in) {
            OpCode type = readType(in);
            int length = in.length("multi.body");
            if (length < 0) {
                throw in.failure("multi.body", 4, "null where a transaction is needed");
            }
            WireReader body = in.part(length, "multi.body");
            Sub part = readSub(type, body);
            if (part == null) {
                throw in.failure("multi.type", length + 8, type + " is not allowed in a multi");
            }
            if (body.hasRemaining()) {
                throw body.failure("multi.body", 0, body.remaining() + " bytes too many behind the " + type);
            }
            return part;
        }

        /** Says whether a part has failed, so that none of them is done. */
        public boolean isFailed() {
            for (Sub each : parts) {
                if (each instanceof Failed) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public OpCode type() {
            return OpCode.MULTI;
        }

        @Override
        public void write(WireWriter out) {
            out.list(parts, Multi::writePart);
        }

        private static void writePart(WireWriter out, Sub part) {
            out.int32(part.type().code());
            int mark = out.beginFrame();
            part.write(out);
            out.endFrame(mark);
        }
    }
}
