package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.Stat;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** However few fields a state has, it is told from none that has more. */
class NodeStateTest {
    private static final AclEntry LIST = AclEntry.proposed(List.of(new Acl(1, "ip", "10.0.0.1")));
    private static final long[] FRESH = {5, 5, 5, 9, 9, 0, 0, 0, 0, 0};

    private static NodeState state(AclEntry acl, long... parts) {
        return NodeState.of(
                Bytes.utf8("x"),
                acl,
                parts[0],
                parts[1],
                parts[2],
                parts[3],
                parts[4],
                (int) parts[5],
                (int) parts[6],
                (int) parts[7],
                parts[8],
                (int) parts[9]);
    }

    private static Stat written(NodeState state) {
        WireWriter out = new WireWriter();
        state.writeStat(out);
        assertThat(out.size()).isEqualTo(Stat.BYTES);
        return Stat.read(WireReader.of(out.toArray()));
    }

    private static long[] parts(NodeState state) {
        return new long[] {
            state.czxid(),
            state.mzxid(),
            state.pzxid(),
            state.ctime(),
            state.mtime(),
            state.version(),
            state.creations(),
            state.aversion(),
            state.owner(),
            state.childCount()
        };
    }

    @Test
    void everyPartIsKeptInEveryForm() {
        for (AclEntry acl : List.of(AclEntry.OPEN, LIST)) {
            for (int changed = -1; changed < FRESH.length; changed++) {
                for (long owner : new long[] {0, 77, NodeOwner.CONTAINER}) {
                    long[] parts = FRESH.clone();
                    parts[8] = owner;
                    if (changed >= 0) {
                        parts[changed] += 3;
                    }

                    NodeState state = state(acl, parts);

                    assertThat(parts(state)).containsExactly(parts);
                    assertThat(written(state)).isEqualTo(state.stat());
                    assertThat(state.acl()).isSameAs(acl);
                    assertThat(state.content()).isEqualTo(Bytes.utf8("x"));
                }
            }
        }
    }

    @Test
    void noDataIsNotEmptyData() {
        NodeState none = NodeState.created(null, AclEntry.OPEN, 0, 1, 1);
        NodeState empty = NodeState.created(Bytes.EMPTY, AclEntry.OPEN, 0, 1, 1);

        assertThat(none.content()).isNull();
        assertThat(empty.content()).isEqualTo(Bytes.EMPTY);
        assertThat(none.withContent(Bytes.EMPTY, 1, 2, 2).content()).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void theDigestIsTheSameWhetherKeptOrCountedAnew() {
        TreeDigest digests = new TreeDigest();
        Znode node = ZnodeTree.fresh(SeededHash.of(1)).root();
        for (NodeState each : List.of(state(AclEntry.OPEN, FRESH), state(LIST, 5, 6, 5, 9, 10, 1, 0, 0, 0, 0))) {
            long counted = digests.of(node, each);

            each.keepDigest(counted);

            assertThat(each.digest(digests, node)).isEqualTo(counted);
        }
    }
}
