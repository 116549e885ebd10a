package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.protocol.Bytes;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListingCacheTest {
    private static final Znode PARENT = ZnodeTree.fresh(SeededHash.of(1)).root();
    private static final int BYTES_MAX = 1_000;

    private final ListingCache cache =
            new ListingCache(BYTES_MAX, new ListingCache.Lending(40, 2, 2 * BYTES_MAX), new CollectedLoans());

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

    private static String text(ByteBuffer lent) {
        byte[] bytes = new byte[lent.remaining()];
        lent.duplicate().get(bytes);
        return String.valueOf(WireReader.of(bytes).strings("children"));
    }

    @Test
    void whatIsLongAndAskedForOftenIsLent() {
        ChildSet one = ChildSet.EMPTY.with(child("long".repeat(10)));

        // Asked for twice it is kept, and then twice more.
        for (int time = 0; time < 4; time++) {
            assertThat(cache.lend(one)).isNull();
            names(one);
        }

        ByteBuffer lent = cache.lend(one);
        assertThat(lent.isDirect()).isTrue();
        assertThat(text(lent)).isEqualTo("[" + "long".repeat(10) + "]");
        assertThat(cache.lend(one)).isSameAs(lent);
        assertThat(names(one)).containsExactly("long".repeat(10));
        assertThat(cache.bytes()).isEqualTo(4 + 4 + 40 + 96);
    }

    @Test
    void whatIsShortIsNotLent() {
        ChildSet shorter = ChildSet.EMPTY.with(child("short"));

        for (int time = 0; time < 10; time++) {
            assertThat(cache.lend(shorter)).isNull();
            names(shorter);
        }
    }

    @Test
    void whatAnotherThreadKeepsIsLentToo() {
        ChildSet one = ChildSet.EMPTY.with(child("long".repeat(10)));
        ListingCache other =
                new ListingCache(BYTES_MAX, new ListingCache.Lending(40, 2, 2 * BYTES_MAX), new CollectedLoans());
        names(one);
        names(one);

        assertThat(other.lend(one)).isNull();
        assertThat(other.lend(one)).isNull();
        ByteBuffer lent = other.lend(one);
        assertThat(text(lent)).isEqualTo("[" + "long".repeat(10) + "]");
        assertThat(cache.lend(one)).isSameAs(lent);
        assertThat(names(one)).containsExactly("long".repeat(10));
    }

    @Test
    void whatWasLentCountsUntilNobodyHasIt() {
        List<ByteBuffer> out = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lend(i).ifPresent(out::add);
        }
        assertThat(out).hasSize(2 * BYTES_MAX / lent(0));

        out.clear();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return lend(100).isPresent();
        });
    }

    /** A list like no other, asked for until it must be lent if it can be. */
    private Optional<ByteBuffer> lend(int number) {
        ChildSet children = ChildSet.EMPTY.with(child("long".repeat(10) + (1_000 + number)));
        for (int time = 0; time < 4; time++) {
            cache.lend(children);
            names(children);
        }
        return Optional.ofNullable(cache.lend(children));
    }

    private static int lent(int number) {
        return (int)
                ChildSet.EMPTY.with(child("long".repeat(10) + (1_000 + number))).encodedBytes();
    }

    @Test
    void whatIsLentMakesRoomLikeEverythingElse() {
        ChildSet first = ChildSet.EMPTY.with(child("long".repeat(10)));
        for (int time = 0; time < 5; time++) {
            cache.lend(first);
            names(first);
        }
        ByteBuffer lent = cache.lend(first);
        first.listing().wanted = false;

        for (int i = 0; i < 20; i++) {
            ChildSet each = ChildSet.EMPTY.with(child("n".repeat(50) + i));
            names(each);
            names(each);
        }

        assertThat(cache.lend(first)).isNull();
        assertThat(names(first)).containsExactly("long".repeat(10));
        assertThat(text(lent)).isEqualTo("[" + "long".repeat(10) + "]");
        // Of 51 to 52 letters each.
        assertThat(cache.bytes()).isBetween(BYTES_MAX - 160L, (long) BYTES_MAX);
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
