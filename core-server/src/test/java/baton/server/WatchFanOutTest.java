package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.protocol.WireReader;
import baton.protocol.Xid;
import baton.server.config.ConnectionSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** More watch some nodes than a loop writes to at once. */
@Timeout(60)
@ParameterizedClass
@EnumSource(names = {"AUTO", "IO_URING"})
class WatchFanOutTest {
    private static final int WATCHERS = 1_400;
    private static final int CHANGES = 2;
    private static final List<String> NODES = List.of("/a", "/b", "/c");

    private final LimitSettings limits;
    private final List<RawClient> watchers = new ArrayList<>();

    WatchFanOutTest(Transport transport) {
        limits = TransportUnderTest.limits(transport);
    }

    @Test
    void everybodyIsToldOnceAndBeforeReadingTheChange() throws Exception {
        try (BatonServer server = BatonServer.start(ServerSettings.inMemory()
                        .withLimits(limits.withEventLoops(1)
                                .withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(0))));
                RawClient writer = RawClient.withSession(server.port(), 30_000)) {
            for (String node : NODES) {
                writer.send(1, new Request.Create(node, Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT));
                assertThat(writer.receiveHeader().isOk()).isTrue();
            }
            for (int i = 0; i < WATCHERS; i++) {
                watchers.add(RawClient.withSession(server.port(), 30_000));
            }

            for (int change = 0; change < CHANGES; change++) {
                changeWatched(writer);
                // Who goes while the next events wait for their turn harms nobody.
                watchers.remove(watchers.size() - 1).close();
            }
        } finally {
            for (RawClient each : watchers) {
                each.close();
            }
        }
    }

    private void changeWatched(RawClient writer) throws IOException {
        for (RawClient each : watchers) {
            for (String node : NODES) {
                each.send(2, new Request.GetData(node, true));
            }
        }
        for (RawClient each : watchers) {
            for (String node : NODES) {
                assertThat(each.receiveHeader().isOk()).describedAs(node).isTrue();
            }
        }
        writer.send(
                3,
                new Request.Multi(NODES.stream()
                        .map(node -> (Request.MultiOp) new Request.SetData(node, Bytes.EMPTY, -1))
                        .toList()));
        long changedAt = writer.receiveHeader().zxid();
        for (RawClient each : watchers) {
            each.send(4, new Request.Exists("/a", false));
        }
        for (RawClient each : watchers) {
            for (String node : NODES) {
                WireReader event = WireReader.of(each.receive());
                assertThat(ReplyHeader.read(event).xid()).isEqualTo(Xid.NOTIFICATION);
                assertThat(WatchEvent.read(event).path()).isEqualTo(node);
            }
            ReplyHeader read = each.receiveHeader();
            assertThat(read.xid()).isEqualTo(4);
            assertThat(read.zxid()).isGreaterThanOrEqualTo(changedAt);
        }
    }
}
