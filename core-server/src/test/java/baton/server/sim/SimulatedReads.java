package baton.server.sim;

import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.server.auth.Identity;
import baton.server.request.NodeReads;
import baton.server.request.ReadAnswer;
import baton.server.request.ReadRequests;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.tree.ListingCache;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Has reads answered as an event loop does: by bytes where that is how it goes, which are shown as objects. For one thread. */
public final class SimulatedReads {
    private final ReadRequests requests;
    private final NodeReads nodes;
    private int lent;

    public SimulatedReads(ReadRequests requests) {
        this.requests = requests;
        this.nodes = requests.nodeReads(new ListingCache(
                1 << 10, new ListingCache.Lending(20, 1, 1 << 11), new DrawnLoans(new SplittableRandom(1))));
    }

    /** Returns how many answers were sent in part from where they are kept. */
    public int lent() {
        return lent;
    }

    public ReadAnswer answer(Request request, ClientConnection from, Session session, List<Identity> identities) {
        if (!NodeReads.answers(request.opCode())) {
            return requests.answer(request, from, session, identities);
        }
        WireWriter bytes = new WireWriter();
        request.write(bytes);
        nodes.look(request.opCode(), WireReader.of(bytes.toArray()), from, session, identities);
        bytes.reset();
        WireReader reply = WireReader.of(whole(bytes, nodes.write(1, bytes)));
        ReplyHeader header = ReplyHeader.read(reply);
        Response response = header.isOk() ? Response.read(request.opCode(), reply) : null;
        return new ReadAnswer(header.zxid(), Objects.requireNonNull(header.errorCode()), response, List.of());
    }

    private byte[] whole(WireWriter bytes, @Nullable ByteBuffer names) {
        if (names == null) {
            return bytes.toArray();
        }
        lent++;
        int at = nodes.lentAt();
        return new WireWriter()
                .raw(bytes.unsafeArray(), 0, at)
                .raw(names)
                .raw(bytes.unsafeArray(), at, bytes.size() - at)
                .toArray();
    }
}
