package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import baton.core.NodePath;
import baton.etcd.state.IssueOrder.Access;
import baton.etcd.state.IssueOrder.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IssueOrderTest {
    private final IssueOrder order = new IssueOrder();

    @Test
    void readsGoTogether() {
        issue(Access.READ, "/a");

        assertThat(order.mayBegin(issue(Access.READ, "/a"))).isTrue();
    }

    @Test
    void aReadWaitsForTheChangeBeforeIt() {
        Entry write = issue(Access.CHANGE, "/a");
        Entry read = issue(Access.READ, "/a");

        assertThat(order.mayBegin(read)).isFalse();
        assertThat(order.finished(write)).containsExactly(read);
    }

    @Test
    void aChangeWaitsForTheReadBeforeIt() {
        Entry read = issue(Access.READ, "/a");
        Entry write = issue(Access.CHANGE, "/a");

        assertThat(order.mayBegin(write)).isFalse();
        assertThat(order.finished(read)).containsExactly(write);
    }

    @Test
    void aListingWaitsForWhatChangesInItsDirectory() {
        issue(Access.CHANGE, "/d/x");

        assertThat(order.mayBegin(issue(Access.READ, "/d"))).isFalse();
        assertThat(order.mayBegin(issue(Access.READ, "/d/xy"))).isTrue();
        assertThat(order.mayBegin(issue(Access.READ, "/d/x/deep"))).isFalse();
    }

    @Test
    void changesElsewhereGoTogether() {
        issue(Access.CHANGE, "/a", "/b");

        assertThat(order.mayBegin(issue(Access.CHANGE, "/c", "/ab"))).isTrue();
        assertThat(order.mayBegin(issue(Access.CHANGE, "/c/x", "/b"))).isFalse();
    }

    @Test
    void aBarrierWaitsForAllAndAllWaitForIt() {
        Entry one = issue(Access.CHANGE, "/a");
        Entry two = issue(Access.READ, "/b");
        Entry barrier = issue(Access.BARRIER);
        Entry after = issue(Access.READ, "/c");

        assertThat(order.finished(two)).isEmpty();
        assertThat(order.finished(one)).containsExactly(barrier);
        assertThat(order.mayBegin(after)).isFalse();
        assertThat(order.finished(barrier)).containsExactly(after);
    }

    @Test
    void whoWaitsForTwoBeginsAfterBoth() {
        Entry one = issue(Access.CHANGE, "/a");
        Entry two = issue(Access.CHANGE, "/b");
        Entry both = issue(Access.READ, "/a", "/b");

        assertThat(order.finished(one)).isEmpty();
        assertThat(order.finished(two)).containsExactly(both);
    }

    @Test
    void aLineOfThousandsIsOneStepEach() {
        List<Entry> line = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            line.add(issue(Access.CHANGE, "/queue"));
        }

        for (int i = 0; i < 19_999; i++) {
            assertThat(order.finished(line.get(i))).containsExactly(line.get(i + 1));
        }
    }

    /** The same order, told in the plainest way. */
    @Property(tries = 300)
    void anOperationBeginsExactlyWhenNothingItDependsOnIsUnfinished(@ForAll long seed) {
        Random random = new Random(seed);
        IssueOrder any = new IssueOrder();
        List<Plain> unfinished = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            if (random.nextInt(3) > 0 || unfinished.isEmpty()) {
                Access access = Access.values()[random.nextInt(10) == 0 ? 2 : random.nextInt(2)];
                Set<NodePath> paths = access == Access.BARRIER ? Set.of() : somePaths(random);
                unfinished.add(new Plain(any.issue(access, paths), access, paths));
            } else {
                List<Plain> begun = unfinished.stream()
                        .filter(each -> any.mayBegin(each.entry))
                        .toList();
                Plain over = begun.get(random.nextInt(begun.size()));
                any.finished(over.entry);
                unfinished.remove(over);
            }
            for (int at = 0; at < unfinished.size(); at++) {
                Plain each = unfinished.get(at);
                boolean free = unfinished.subList(0, at).stream().noneMatch(each::dependsOn);
                assertThat(any.mayBegin(each.entry))
                        .as("seed %d step %d", seed, step)
                        .isEqualTo(free);
            }
        }
    }

    private static Set<NodePath> somePaths(Random random) {
        Set<NodePath> paths = new HashSet<>();
        for (int count = 1 + random.nextInt(2); count > 0; count--) {
            NodePath path = NodePath.ROOT;
            for (int depth = random.nextInt(4); depth > 0; depth--) {
                path = path.child("" + random.nextInt(2));
            }
            paths.add(path);
        }
        return paths;
    }

    private record Plain(Entry entry, Access access, Set<NodePath> paths) {
        boolean dependsOn(Plain earlier) {
            if (access == Access.BARRIER || earlier.access == Access.BARRIER) {
                return true;
            }
            boolean changes = access == Access.CHANGE || earlier.access == Access.CHANGE;
            return changes
                    && paths.stream()
                            .anyMatch(mine -> earlier.paths.stream()
                                    .anyMatch(other -> mine.isWithin(other) || other.isWithin(mine)));
        }
    }

    @Test
    void whatFailedWhileItWaitedIsNotBegun() {
        Entry write = issue(Access.CHANGE, "/a");
        Entry read = issue(Access.READ, "/a");

        order.finished(read);

        assertThat(order.finished(write)).isEmpty();
        assertThat(order.size()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> order.finished(write));
    }

    private Entry issue(Access access, String... paths) {
        Set<NodePath> all = Stream.of(paths).map(NodePath::of).collect(Collectors.toSet());
        return order.issue(access, all);
    }
}
