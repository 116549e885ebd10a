package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Stat;
import baton.protocol.WireReader;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.ConnectionSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Frames that are nearly right, by the hundred thousand: whatever they do to their own connections, a client that behaves is
 * served all the while.
 *
 * <p>One seed makes the same frames: {@code -Dfuzz.seed=N}.
 */
class FrameFuzzTest {
    private static final int ATTACKERS = 4;
    private static final int FRAMES_PER_BURST = 40;
    private static final int BURSTS_BETWEEN_CHECKS = 100;
    private static final int FRAMES_PER_SERVER = 500_000;
    private static final String OWN = "/of-the-bystander";

    private final long seed = Long.getLong("fuzz.seed", 20_261_121L);

    private int writes;
    private int xid;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void twoHundredThousandFramesHarmNobodyElse() throws Exception {
        attack(200_000, seed);
    }

    /** Takes one to five minutes. */
    @Test
    @Tag("soak")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void tenMillionFramesHarmNobodyElse() throws Exception {
        for (int round = 0; round < 10_000_000 / FRAMES_PER_SERVER; round++) {
            attack(FRAMES_PER_SERVER, seed + round);
        }
    }

    private void attack(int frames, long roundSeed) throws Exception {
        ServerSettings settings = ServerSettings.inMemory()
                .withLimits(LimitSettings.DEFAULT.withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(0)));
        writes = 0;
        try (BatonServer server = BatonServer.start(settings);
                RawClient bystander = RawClient.withSession(server.port(), 40_000)) {
            bystander.send(++xid, new Request.Create(OpCode.CREATE, OWN, Bytes.EMPTY, Acl.OPEN, 0));
            assertThat(bystander.receiveHeader().isOk()).isTrue();
            List<FrameAttacker> attackers = new ArrayList<>();
            for (int i = 0; i < ATTACKERS; i++) {
                attackers.add(new FrameAttacker(server.port(), roundSeed * ATTACKERS + i));
            }
            try {
                for (int burst = 0; burst * FRAMES_PER_BURST < frames; burst++) {
                    attackers.get(burst % ATTACKERS).send(FRAMES_PER_BURST);
                    if (burst % BURSTS_BETWEEN_CHECKS == 0) {
                        served(bystander, roundSeed);
                    }
                }
                for (FrameAttacker attacker : attackers) {
                    assertThat(attacker.cutOffs())
                            .as("connections the server has ended")
                            .isPositive();
                    assertThat(attacker.answeredBytes()).as("bytes of answers").isPositive();
                }
            } finally {
                for (FrameAttacker attacker : attackers) {
                    attacker.close();
                }
            }
            served(bystander, roundSeed);
            assertThat(server.failure()).isNotDone();
        }
    }

    /** Writes and reads as the one client that behaves. */
    private void served(RawClient bystander, long roundSeed) throws IOException {
        bystander.send(++xid, new Request.SetData(OWN, Bytes.utf8("value " + writes), -1));
        WireReader answer = WireReader.of(bystander.receive());
        ReplyHeader header = ReplyHeader.read(answer);
        assertThat(header.isOk()).as("a write, seed %d", roundSeed).isTrue();
        assertThat(Stat.read(answer).version())
                .as("writes so far, seed %d", roundSeed)
                .isEqualTo(++writes);
        bystander.send(++xid, new Request.GetData(OWN, false));
        WireReader data = WireReader.of(bystander.receive());
        assertThat(ReplyHeader.read(data).xid()).isEqualTo(xid);
        assertThat(data.buffer("data")).isEqualTo(Bytes.utf8("value " + (writes - 1)));
    }
}
