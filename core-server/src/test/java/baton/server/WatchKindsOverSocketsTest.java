package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
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
import baton.server.watch.HeardInOrder;
import baton.server.watch.HeardInOrder.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
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

/**
 * A server with several loops, while a client makes, changes and deletes a child, and others watch that in every way over
 * each of the loops.
 */
@Timeout(120)
@ParameterizedClass
@EnumSource(names = {"AUTO", "IO_URING"})
class WatchKindsOverSocketsTest {
    private static final int LOOPS = 2;
    private static final int READERS = LOOPS * Kind.values().length;
    private static final int ROUNDS = 600;
    private static final int IN_FLIGHT = 16;
    private static final int SIBLINGS = 40;
    private static final String PARENT = "/p";
    private static final String NODE = PARENT + "/x";

    private static final List<EventType> ROUND = List.of(
            EventType.NODE_CREATED, EventType.NODE_DATA_CHANGED, EventType.NODE_DATA_CHANGED, EventType.NODE_DELETED);

    private final LimitSettings limits;
    private final ExecutorService threads = Executors.newFixedThreadPool(READERS);
    private final CountDownLatch watching = new CountDownLatch(READERS);
    private final AtomicBoolean written = new AtomicBoolean();

    WatchKindsOverSocketsTest(Transport transport) {
        limits = TransportUnderTest.limits(transport);
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void noAnswerKnowsOfAChangeBeforeItsEvent() throws Exception {
        ServerSettings settings = ServerSettings.inMemory().withLimits(limits.withEventLoops(LOOPS));
        List<HeardInOrder> heard = new ArrayList<>();
        TreeMap<Long, EventType> changes;
        try (BatonServer server = BatonServer.start(settings);
                RawClient writer = RawClient.withSession(server.port(), 30_000)) {
            make(writer, PARENT);
            for (int i = 0; i < SIBLINGS; i++) {
                make(writer, PARENT + "/sibling-" + i);
            }
            List<Future<HeardInOrder>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                RawClient client = RawClient.withSession(server.port(), 30_000);
                Kind kind = Kind.values()[i / LOOPS];
                readers.add(threads.submit(() -> read(client, kind)));
            }
            assertThat(watching.await(60, TimeUnit.SECONDS)).isTrue();
            changes = change(writer);
            for (Future<HeardInOrder> each : readers) {
                heard.add(each.get(60, TimeUnit.SECONDS));
            }
        }

        for (HeardInOrder each : heard) {
            assertThat(each.judge(NODE, changes)).isPositive();
        }
    }

    private static void make(RawClient writer, String path) throws IOException {
        writer.send(1, new Request.Create(path, Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT));
        assertThat(writer.receiveHeader().isOk()).isTrue();
    }

    private TreeMap<Long, EventType> change(RawClient writer) throws IOException {
        TreeMap<Long, EventType> changes = new TreeMap<>();
        try {
            for (int i = 0; i < ROUNDS; i += IN_FLIGHT / ROUND.size()) {
                for (int k = 0; k < IN_FLIGHT; k++) {
                    writer.send(2, request(ROUND.get(k % ROUND.size())));
                }
                for (int k = 0; k < IN_FLIGHT; k++) {
                    ReplyHeader done = writer.receiveHeader();
                    assertThat(done.isOk()).isTrue();
                    changes.put(done.zxid(), ROUND.get(k % ROUND.size()));
                }
            }
        } finally {
            written.set(true);
        }
        return changes;
    }

    private static Request request(EventType change) {
        return switch (change) {
            case NODE_CREATED -> new Request.Create(NODE, Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT);
            case NODE_DATA_CHANGED -> new Request.SetData(NODE, Bytes.EMPTY, -1);
            default -> new Request.Delete(NODE, -1);
        };
    }

    /** Keeps reads that watch, reads that do not and pings in flight. */
    private HeardInOrder read(RawClient opened, Kind kind) throws IOException {
        HeardInOrder heard = new HeardInOrder(kind);
        try (RawClient client = opened) {
            if (kind == Kind.PERSISTENT || kind == Kind.RECURSIVE) {
                AddWatchMode mode =
                        kind == Kind.PERSISTENT ? AddWatchMode.PERSISTENT : AddWatchMode.PERSISTENT_RECURSIVE;
                client.send(IN_FLIGHT, new Request.AddWatch(PARENT, mode));
                heard.answer(client.receiveHeader().zxid(), true);
            }
            for (int i = 0; i < IN_FLIGHT; i++) {
                client.send(i % 3 == 0 ? Xid.PING : i, asked(kind, i));
            }
            int begun = hear(client.receive(), kind, heard);
            client.send(begun, asked(kind, begun));
            watching.countDown();
            while (!written.get()) {
                int answered = hear(client.receive(), kind, heard);
                if (answered != Xid.NOTIFICATION) {
                    client.send(answered, asked(kind, answered));
                }
            }
            return heard;
        }
    }

    private static Request asked(Kind kind, int xid) {
        if (xid == Xid.PING || xid % 3 == 0) {
            return Request.Ping.INSTANCE;
        }
        return switch (kind) {
            case CHILDREN -> new Request.GetChildren2(PARENT, xid % 3 == 1);
            case PERSISTENT -> new Request.GetChildren2(PARENT, false);
            case EXISTENCE -> new Request.Exists(NODE, xid % 3 == 1);
            case RECURSIVE -> new Request.Exists(NODE, false);
        };
    }

    /** Takes in a frame, and returns its xid. */
    private static int hear(byte[] frame, Kind kind, HeardInOrder heard) {
        WireReader in = WireReader.of(frame);
        ReplyHeader header = ReplyHeader.read(in);
        boolean watches = header.xid() % 3 == 1 && (kind == Kind.CHILDREN || kind == Kind.EXISTENCE);
        if (header.xid() == Xid.NOTIFICATION) {
            heard.event(header.zxid(), WatchEvent.read(in));
        } else if (header.xid() == Xid.PING) {
            heard.answer(header.zxid(), false);
        } else if (kind == Kind.CHILDREN || kind == Kind.PERSISTENT) {
            Response.ChildrenWithStat listed = (Response.ChildrenWithStat) Response.read(OpCode.GET_CHILDREN2, in);
            boolean present = listed.names().contains("x");
            assertThat(listed.names()).hasSize(SIBLINGS + (present ? 1 : 0));
            heard.answer(header.zxid(), watches, present);
        } else {
            assertThat(header.errorCode()).isIn(ErrorCode.OK, ErrorCode.NO_NODE);
            heard.answer(header.zxid(), watches, header.isOk());
        }
        return header.xid();
    }
}
