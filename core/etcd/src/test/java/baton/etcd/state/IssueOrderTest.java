package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import baton.core.NodePath;
import baton.etcd.state.IssueOrder.Access;
import baton.etcd.state.IssueOrder.Entry;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
