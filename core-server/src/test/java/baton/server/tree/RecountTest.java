package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecountTest {
    private static final int SESSIONS = 5;

    private final ZnodeTree tree = ZnodeTree.fresh(SeededHash.of(1));
    private final Recount recount = tree.recount();
    private final List<String> paths = new ArrayList<>(List.of("/"));
    private long zxid;

    private void apply(long sessionId, Txn txn) {
        zxid++;
        tree.apply(TxnEntry.of(sessionId, 0, zxid, zxid, txn, null).header(), txn, Aftermath.UNHEEDED);
    }

    private void create(String path, String content) {
        apply(0, creation(path, content, false));
    }

    private static Txn.Create creation(String path, String content, boolean ephemeral) {
        return new Txn.Create(
                OpCode.CREATE, path, Bytes.utf8(content), Acl.OPEN, ephemeral, Txn.Create.UNKNOWN_CREATES);
    }

    private void createMany(int count) {
        for (int i = 0; i < count; i++) {
            create("/n" + i, "content of " + i);
        }
    }

    /** Counts until a pass is complete, and returns how many steps that took. */
    private int pass() {
        long before = recount.completed();
        int steps = 0;
        while (recount.completed() == before) {
            recount.step();
            steps++;
        }
        return steps;
    }

    @Property(tries = 60)
    void whateverChangesBetweenItsStepsEachPassFindsTheDigestOfTheTree(@ForAll long seed) {
        Random random = new Random(seed);
        int stepEvery = 1 + random.nextInt(40);
        for (int i = 0; i < 3_000; i++) {
            change(random, i / 500 % 2 == 0);
            if (random.nextInt(stepEvery) == 0) {
                recount.step();
            }
        }

        assertThat(recount.completed()).isGreaterThan(1);
        pass();
        pass();
    }

    private void change(Random random, boolean growing) {
        String some = paths.get(random.nextInt(paths.size()));
        long session = 1 + random.nextInt(SESSIONS);
        String content = "x".repeat(random.nextInt(20));
        int kind = random.nextInt(100);
        if (kind < (growing ? 70 : 20)) {
            String path = (some.equals("/") ? "" : some) + "/n" + zxid;
            boolean ephemeral = random.nextInt(3) == 0;
            apply(session, creation(path, content, ephemeral));
            if (!ephemeral) {
                paths.add(path);
            }
        } else if (kind < 75) {
            String last = paths.remove(paths.size() - 1);
            if (paths.isEmpty()) {
                paths.add(last);
            } else {
                apply(0, new Txn.Delete(last));
            }
        } else if (kind < 85) {
            apply(0, new Txn.SetData(some, Bytes.utf8(content), random.nextInt(100)));
        } else if (kind < 90) {
            apply(0, new Txn.SetAcl(some, Acl.READ_ONLY, random.nextInt(100)));
        } else if (kind < 95) {
            apply(
                    0,
                    new Txn.Multi(List.of(
                            creation("/m" + zxid, content, false),
                            new Txn.SetData("/m" + zxid, Bytes.utf8("more"), 1),
                            new Txn.Delete("/m" + zxid))));
        } else {
            List<String> owned = tree.ephemerals().pathsOf(session);
            apply(session, new Txn.CloseSession(random.nextBoolean() ? owned : null));
        }
    }

    @Test
    void anIndexThatGrowsAndShrinksStopsNoPass() {
        createMany(1_000);
        recount.step();
        int steps = 1;

        while (recount.completed() == 0) {
            String passing = "/passes" + steps + "-";
            for (int i = 0; i < 500; i++) {
                create(passing + i, "");
            }
            for (int i = 0; i < 500; i++) {
                apply(0, new Txn.Delete(passing + i));
            }
            recount.step();
            steps++;
        }

        assertThat(steps).isEqualTo(16);
    }

    /** Those that stay were counted already, and lie in one slot of the small index with others that were not. */
    @Test
    void whatWasCountedInALargeIndexIsNotCountedAgainInASmallOne() {
        createMany(20_000);
        for (int i = 0; i < 7; i++) {
            recount.step();
        }
        List<String> leaving = new ArrayList<>();
        List<String> staying = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            String path = "/n" + i;
            boolean mayStay = place(path) >= 3L << 26 && place(path) < 7L << 25;
            (mayStay && staying.size() < 20 ? staying : leaving).add(path);
        }
        leaving.forEach(path -> apply(0, new Txn.Delete(path)));

        // The last segment becomes small as soon as it is full of gravestones.
        for (int i = 0; i < 40_000; i++) {
            create("/passes" + i, "");
            apply(0, new Txn.Delete("/passes" + i));
        }

        assertThat(staying).hasSize(20);
        assertThat(pass()).isBetween(14, 17);
        assertThat(pass()).isEqualTo(16);
    }

    private long place(String path) {
        Znode node = Objects.requireNonNull(tree.find(path));
        return Integer.toUnsignedLong(node.pathHash());
    }

    @Test
    void aSmallTreeTakesSixteenStepsAndALargeOneSmallSteps() {
        assertThat(pass()).isEqualTo(16);

        createMany(20_000);

        assertThat(pass()).isBetween((1 << 15) / 256, (1 << 16) / 256);
    }

    @Test
    void muchDataMakesAStepShort() {
        for (int i = 0; i < 40; i++) {
            create("/n" + i, "x".repeat(900_000));
        }

        assertThat(pass()).isBetween(20, 40);
    }

    @Test
    void theStepsOfAPassAreParts() {
        createMany(300);
        double sum = 0;

        while (recount.completed() == 0) {
            sum += recount.step();
        }

        assertThat(sum).isEqualTo(1);
    }

    @Test
    void aFlippedBitIsFoundByTheNextPassAndToldWithWhatToDo() {
        createMany(300);
        pass();
        String right = Long.toHexString(tree.position().digest());

        DamagedMemory.flipBit(Objects.requireNonNull(tree.find("/n123")), any -> 0);

        assertThatThrownBy(this::pass)
                .isInstanceOf(TreeDamagedException.class)
                .hasMessageMatching("the tree in memory is damaged, by the machine or by a bug: after zxid 0x0:12c its"
                        + " nodes have the digest [0-9a-f]+, but it must be " + right
                        + "; start the server again, which reads its files and refuses what the damage has reached, and"
                        + " have the machine's memory checked");
    }

    /** Its state keeps what it adds to the digest. */
    @Test
    void aFlippedBitOfANodeThatWasChangedIsFound() {
        createMany(3);
        apply(0, new Txn.SetData("/n1", Bytes.utf8("changed"), 1));

        DamagedMemory.flipBit(Objects.requireNonNull(tree.find("/n1")), any -> 0);

        assertThatThrownBy(this::pass).isInstanceOf(TreeDamagedException.class);
    }

    @Test
    void aFlippedBitBehindTheCursorIsFoundByTheOneAfterIt() {
        createMany(10);
        for (int i = 0; i < 15; i++) {
            recount.step();
        }
        String counted = IntStream.range(0, 10)
                .mapToObj(i -> "/n" + i)
                .filter(each -> place(each) < 15L << 28)
                .findFirst()
                .orElseThrow();

        DamagedMemory.flipBit(Objects.requireNonNull(tree.find(counted)), any -> 0);

        assertThat(pass()).isEqualTo(1);
        assertThatThrownBy(this::pass).isInstanceOf(TreeDamagedException.class);
    }

    @Test
    void whatTheServerDoesToADamagedNodeDoesNotHideIt() {
        createMany(300);
        DamagedMemory.flipBit(Objects.requireNonNull(tree.find("/n7")), any -> 0);

        apply(0, new Txn.Delete("/n7"));

        assertThatThrownBy(this::pass).isInstanceOf(TreeDamagedException.class);
    }
}
