package baton.server.runtime;

import baton.protocol.ReplyHeader;
import baton.protocol.WatchEvent;
import baton.protocol.WireWriter;

/** The bytes of a watch event, the same for everyone who gets it. */
final class EventFrame {
    private static final int CAPACITY = 128;

    private EventFrame() {}

    static byte[] encode(WatchEvent event, long zxid) {
        WireWriter out = new WireWriter(CAPACITY);
        int mark = out.beginFrame();
        ReplyHeader.notification(zxid).write(out);
        event.write(out);
        out.endFrame(mark);
        return out.toArray();
    }
}
