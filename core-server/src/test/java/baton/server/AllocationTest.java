package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the thread that answers allocates: a count, which neither neighbours nor the weather change. */
@Timeout(60)
class AllocationTest {
    private static final int BATCH = 200;
    private static final int BATCHES = 20;
    private static final int ROUNDS = 8;
    private static final String NODE = "/some/where/deep/in/the/tree";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private BatonServer server;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        server = BatonServer.start(ServerSettings.inMemory().withLimits(LimitSettings.DEFAULT.withEventLoops(1)));
        client = RawClient.withSession(server.port(), 30_000);
        for (int end = NODE.indexOf('/', 1); end >= 0; end = NODE.indexOf('/', end + 1)) {
            create(NODE.substring(0, end));
        }
        create(NODE);
        create(NODE + "/child");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private void create(String path) throws IOException {
        client.send(1, new Request.Create(path, Bytes.wrap(new byte[100]), Acl.OPEN, CreateMode.PERSISTENT));
        assertThat(client.receiveHeader().isOk()).isTrue();
    }

    @Test
    void aReadAllocatesNothing() throws Exception {
        assertThat(bytesPerRequest(new Request.GetData(NODE, false))).isLessThan(8);
        assertThat(bytesPerRequest(new Request.Exists(NODE, false))).isLessThan(8);
        assertThat(bytesPerRequest(new Request.GetChildren(NODE, false))).isLessThan(8);
        assertThat(bytesPerRequest(new Request.GetChildren2(NODE, false))).isLessThan(8);
        assertThat(bytesPerRequest(new Request.Exists(NODE + "/none", false))).isLessThan(8);
    }

    /** A look at the socket and a buffer each way; what there is comes from Netty's watching some of them for leaks. */
    @Test
    void aReadThatComesAloneAllocatesHardlyMore() throws Exception {
        assertThat(bytesPerRequest(new Request.GetData(NODE, false), 1)).isLessThan(64);
    }

    @Test
    void aWatchThatStandsAlreadyAllocatesNothing() throws Exception {
        assertThat(bytesPerRequest(new Request.GetData(NODE, true))).isLessThan(8);
    }

    /** The request as an object, the transaction, the states of the node before it is in the log and after, the answer. */
    @Test
    void aWriteAllocatesLittleMoreThanWhatItLeaves() throws Exception {
        Bytes value = Bytes.wrap(new byte[100]);

        assertThat(bytesPerRequest(new Request.SetData(NODE, value, -1))).isLessThan(900);
        assertThat(bytesPerRequest(new Request.Create(NODE + "/n", value, Acl.OPEN, CreateMode.PERSISTENT_SEQUENTIAL)))
                .isLessThan(1_700);
    }

    /** Four sets have one entry of the log in common, and one answer. */
    @Test
    void aSetInAMultiAllocatesLessThanOneAlone() throws Exception {
        Bytes value = Bytes.wrap(new byte[100]);
        List<Request.MultiOp> sets = List.of(
                new Request.SetData("/some", value, -1),
                new Request.SetData("/some/where", value, -1),
                new Request.SetData("/some/where/deep", value, -1),
                new Request.SetData(NODE, value, -1));

        assertThat(bytesPerRequest(new Request.Multi(sets))).isLessThan(4 * 780);
    }

    /**
     * What the server's one thread allocates for each of many such requests that arrive together: in the best of some
     * rounds, since what a request takes it takes in each, and what else the thread does now and then in few. A round is
     * long enough for what requests take together, such as another 64 KiB, to show in each.
     */
    private double bytesPerRequest(Request request) throws IOException {
        return bytesPerRequest(request, BATCH);
    }

    private double bytesPerRequest(Request request, int together) throws IOException {
        byte[] batch = batch(request, together);
        // Not in the first ones, which load classes and fill pools.
        double least = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            least = Math.min(least, bytesInARound(batch, together));
        }
        System.out.printf(Locale.ROOT, "allocated for %s: %.1f B%n", request.opCode(), least);
        return least;
    }

    private double bytesInARound(byte[] batch, int together) throws IOException {
        long loop = loopId();
        long before = THREADS.getThreadAllocatedBytes(loop);
        for (int i = 0; i < BATCH * BATCHES; i += together) {
            exchange(batch, together);
        }
        return (THREADS.getThreadAllocatedBytes(loop) - before) / (double) (BATCH * BATCHES);
    }

    private static byte[] batch(Request request, int together) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < together; i++) {
            all.write(RawClient.request(2, request));
        }
        return all.toByteArray();
    }

    private void exchange(byte[] batch, int together) throws IOException {
        client.send(batch);
        for (int i = 0; i < together; i++) {
            client.receive();
        }
    }

    private static long loopId() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("baton-loop-"))
                .mapToLong(Thread::getId)
                .findFirst()
                .orElseThrow();
    }
}
