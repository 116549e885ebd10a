package baton.protocol;

/**
 * What a watch delivers. It follows a {@linkplain ReplyHeader#notification notification header}, which has the zxid of
 * the transaction that caused it.
 *
 * <pre>int32 type, int32 state, string path</pre>
 */
public record WatchEvent(EventType type, KeeperState state, String path) {
    /** Makes an event as servers send it. */
    public WatchEvent(EventType type, String path) {
        this(type, KeeperState.SYNC_CONNECTED, path);
    }

    public static WatchEvent read(WireReader in) {
        int typeCode = in.int32("event.type");
        EventType type = EventType.find(typeCode);
        if (type == null) {
            throw in.failure("event.type", 4, "there is no event type " + typeCode);
        }
        int stateCode = in.int32("event.state");
        KeeperState state = KeeperState.find(stateCode);
        if (state == null) {
            throw in.failure("event.state", 4, "there is no state " + stateCode);
        }
        return new WatchEvent(type, state, in.string("event.path"));
    }

    public void write(WireWriter out) {
        out.int32(type.code()).int32(state.code()).string(path);
    }
}
