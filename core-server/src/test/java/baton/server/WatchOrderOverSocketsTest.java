package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.protocol.WireReader;
import baton.protocol.Xid;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A server with several loops, while a client changes a node and others read it over each of the loops. */
@Timeout(120)
@ParameterizedClass
@EnumSource(names = {"AUTO", "IO_URING"})
class WatchOrderOverSocketsTest {
    private static final int LOOPS = 3;
    private static final int READERS = 2 * LOOPS;
    private static final int CHANGES = 6_400;
    private static final int IN_FLIGHT = 16;

    private final LimitSettings limits;
    private final ExecutorService threads = Executors.newFixedThreadPool(READERS + 1);
    private final AtomicBoolean written = new AtomicBoolean();

    WatchOrderOverSocketsTest(Transport transport) {
        limits = TransportUnderTest.limits(transport);
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void noAnswerShowsAChangeBeforeItsEvent() throws Exception {
        try (BatonServer server =
                        BatonServer.start(ServerSettings.inMemory().withLimits(limits.withEventLoops(LOOPS)));
                RawClient writer = RawClient.withSession(server.port(), 30_000)) {
            writer.send(1, new Request.Create("/a", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT));
            assertThat(writer.receiveHeader().isOk()).isTrue();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                clients.add(RawClient.withSession(server.port(), 30_000));
            }
            List<Future<Integer>> readers = clients.stream()
                    .map(each -> threads.submit(() -> read(each)))
                    .toList();

            change(writer);

            for (Future<Integer> each : readers) {
                assertThat(each.get(60, TimeUnit.SECONDS)).isPositive();
            }
        }
    }

    private void change(RawClient writer) throws IOException {
        try {
            for (int i = 0; i < CHANGES; i += IN_FLIGHT) {
                for (int k = 0; k < IN_FLIGHT; k++) {
                    writer.send(2, new Request.SetData("/a", Bytes.EMPTY, -1));
                }
                for (int k = 0; k < IN_FLIGHT; k++) {
                    assertThat(writer.receiveHeader().isOk()).isTrue();
                }
            }
        } finally {
            written.set(true);
        }
    }

    /** Keeps several reads with watches, reads without and pings in flight; returns how many events came. */
    private int read(RawClient opened) throws IOException {
        try (RawClient client = opened) {
            Watcher watcher = new Watcher();
            for (int i = 0; i < IN_FLIGHT; i++) {
                ask(client, i);
            }
            while (!written.get()) {
                int answered = watcher.hear(client.receive());
                if (answered != Xid.NOTIFICATION) {
                    ask(client, answered);
                }
            }
            return watcher.told;
        }
    }

    private static void ask(RawClient client, int xid) throws IOException {
        if (xid == Xid.PING || xid % 3 == 0) {
            client.send(Xid.PING, Request.Ping.INSTANCE);
        } else {
            client.send(xid, new Request.GetData("/a", xid % 3 == 1));
        }
    }

    /** What one connection has been shown so far. */
    private static final class Watcher {
        private boolean watches;
        private long shownZxid;
        private int told;

        /** Takes in a frame, and returns its xid. */
        int hear(byte[] frame) {
            WireReader in = WireReader.of(frame);
            ReplyHeader header = ReplyHeader.read(in);
            if (header.xid() == Xid.NOTIFICATION) {
                assertThat(WatchEvent.read(in).path()).isEqualTo("/a");
                assertThat(watches).describedAs("an event came for nothing").isTrue();
                assertThat(header.zxid())
                        .describedAs("an event of what was seen")
                        .isGreaterThan(shownZxid);
                watches = false;
                told++;
            } else {
                long zxid = header.zxid();
                if (header.xid() != Xid.PING) {
                    Response.Content content = (Response.Content) Response.read(OpCode.GET_DATA, in);
                    assertThat(content.stat().mzxid())
                            .describedAs("more than the header says")
                            .isLessThanOrEqualTo(zxid);
                    zxid = content.stat().mzxid();
                }
                // Nothing else is written but this node, so a zxid that grows is a change of it.
                assertThat(watches && zxid > shownZxid)
                        .describedAs(
                                "xid %d showed zxid %d behind %d, no event had come", header.xid(), zxid, shownZxid)
                        .isFalse();
                shownZxid = Math.max(shownZxid, zxid);
                watches |= header.xid() % 3 == 1;
            }
            return header.xid();
        }
    }
}
