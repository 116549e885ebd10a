package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChildSetTest {
    private static final NodeState EMPTY = NodeState.builtIn(Bytes.EMPTY, AclEntry.OPEN, 0);

    private static final Znode PARENT = ZnodeTree.fresh(SeededHash.of(1)).root();

    private static Znode child(String name) {
        return new Znode(name.getBytes(StandardCharsets.UTF_8), 0, PARENT, EMPTY);
    }

    @Property(tries = 200)
    void holdsWhatASortedMapWouldHold(@ForAll @Size(max = 2_000) List<@IntRange(max = 300) Integer> toggled) {
        ChildSet children = ChildSet.EMPTY;
        TreeMap<String, Znode> expected = new TreeMap<>();

        for (int number : toggled) {
            String name = "n" + number;
            Znode present = expected.remove(name);
            if (present == null) {
                Znode child = child(name);
                expected.put(name, child);
                children = children.with(child);
            } else {
                children = children.without(present);
            }
        }

        assertThat(children.names()).containsExactlyElementsOf(expected.keySet());
        assertThat(children.size()).isEqualTo(expected.size());
    }

    @Property(tries = 200)
    void losesManyAtOnceAsItWouldOneByOne(
            @ForAll @IntRange(max = 3_000) int count, @ForAll @IntRange(min = 1, max = 50) int everyNth) {
        List<Znode> all = new ArrayList<>();
        ChildSet children = ChildSet.EMPTY;
        for (int i = 0; i < count; i++) {
            Znode child = child("n" + i);
            all.add(child);
            children = children.with(child);
        }
        List<Znode> gone = new ArrayList<>();
        TreeMap<String, Znode> left = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            if (i % everyNth == 0) {
                gone.add(all.get(i));
            } else {
                left.put(all.get(i).name(), all.get(i));
            }
        }

        ChildSet fewer = children.withoutAll(gone);

        assertThat(fewer.names()).containsExactlyElementsOf(left.keySet());
        assertThat(fewer.size()).isEqualTo(left.size());
        assertThat(fewer.namesBytes())
                .isEqualTo(left.keySet().stream().mapToLong(String::length).sum());
        assertThat(children.size()).isEqualTo(count);
    }

    @Test
    void whatIsAddedToASetShowsInNoOtherThatIsMadeOfIt() {
        ChildSet common = ChildSet.EMPTY.with(child("a")).with(child("b")).with(child("c"));

        ChildSet one = common.with(child("d"));
        ChildSet other = common.with(child("e")).with(child("f"));

        assertThat(common.names()).containsExactly("a", "b", "c");
        assertThat(one.names()).containsExactly("a", "b", "c", "d");
        assertThat(other.names()).containsExactly("a", "b", "c", "e", "f");
    }

    @Test
    void aSetThatWasReadStaysAsItWas() {
        Znode b = child("b");
        ChildSet before = ChildSet.EMPTY.with(child("a")).with(b);

        ChildSet after = before.with(child("c")).without(b);

        assertThat(before.names()).containsExactly("a", "b");
        assertThat(after.names()).containsExactly("a", "c");
    }

    @Test
    void aQueueOfManySequentialChildrenKeepsItsOrderWhileItMoves() {
        List<Znode> queue = new ArrayList<>();
        ChildSet children = ChildSet.EMPTY;
        for (int i = 0; i < 50_000; i++) {
            Znode child = child(String.format("n%010d", i));
            queue.add(child);
            children = children.with(child);
            if (i >= 1_000) {
                children = children.without(queue.get(i - 1_000));
            }
        }

        assertThat(children.size()).isEqualTo(1_000);
        assertThat(children.names()).isSorted().startsWith("n0000049000").endsWith("n0000049999");
    }

    @Test
    void namesAreOrderedByTheirBytesNotAsSignedNumbers() {
        ChildSet children = ChildSet.EMPTY.with(child("é")).with(child("z")).with(child("世"));

        assertThat(children.names()).containsExactly("z", "é", "世");
    }
}
