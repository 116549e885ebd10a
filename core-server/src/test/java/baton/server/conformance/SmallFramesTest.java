package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import baton.core.testkit.ServerProcess;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireWriter;
import baton.server.BatonServer;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small {@code jute.maxbuffer}, kept as by Apache ZooKeeper, which must be told of it by its command line. */
@Timeout(120)
class SmallFramesTest {
    private static final int SMALL = 200;
    private static final int SMALLEST = 45;
    private static final int TICK_MILLIS = 15_000;
    private static final String CUT_OFF = "cut off";
    private static final Step OPEN = new Step.Open(0, 60_000, false, true);

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private Party apache;
    private Party ours;
    private int xid;

    @AfterEach
    void stop() throws Exception {
        Exception failed = null;
        for (AutoCloseable each : toClose) {
            try {
                each.close();
            } catch (Exception e) {
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    @Test
    void aRequestOfThatSizeIsTakenAndALargerOneCutsItsClientOff() throws Exception {
        serve(SMALL);
        both(OPEN);

        assertThat(ask(create("/full", SMALL)).get(0)).contains("error=0").contains("path=/full");
        assertThat(ask(create("/over", SMALL + 1))).containsExactly(CUT_OFF);
        assertThat(both(new Step.Return(0, Step.Claim.RIGHT)).get(0)).startsWith("session ");
        assertThat(ask(new Request.Exists("/over", false)).get(0)).contains("error=-101");
        assertThat(ask(new Request.SetData("/full", Bytes.EMPTY, -1)).get(0)).contains("error=0");
    }

    @Test
    void answersMayBeLarger() throws Exception {
        serve(SMALL);
        both(OPEN);
        for (int i = 0; i < 3; i++) {
            ask(create("/" + i + "x".repeat(SMALL / 2), SMALL));
        }

        String children = ask(new Request.GetChildren2("/", false)).get(0);

        assertThat(children).contains("error=0").contains("2" + "x".repeat(SMALL / 2));
    }

    @Test
    void whatSaysThatItIsLongerThanItsFrameIsUndecodableHoweverLong() throws Exception {
        serve(SMALL);
        both(OPEN);

        for (int claimed : new int[] {SMALL, SMALL + 1, SMALL + 1024, SMALL + 1025, Integer.MAX_VALUE}) {
            WireWriter body = new WireWriter();
            body.string("/").int32(claimed);
            SentRequest request = SentRequest.of(++xid, new Request.SetData("/", Bytes.EMPTY, -1))
                    .withBody(body.toArray(), "of " + claimed);

            assertThat(both(new Step.Ask(0, List.of(request))).get(0)).contains("error=-5 ");
        }
    }

    @Test
    void theSmallestHasRoomForTodaysRequestForASession() throws Exception {
        serve(SMALLEST);

        assertThat(both(OPEN).get(0)).startsWith("session ");
        assertThat(ask(new Request.Exists("/", false)).get(0)).contains("error=0");
    }

    @Test
    void withLessApacheServesNobodyAndWeDoNotStart() throws Exception {
        try (ServerProcess small = apacheOf(SMALLEST - 1);
                Party shutOut = new Party(small.address().getPort())) {
            assertThat(shutOut.perform(OPEN)).containsExactly(CUT_OFF);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> LimitSettings.DEFAULT.withFrameBytesMax(SMALLEST - 1));
    }

    private void serve(int frameBytesMax) throws Exception {
        ServerProcess apacheServer = apacheOf(frameBytesMax);
        toClose.add(apacheServer);
        BatonServer ourServer = BatonServer.start(ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                .withLimits(LimitSettings.DEFAULT.withFrameBytesMax(frameBytesMax)));
        toClose.add(ourServer);
        apache = new Party(apacheServer.address().getPort());
        toClose.add(0, apache);
        ours = new Party(ourServer.port());
        toClose.add(0, ours);
    }

    private static ServerProcess apacheOf(int frameBytesMax) {
        return ServerProcess.apacheWithJvmOptions("-Djute.maxbuffer=" + frameBytesMax);
    }

    /** Makes a request that is so long. */
    private static Request create(String path, int frameBytes) {
        WireWriter empty = new WireWriter();
        create(path, Bytes.EMPTY).write(empty);
        return create(path, Bytes.wrap(new byte[frameBytes - RequestHeader.BYTES - empty.size()]));
    }

    private static Request create(String path, Bytes data) {
        return new Request.Create(OpCode.CREATE, path, data, Acl.OPEN, CreateMode.PERSISTENT.flags());
    }

    private List<String> ask(Request request) throws IOException {
        return both(new Step.Ask(0, List.of(SentRequest.of(++xid, request))));
    }

    private List<String> both(Step step) throws IOException {
        List<String> said = ours.perform(step);
        assertThat(said).describedAs("%s", step).isEqualTo(apache.perform(step));
        return said;
    }
}
