package baton.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireWriter;
import baton.server.auth.AccessControl;
import baton.server.session.ClientConnection;
import baton.server.tree.ListingCache;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.watch.WatchTable;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NodeReadsTest {
    private final ZnodeTree tree = ZnodeTree.fresh(SeededHash.of(1));
    private final WatchTable<ClientConnection> watches = new WatchTable<>(SeededHash.of(1));
    private final NodeReads reads = new ReadRequests(
                    tree, watches, AccessControl.standard(), Integer.MAX_VALUE, Integer.MAX_VALUE)
            .nodeReads(ListingCache.usual());

    private static ByteBuffer gets(int count) {
        WireWriter out = new WireWriter();
        for (int i = 0; i < count; i++) {
            int mark = out.beginFrame();
            new RequestHeader(i, OpCode.GET_DATA).write(out);
            new Request.GetData("/zookeeper/n" + i, false).write(out);
            out.endFrame(mark);
        }
        return ByteBuffer.wrap(out.toArray());
    }

    @Test
    void looksAheadAtWholeRequestsOnly() {
        ByteBuffer three = gets(3);

        assertThat(reads.foresee(three)).isEqualTo(3);
        assertThat(reads.foresee(three.limit(three.limit() - 1))).isEqualTo(2);
        assertThat(reads.foresee(gets(100))).isEqualTo(16);
    }

    @Property(tries = 2_000)
    void looksAheadAtAnythingWithoutHarm(
            @ForAll @Size(min = 5, max = 12) int[] words, @ForAll @IntRange(min = -4, max = 60) int length) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Integer.BYTES);
        bytes.asIntBuffer().put(words);
        bytes.putInt(0, length).putInt(8, OpCode.GET_DATA.code());

        assertThat(reads.foresee(bytes)).isBetween(0, words.length);
        assertThat(bytes.position()).isZero();
    }
}
