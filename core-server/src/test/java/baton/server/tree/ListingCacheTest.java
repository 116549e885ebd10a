package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListingCacheTest {
    private static final Znode PARENT = ZnodeTree.fresh().root();
    private static final int BYTES_MAX = 1_000;

    private final ListingCache cache = new ListingCache(BYTES_MAX);

    private static Znode child(String name) {
        NodeState state = NodeState.created(Bytes.EMPTY, AclEntry.OPEN, 0, 1, 1);
        return new Znode(name.getBytes(StandardCharsets.UTF_8), 0, PARENT, state);
    }

    private List<String> names(ChildSet children) {
        WireWriter out = new WireWriter();
        out.int32(7);
        cache.write(children, out);
        assertThat(out.size() - Integer.BYTES).isEqualTo((int) children.encodedBytes());
        WireReader written = WireReader.of(out.toArray());
        written.int32("before");
        List<String> names = written.strings("children");
        assertThat(written.hasRemaining()).isFalse();
        return names;
    }

    @Test
    void namesAreWhatAReaderOfTheWireExpectsHoweverOftenTheyAreAskedFor() {
        ChildSet two = ChildSet.EMPTY.with(child("\u00e9")).with(child("z"));

        for (int time = 0; time < 3; time++) {
            assertThat(names(two)).containsExactly("z", "\u00e9");
            assertThat(names(two.with(child("a")))).containsExactly("a", "z", "\u00e9");
            assertThat(names(ChildSet.EMPTY)).isEmpty();
        }
    }

    @Test
    void onlyWhatIsAskedForTwiceIsKept() {
        ChildSet one = ChildSet.EMPTY.with(child("one"));

        names(one);
        assertThat(cache.bytes()).isZero();

        names(one);
        names(one);
        assertThat(cache.bytes()).isEqualTo(4 + 4 + 3 + 96);
    }

    @Test
    void whatNobodyAsksForMakesRoom() {
        ChildSet wanted = ChildSet.EMPTY.with(child("wanted"));
        names(wanted);
        names(wanted);

        List<ChildSet> many = IntStream.range(0, 500)
                .mapToObj(i -> ChildSet.EMPTY.with(child("n" + i)))
                .toList();
        for (ChildSet each : many) {
            names(each);
            names(each);
            names(wanted);
            assertThat(cache.bytes()).isLessThanOrEqualTo(BYTES_MAX);
        }

        assertThat(wanted.listing().names).isNotNull();
        assertThat(many.get(0).listing().names).isNull();
        assertThat(names(many.get(0))).containsExactly("n0");
    }

    @Test
    void whatWouldKeepEverythingElseOutIsNotKept() {
        ChildSet large = ChildSet.EMPTY.with(child("n".repeat(BYTES_MAX / 2)));

        names(large);
        names(large);

        assertThat(cache.bytes()).isZero();
    }
}
