package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionNodesTest {
    private static final Znode ROOT = ZnodeTree.fresh(SeededHash.of(1)).root();
    private static final Comparator<Znode> BY_CREATION =
            Comparator.comparingLong(node -> node.state().czxid());

    private final SessionNodes nodes = new SessionNodes();

    private static Znode node(String path, long zxid) {
        NodeState state = NodeState.created(Bytes.EMPTY, AclEntry.OPEN, 7, zxid, 1);
        return new Znode(path.substring(1).getBytes(StandardCharsets.UTF_8), 0, ROOT, state);
    }

    @Test
    void holdsWhatAListWouldHoldWhereverNodesLeaveIt() {
        Random random = new Random(5);
        List<Znode> expected = new ArrayList<>();
        for (int zxid = 1; zxid < 20_000; zxid++) {
            boolean growing = zxid / 1_000 % 2 == 0;
            if (expected.isEmpty() || random.nextInt(3) != 0 == growing) {
                // Three of one transaction.
                for (int i = 0; i < 3; i++) {
                    Znode next = node("/n" + zxid + "-" + i, zxid);
                    nodes.add(next);
                    expected.add(next);
                }
            } else {
                nodes.remove(expected.remove(random.nextInt(expected.size())));
            }
            assertThat(nodes.size()).isEqualTo(expected.size());
        }

        assertThat(nodes.list()).isEqualTo(expected);
        assertThat(nodes.recordBytes())
                .isEqualTo(expected.stream()
                        .mapToInt(each -> ZnodeTree.recordBytes(each.path()))
                        .sum());
    }

    @Test
    void whatASnapshotBringsInAnyOrderIsInTheOrderOfCreation() {
        Random random = new Random(6);
        List<Znode> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Znode next = node("/n" + i, random.nextInt(500));
            nodes.add(next);
            expected.add(next);
        }

        expected.sort(BY_CREATION);
        assertThat(nodes.list()).isEqualTo(expected);
        for (Znode each : List.copyOf(expected.subList(300, 900))) {
            nodes.remove(each);
            expected.remove(each);
        }
        assertThat(nodes.list()).isEqualTo(expected);
    }

    @Test
    void listingChangesNothingSoThatReadersMayDoItTogether() {
        Znode later = node("/later", 2);
        Znode earlier = node("/earlier", 1);
        nodes.add(later);
        nodes.add(earlier);

        assertThat(nodes.list()).containsExactly(earlier, later);
        assertThat(nodes.isSorted()).isFalse();

        nodes.sort();
        assertThat(nodes.isSorted()).isTrue();
        nodes.add(node("/live", 3));
        assertThat(nodes.isSorted()).isTrue();
    }

    @Test
    void aNodeThatIsNotThereLeavesTheOthers() {
        Znode one = node("/one", 1);
        nodes.add(one);

        nodes.remove(node("/two", 1));
        nodes.remove(node("/three", 2));

        assertThat(nodes.list()).containsExactly(one);
    }
}
