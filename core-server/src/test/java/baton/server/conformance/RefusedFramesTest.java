package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Response;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.storage.WrittenLog;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames that are nearly right, one at a time, by the only client there is: what is refused changes nothing.
 *
 * <p>What became of each stands beside what the log says of it: of a refused one at most that it failed, of one that cost the
 * connection nothing. And the tree is what the log makes of an empty one, so nothing was changed past it.
 *
 * <p>One seed makes the same frames: {@code -Dfuzz.seed=N}.
 */
@Timeout(600)
class RefusedFramesTest {
    private static final String TTL_SWITCH = "zookeeper.extendedTypesEnabled";
    private static final int FRAMES_PER_CONNECTION = 200;

    /** What became of a frame. */
    private enum Fate {
        DONE,
        REFUSED,
        CUT_OFF
    }

    /** A frame by the session and the number it was sent with. */
    private record Sent(long sessionId, int xid) {}

    @TempDir
    Path temp;

    private final long seed = Long.getLong("fuzz.seed", 20_261_122L);
    private final Map<Sent, Fate> fates = new HashMap<>();
    private final Map<Sent, SentRequest> frames = new HashMap<>();
    private int lastXid;

    @BeforeAll
    static void allowTtlNodes() {
        System.setProperty(TTL_SWITCH, "true");
    }

    @AfterAll
    static void resetTtlNodes() {
        System.clearProperty(TTL_SWITCH);
    }

    @Test
    void whatIsRefusedChangesNothing() throws Exception {
        send(15_000);
    }

    @Test
    @Tag("soak")
    void whatIsRefusedChangesNothingForLong() throws Exception {
        send(1_000_000);
    }

    private void send(int count) throws Exception {
        System.out.printf("%d frames one by one, seed %d%n", count, seed);
        FuzzedDirectory directory = new FuzzedDirectory(temp.resolve("data"));
        SpoiltRequests requests = new SpoiltRequests(seed);
        List<String> left;
        try (BatonServer server = BatonServer.start(directory.settings())) {
            while (fates.size() < count) {
                sendOverOne(server.port(), requests);
            }
            left = directory.leftIn(server);
        }

        Map<Fate, Integer> logged = judge(WrittenLog.entries(directory.path()));

        assertThat(logged).as("seed %d", seed).containsOnlyKeys(Fate.DONE, Fate.REFUSED);
        assertThat(fates).containsValue(Fate.CUT_OFF);
        directory.requireFound(left);
    }

    /** Sends some frames over a connection, as far as that lasts. */
    private void sendOverOne(int port, SpoiltRequests requests) throws IOException {
        try (RawClient client = new RawClient(port)) {
            ConnectResponse session =
                    client.connect(new ConnectRequest(0, 1_000, 0, ConnectRequest.NO_PASSWORD, false));
            Fate fate = Fate.DONE;
            for (int i = 0; i < FRAMES_PER_CONNECTION && fate != Fate.CUT_OFF; i++) {
                SentRequest next = requests.next();
                // Proofs have the number that they all have, and are never logged.
                int xid = next.type() == OpCode.AUTH.code() ? Xid.AUTH : ++lastXid;
                SentRequest request = new SentRequest(xid, next.type(), next.body(), next.shown());
                fate = fateOf(client, request);
                fates.put(new Sent(session.sessionId(), xid), fate);
                frames.put(new Sent(session.sessionId(), xid), request);
            }
        }
    }

    private static Fate fateOf(RawClient client, SentRequest request) throws IOException {
        WireWriter out = new WireWriter();
        request.write(out);
        try {
            client.send(out.toArray());
            while (true) {
                WireReader in = WireReader.of(client.receive());
                ReplyHeader header = ReplyHeader.read(in);
                if (header.xid() != Xid.NOTIFICATION) {
                    return header.isOk() && !isFailedMulti(request, in) ? Fate.DONE : Fate.REFUSED;
                }
            }
        } catch (EOFException | SocketException cut) {
            return Fate.CUT_OFF;
        }
    }

    private static boolean isFailedMulti(SentRequest request, WireReader body) {
        return request.operation() == OpCode.MULTI
                && ((Response.Multi) Response.read(OpCode.MULTI, body))
                        .results().stream().anyMatch(MultiResult.Failed.class::isInstance);
    }

    /** Holds the log against what became of the frames; returns how many entries there are of each fate. */
    private Map<Fate, Integer> judge(List<TxnEntry> entries) {
        Map<Fate, Integer> logged = new EnumMap<>(Fate.class);
        for (TxnEntry each : entries) {
            Sent sent = new Sent(each.header().sessionId(), each.header().cxid());
            Fate fate = fates.get(sent);
            if (fate != null) {
                boolean changes = !(each.txn() instanceof Txn.Failed)
                        && !(each.txn() instanceof Txn.Multi multi && multi.isFailed());
                assertThat(changes)
                        .as("seed %d: %s was %s, and is logged as %s", seed, frames.get(sent), fate, each.txn())
                        .isEqualTo(fate == Fate.DONE);
                logged.merge(fate, 1, Integer::sum);
            }
        }
        return logged;
    }
}
