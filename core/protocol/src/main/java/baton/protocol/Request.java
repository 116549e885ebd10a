package baton.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of a server: the body that follows a {@link RequestHeader}.
 *
 * <p>Each record writes its components in order; the operation is not part of the bytes. Reading checks only what the
 * protocol calls undecodable: lengths, nulls, watch modes, and what a multi may hold. Paths, flags, versions and lists
 * are taken as they come, for the server to judge. Bytes after the last field are ignored.
 */
public sealed interface Request {
    /** Returns the operation, whose number goes into the header. */
    OpCode opCode();

    /** Writes the body. */
    void write(WireWriter out);

    /**
     * Reads the body of the operation.
     *
     * @throws WireFormatException if the bytes are no such body, or the operation is never a request
     */
    static Request read(OpCode opCode, WireReader in) {
        return switch (opCode) {
            case CREATE, CREATE2, CREATE_CONTAINER -> Create.read(opCode, in);
            case CREATE_TTL -> CreateTtl.read(in);
            case DELETE -> Delete.read(in);
            case EXISTS -> Exists.read(in);
            case GET_DATA -> GetData.read(in);
            case SET_DATA -> SetData.read(in);
            case GET_ACL -> GetAcl.read(in);
            case SET_ACL -> SetAcl.read(in);
            case GET_CHILDREN -> GetChildren.read(in);
            case GET_CHILDREN2 -> GetChildren2.read(in);
            case GET_ALL_CHILDREN_NUMBER -> GetAllChildrenNumber.read(in);
            case GET_EPHEMERALS -> GetEphemerals.read(in);
            case SYNC -> Sync.read(in);
            case CHECK -> Check.read(in);
            case MULTI -> Multi.read(in);
            case MULTI_READ -> MultiRead.read(in);
            case RECONFIG -> Reconfig.read(in);
            case SET_WATCHES -> SetWatches.read(in);
            case SET_WATCHES2 -> SetWatches2.read(in);
            case ADD_WATCH -> AddWatch.read(in);
            case CHECK_WATCHES -> CheckWatches.read(in);
            case REMOVE_WATCHES -> RemoveWatches.read(in);
            case WHO_AM_I -> WhoAmI.INSTANCE;
            case AUTH -> Auth.read(in);
            case SASL -> Sasl.read(in);
            case PING -> Ping.INSTANCE;
            case CREATE_SESSION -> CreateSession.read(in);
            case CLOSE_SESSION -> CloseSession.INSTANCE;
            case DELETE_CONTAINER -> DeleteContainer.read(in);
            case ERROR -> throw in.failure("type", 0, "an error is not a request");
        };
    }

    /** A request about one node. */
    sealed interface OfNode extends Request {
        String path();
    }

    /** A request that may stand inside a {@link Multi}. */
    sealed interface MultiOp extends OfNode {}

    /** A request that may stand inside a {@link MultiRead}, where its {@code watch} is not honoured. */
    sealed interface MultiReadOp extends OfNode {}

    /** A request that creates a node; {@code flags} is the number of a {@link CreateMode}, or anything else a client sent. */
    sealed interface Creation extends MultiOp {
        @Nullable
        Bytes content();

        List<Acl> acl();

        int flags();
    }

    /**
     * Creates a node. One body serves three operations: {@code create}, answered with the path alone,
     * {@code create2}, answered with the path and the stat, and {@code createContainer}, likewise.
     *
     * @param opCode which of the three
     * @param flags number of a {@link CreateMode}, or anything else a client sent
     */
    record Create(OpCode opCode, String path, @Nullable Bytes content, List<Acl> acl, int flags) implements Creation {
        public Create {
            if (opCode != OpCode.CREATE && opCode != OpCode.CREATE2 && opCode != OpCode.CREATE_CONTAINER) {
                throw new IllegalArgumentException(opCode + " does not have the body of a create");
            }
            acl = List.copyOf(acl);
        }

        /** Creates a node of the mode, and asks for its stat; for the modes without a time to live. */
        public Create(String path, @Nullable Bytes content, List<Acl> acl, CreateMode mode) {
            this(mode.isContainer() ? OpCode.CREATE_CONTAINER : OpCode.CREATE2, path, content, acl, mode.flags());
            if (mode.isTtl()) {
                throw new IllegalArgumentException(mode + " needs a time to live: use CreateTtl");
            }
        }

        static Create read(OpCode opCode, WireReader in) {
            return new Create(
                    opCode, in.string("path"), in.nullableBuffer("data"), Acl.readList(in), in.int32("flags"));
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).buffer(content);
            Acl.writeList(out, acl);
            out.int32(flags);
        }
    }

    /** Creates a node with a time to live. */
    record CreateTtl(String path, @Nullable Bytes content, List<Acl> acl, int flags, long ttlMillis)
            implements Creation {
        public CreateTtl {
            acl = List.copyOf(acl);
        }

        static CreateTtl read(WireReader in) {
            return new CreateTtl(
                    in.string("path"), in.nullableBuffer("data"), Acl.readList(in), in.int32("flags"), in.int64("ttl"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.CREATE_TTL;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).buffer(content);
            Acl.writeList(out, acl);
            out.int32(flags).int64(ttlMillis);
        }
    }

    /**
     * Deletes a node without children.
     *
     * @param version what its version must be, or -1 for any
     */
    record Delete(String path, int version) implements MultiOp {
        static Delete read(WireReader in) {
            return new Delete(in.string("path"), in.int32("version"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.DELETE;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).int32(version);
        }
    }

    /** Deletes an expired container or TTL node. Servers make it; from a client it is refused. */
    record DeleteContainer(String path) implements OfNode {
        static DeleteContainer read(WireReader in) {
            return new DeleteContainer(in.string("path"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.DELETE_CONTAINER;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /** Asks whether a node exists. */
    record Exists(String path, boolean watch) implements OfNode {
        static Exists read(WireReader in) {
            return new Exists(in.string("path"), in.bool("watch"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.EXISTS;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).bool(watch);
        }
    }

    /** Reads a node's data and stat. */
    record GetData(String path, boolean watch) implements MultiReadOp {
        static GetData read(WireReader in) {
            return new GetData(in.string("path"), in.bool("watch"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.GET_DATA;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).bool(watch);
        }
    }

    /**
     * Replaces a node's data.
     *
     * @param version what its version must be, or -1 for any
     */
    record SetData(String path, @Nullable Bytes content, int version) implements MultiOp {
        static SetData read(WireReader in) {
            return new SetData(in.string("path"), in.nullableBuffer("data"), in.int32("version"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.SET_DATA;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).buffer(content).int32(version);
        }
    }

    /** Reads a node's access control list. */
    record GetAcl(String path) implements OfNode {
        static GetAcl read(WireReader in) {
            return new GetAcl(in.string("path"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.GET_ACL;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /**
     * Replaces a node's access control list.
     *
     * @param version what the list's version must be, or -1 for any
     */
    record SetAcl(String path, List<Acl> acl, int version) implements OfNode {
        public SetAcl {
            acl = List.copyOf(acl);
        }

        static SetAcl read(WireReader in) {
            return new SetAcl(in.string("path"), Acl.readList(in), in.int32("version"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.SET_ACL;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
            Acl.writeList(out, acl);
            out.int32(version);
        }
    }

    /** Reads the names of a node's children. */
    record GetChildren(String path, boolean watch) implements MultiReadOp {
        static GetChildren read(WireReader in) {
            return new GetChildren(in.string("path"), in.bool("watch"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.GET_CHILDREN;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).bool(watch);
        }
    }

    /** Reads the names of a node's children, and its stat. */
    record GetChildren2(String path, boolean watch) implements OfNode {
        static GetChildren2 read(WireReader in) {
            return new GetChildren2(in.string("path"), in.bool("watch"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.GET_CHILDREN2;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).bool(watch);
        }
    }

    /** Counts a node's descendants. */
    record GetAllChildrenNumber(String path) implements OfNode {
        static GetAllChildrenNumber read(WireReader in) {
            return new GetAllChildrenNumber(in.string("path"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.GET_ALL_CHILDREN_NUMBER;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /**
     * Lists the ephemeral nodes of this session.
     *
     * @param prefix what their paths must begin with; null, blank or {@code "/"} for all
     */
    record GetEphemerals(@Nullable String prefix) implements Request {
        static GetEphemerals read(WireReader in) {
            return new GetEphemerals(in.nullableString("prefixPath"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.GET_EPHEMERALS;
        }

        @Override
        public void write(WireWriter out) {
            out.string(prefix);
        }
    }

    /** Lets the server catch up with what the leader has committed. */
    record Sync(String path) implements OfNode {
        static Sync read(WireReader in) {
            return new Sync(in.string("path"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.SYNC;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /**
     * Makes a multi fail unless a node exists and has the version. Refused outside a multi.
     *
     * @param version what its version must be, or -1 for any
     */
    record Check(String path, int version) implements MultiOp {
        static Check read(WireReader in) {
            return new Check(in.string("path"), in.int32("version"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.CHECK;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).int32(version);
        }
    }

    /** Does all of the operations or none; no other request sees them half done. */
    record Multi(List<MultiOp> ops) implements Request {
        public Multi {
            ops = List.copyOf(ops);
        }

        static Multi read(WireReader in) {
            return new Multi(MultiSequence.read(in, Multi::readOp));
        }

        private static @Nullable MultiOp readOp(OpCode type, WireReader in) {
            return switch (type) {
                case CREATE, CREATE2, CREATE_CONTAINER -> readCreate(type, in);
                case CREATE_TTL -> CreateTtl.read(in);
                case DELETE -> Delete.read(in);
                case SET_DATA -> SetData.read(in);
                case CHECK -> Check.read(in);
                default -> null;
            };
        }

        // Alone, and of a CreateTtl also here, a null list and unknown flags are bad arguments of that request only.
        // Of these three they make the whole multi undecodable.
        private static Create readCreate(OpCode type, WireReader in) {
            Create create = new Create(
                    type, in.string("path"), in.nullableBuffer("data"), Acl.readPresentList(in), in.int32("flags"));
            CreateMode mode = CreateMode.find(create.flags);
            if (mode == null) {
                throw in.failure("flags", 4, "there is no create mode " + create.flags);
            }
            if (mode.isTtl()) {
                throw in.failure("flags", 4, mode + " needs a time to live, and this create has none");
            }
            return create;
        }

        @Override
        public OpCode opCode() {
            return OpCode.MULTI;
        }

        @Override
        public void write(WireWriter out) {
            MultiSequence.writeRequests(out, ops);
        }
    }

    /** Does several reads against one state of the tree. */
    record MultiRead(List<MultiReadOp> ops) implements Request {
        public MultiRead {
            ops = List.copyOf(ops);
        }

        static MultiRead read(WireReader in) {
            return new MultiRead(MultiSequence.read(in, MultiRead::readOp));
        }

        private static @Nullable MultiReadOp readOp(OpCode type, WireReader in) {
            if (type == OpCode.GET_DATA) {
                return GetData.read(in);
            }
            return type == OpCode.GET_CHILDREN ? GetChildren.read(in) : null;
        }

        @Override
        public OpCode opCode() {
            return OpCode.MULTI_READ;
        }

        @Override
        public void write(WireWriter out) {
            MultiSequence.writeRequests(out, ops);
        }
    }

    /**
     * Changes who belongs to the ensemble: either by who joins and leaves, or by naming all members.
     *
     * @param configVersion version the current configuration must have, or -1 for any
     */
    record Reconfig(
            @Nullable String joining,
            @Nullable String leaving,
            @Nullable String newMembers,
            long configVersion) implements Request {
        static Reconfig read(WireReader in) {
            return new Reconfig(
                    in.nullableString("joiningServers"),
                    in.nullableString("leavingServers"),
                    in.nullableString("newMembers"),
                    in.int64("curConfigId"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.RECONFIG;
        }

        @Override
        public void write(WireWriter out) {
            out.string(joining).string(leaving).string(newMembers).int64(configVersion);
        }
    }

    /**
     * Registers the client's watches again after it has reconnected, and delivers what it has missed.
     *
     * @param relativeZxid the last zxid the client had seen
     */
    record SetWatches(long relativeZxid, List<String> data, List<String> exist, List<String> child) implements Request {
        public SetWatches {
            data = List.copyOf(data);
            exist = List.copyOf(exist);
            child = List.copyOf(child);
        }

        static SetWatches read(WireReader in) {
            return new SetWatches(
                    in.int64("relativeZxid"),
                    in.strings("dataWatches"),
                    in.strings("existWatches"),
                    in.strings("childWatches"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.SET_WATCHES;
        }

        @Override
        public void write(WireWriter out) {
            out.int64(relativeZxid).strings(data).strings(exist).strings(child);
        }
    }

    /** As {@link SetWatches}, with the watches that stay until they are removed. */
    record SetWatches2(
            long relativeZxid,
            List<String> data,
            List<String> exist,
            List<String> child,
            List<String> persistent,
            List<String> persistentRecursive)
            implements Request {
        public SetWatches2 {
            data = List.copyOf(data);
            exist = List.copyOf(exist);
            child = List.copyOf(child);
            persistent = List.copyOf(persistent);
            persistentRecursive = List.copyOf(persistentRecursive);
        }

        static SetWatches2 read(WireReader in) {
            return new SetWatches2(
                    in.int64("relativeZxid"),
                    in.strings("dataWatches"),
                    in.strings("existWatches"),
                    in.strings("childWatches"),
                    in.strings("persistentWatches"),
                    in.strings("persistentRecursiveWatches"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.SET_WATCHES2;
        }

        @Override
        public void write(WireWriter out) {
            out.int64(relativeZxid).strings(data).strings(exist).strings(child);
            out.strings(persistent).strings(persistentRecursive);
        }
    }

    /** Registers a watch that stays until it is removed. */
    record AddWatch(String path, AddWatchMode mode) implements OfNode {
        static AddWatch read(WireReader in) {
            String path = in.string("path");
            int code = in.int32("mode");
            AddWatchMode mode = AddWatchMode.find(code);
            if (mode == null) {
                throw in.failure("mode", 4, "there is no watch mode " + code);
            }
            return new AddWatch(path, mode);
        }

        @Override
        public OpCode opCode() {
            return OpCode.ADD_WATCH;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).int32(mode.code());
        }
    }

    /** Asks whether this connection watches the path. */
    record CheckWatches(String path, WatcherType type) implements OfNode {
        static CheckWatches read(WireReader in) {
            return new CheckWatches(in.string("path"), readWatcherType(in));
        }

        @Override
        public OpCode opCode() {
            return OpCode.CHECK_WATCHES;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).int32(type.code());
        }
    }

    /** Ends watches of this connection on the path. */
    record RemoveWatches(String path, WatcherType type) implements OfNode {
        static RemoveWatches read(WireReader in) {
            return new RemoveWatches(in.string("path"), readWatcherType(in));
        }

        @Override
        public OpCode opCode() {
            return OpCode.REMOVE_WATCHES;
        }

        @Override
        public void write(WireWriter out) {
            out.string(path).int32(type.code());
        }
    }

    private static WatcherType readWatcherType(WireReader in) {
        int code = in.int32("watcherType");
        WatcherType type = WatcherType.find(code);
        if (type == null) {
            throw in.failure("watcherType", 4, "there is no watcher type " + code);
        }
        return type;
    }

    /** Lists the identities of this connection. */
    record WhoAmI() implements Request {
        public static final WhoAmI INSTANCE = new WhoAmI();

        @Override
        public OpCode opCode() {
            return OpCode.WHO_AM_I;
        }

        @Override
        public void write(WireWriter out) {
            // There is no body.
        }
    }

    /**
     * Adds an identity to this connection.
     *
     * @param type always 0, and not looked at
     * @param scheme name of the way to authenticate; a null on the wire is read as the empty name, which no server knows
     * @param proof what the scheme wants to see
     */
    record Auth(int type, String scheme, @Nullable Bytes proof) implements Request {
        static Auth read(WireReader in) {
            int type = in.int32("type");
            String scheme = in.nullableString("scheme");
            return new Auth(type, scheme == null ? "" : scheme, in.nullableBuffer("auth"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.AUTH;
        }

        @Override
        public void write(WireWriter out) {
            out.int32(type).string(scheme).buffer(proof);
        }
    }

    /** One step of a SASL conversation. */
    record Sasl(@Nullable Bytes token) implements Request {
        static Sasl read(WireReader in) {
            return new Sasl(in.nullableBuffer("token"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.SASL;
        }

        @Override
        public void write(WireWriter out) {
            out.buffer(token);
        }
    }

    /** Keeps the session alive. */
    record Ping() implements Request {
        public static final Ping INSTANCE = new Ping();

        @Override
        public OpCode opCode() {
            return OpCode.PING;
        }

        @Override
        public void write(WireWriter out) {
            // There is no body.
        }
    }

    /** Opens a session. Servers make it of a {@link ConnectRequest}; from a client it is refused. */
    record CreateSession(int timeoutMillis) implements Request {
        static CreateSession read(WireReader in) {
            return new CreateSession(in.int32("timeOut"));
        }

        @Override
        public OpCode opCode() {
            return OpCode.CREATE_SESSION;
        }

        @Override
        public void write(WireWriter out) {
            out.int32(timeoutMillis);
        }
    }

    /** Ends the session. */
    record CloseSession() implements Request {
        public static final CloseSession INSTANCE = new CloseSession();

        @Override
        public OpCode opCode() {
            return OpCode.CLOSE_SESSION;
        }

        @Override
        public void write(WireWriter out) {
            // There is no body.
        }
    }
}
