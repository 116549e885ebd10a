package baton.server.runtime;

import baton.protocol.ConnectResponse;
import baton.protocol.ReplyHeader;
import baton.protocol.Response;
import baton.protocol.WireWriter;
import baton.server.request.Effect;
import baton.server.request.NodeReads;
import baton.server.transport.ClientChannel;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends answers, each written into the same memory, which the channels copy. All methods return how many bytes were sent.
 *
 * <p>Confined to its loop.
 */
final class AnswerFrames {
    private static final int BYTES_KEPT = 1 << 20;

    private WireWriter scratch = new WireWriter();

    int send(ClientChannel to, ConnectResponse response) {
        WireWriter out = emptied();
        int mark = out.beginFrame();
        response.write(out);
        return end(to, out, mark);
    }

    int send(ClientChannel to, int xid, long zxid, int error, @Nullable Response response) {
        WireWriter out = emptied();
        int mark = out.beginFrame();
        new ReplyHeader(xid, zxid, error).write(out);
        if (response != null) {
            response.write(out);
        }
        return end(to, out, mark);
    }

    int send(ClientChannel to, Effect.Answer answer) {
        WireWriter out = emptied();
        int mark = out.beginFrame();
        out.int32(answer.xid()).int64(answer.zxid()).int32(answer.error());
        answer.writeBody(out);
        return end(to, out, mark);
    }

    int send(ClientChannel to, int xid, NodeReads node) {
        WireWriter out = emptied();
        int mark = out.beginFrame();
        ByteBuffer lent = node.write(xid, out);
        if (lent == null) {
            return end(to, out, mark);
        }
        int bytes = out.size() + lent.remaining();
        out.patchInt32(mark, bytes - mark - Integer.BYTES);
        to.send(out, node.lentAt(), lent);
        return bytes;
    }

    private WireWriter emptied() {
        if (scratch.size() > BYTES_KEPT) {
            // One large answer must not cost its memory for ever.
            scratch = new WireWriter();
        }
        scratch.reset();
        return scratch;
    }

    private static int end(ClientChannel to, WireWriter out, int mark) {
        out.endFrame(mark);
        to.send(out);
        return out.size();
    }
}
