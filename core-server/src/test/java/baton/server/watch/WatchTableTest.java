package baton.server.watch;

import static baton.protocol.EventType.NODE_CHILDREN_CHANGED;
import static baton.protocol.EventType.NODE_CREATED;
import static baton.protocol.EventType.NODE_DATA_CHANGED;
import static baton.protocol.EventType.NODE_DELETED;
import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.WatcherType;
import baton.server.tree.SeededHash;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTableTest {
    private record Someone(String name, WatchedPaths watchedPaths) implements Watcher {
        Someone(String name) {
            this(name, new WatchedPaths());
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private final WatchTable<Someone> watches = new WatchTable<>(SeededHash.of(1));
    private final PathNodes nodes = new PathNodes(SeededHash.of(1));
    private final Someone anna = new Someone("anna");
    private final Someone ben = new Someone("ben");

    @Test
    void aDataWatchFiresOnce() {
        watches.add("/a", anna, WatchMode.DATA);

        assertThat(watches.fire(NODE_DATA_CHANGED, nodes.at("/a"))).containsExactly(anna);
        assertThat(watches.fire(NODE_DATA_CHANGED, nodes.at("/a"))).isEmpty();
        assertThat(watches.count()).isZero();
        assertThat(anna.watchedPaths().size()).isZero();
    }

    @Test
    void aWatchTooManyIsRefusedAndDisturbsNoOther() {
        WatchTable<Someone> small = new WatchTable<>(SeededHash.of(1), WatchBounds.ofPaths(2, Integer.MAX_VALUE));

        assertThat(small.add("/a", anna, WatchMode.DATA)).isTrue();
        assertThat(small.add("/b", anna, WatchMode.DATA)).isTrue();
        assertThat(small.add("/c", anna, WatchMode.DATA)).isFalse();
        assertThat(small.add("/a", anna, WatchMode.RECURSIVE)).isTrue();
        assertThat(small.add("/c", ben, WatchMode.DATA)).isTrue();

        assertThat(small.fire(NODE_DATA_CHANGED, nodes.at("/c"))).containsExactly(ben);
        small.removeAll(anna);
        assertThat(anna.watchedPaths().size()).isZero();
    }

    @Test
    void manyMayWatchOnePath() {
        WatchTable<Someone> small = new WatchTable<>(SeededHash.of(1), WatchBounds.ofPaths(10, 1_000));

        for (int i = 0; i < 1_000; i++) {
            assertThat(small.add("/a", new Someone("no. " + i), WatchMode.DATA)).isTrue();
        }
        assertThat(small.add("/a", anna, WatchMode.DATA)).isFalse();
        assertThat(small.fire(NODE_DATA_CHANGED, nodes.at("/a"))).hasSize(1_000);
        assertThat(small.add("/a", anna, WatchMode.DATA)).isTrue();
    }

    @Test
    void everythingTogetherIsBoundedToo() {
        WatchTable<Someone> small = new WatchTable<>(SeededHash.of(1), WatchBounds.ofPaths(Integer.MAX_VALUE, 1_000));
        int added = 0;
        for (int i = 0; i < 3_000; i++) {
            added += small.add("/" + i, i % 2 == 0 ? anna : ben, WatchMode.DATA) ? 1 : 0;
        }
        assertThat(added).isBetween(1_000, 2_000);

        small.removeAll(anna);
        small.removeAll(ben);

        assertThat(small.add("/1", new Someone("carl"), WatchMode.DATA)).isTrue();
        assertThat(small.count()).isEqualTo(1);
    }

    @Test
    void theBytesOfWhatOneWatchesAreBounded() {
        WatchTable<Someone> small = new WatchTable<>(SeededHash.of(1), new WatchBounds(10, 1_000, 10, Long.MAX_VALUE));

        assertThat(small.add("/1234", anna, WatchMode.DATA)).isTrue();
        assertThat(small.add("/23456", anna, WatchMode.RECURSIVE)).isFalse();
        assertThat(small.add("/2345", anna, WatchMode.DATA)).isTrue();
        assertThat(small.add("/", anna, WatchMode.DATA)).isFalse();
        assertThat(small.add(ZnodeTree.fresh(SeededHash.of(1)).root(), anna, WatchMode.DATA))
                .isFalse();
        assertThat(small.add("/1234", anna, WatchMode.RECURSIVE)).isTrue();
        assertThat(small.add("/23456", ben, WatchMode.DATA)).isTrue();

        small.fire(NODE_DATA_CHANGED, nodes.at("/2345"));
        assertThat(small.add("/", anna, WatchMode.DATA)).isTrue();
    }

    @Test
    void theBytesOfAllPathsAreBoundedEachOnce() {
        int bytesMax = 64_000;
        WatchTable<Someone> small = new WatchTable<>(
                SeededHash.of(1), new WatchBounds(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, bytesMax));
        String rest = "/" + "x".repeat(495);
        List<String> taken = new ArrayList<>();
        for (int i = 1_000; i < 2_000; i++) {
            if (small.add(rest + i, anna, WatchMode.PERSISTENT)) {
                taken.add(rest + i);
            }
        }
        assertThat(small.pathBytes()).isEqualTo(500L * taken.size()).isBetween((long) bytesMax, 2L * bytesMax);

        taken.forEach(path -> assertThat(small.add(path, ben, WatchMode.DATA)).isTrue());

        small.removeAll(anna);
        assertThat(small.pathBytes()).isEqualTo(500L * taken.size());
        small.removeAll(ben);
        assertThat(small.pathBytes()).isZero();
    }

    /** It may outlive the node. */
    @Test
    void thePathOfANodeCountsAsAnyOther() {
        WatchTable<Someone> small = new WatchTable<>(SeededHash.of(1), new WatchBounds(10, 10, 100, 4));

        assertThat(small.add(nodes.at("/abcd"), anna, WatchMode.DATA)).isFalse();
        assertThat(small.add(nodes.at("/abc"), anna, WatchMode.PERSISTENT)).isTrue();
        assertThat(small.add("/abc", ben, WatchMode.DATA)).isTrue();
        assertThat(small.pathBytes()).isEqualTo(4);

        assertThat(small.fire(NODE_DELETED, nodes.at("/abc"))).containsExactly(anna, ben);
        assertThat(small.pathBytes()).isEqualTo(4);
        small.removeAll(anna);
        assertThat(small.pathBytes()).isZero();
    }

    @Test
    void aDataWatchKnowsNothingOfChildren() {
        watches.add("/a", anna, WatchMode.DATA);

        assertThat(watches.fire(NODE_CHILDREN_CHANGED, nodes.at("/a"))).isEmpty();
        assertThat(watches.fire(NODE_CREATED, nodes.at("/a"))).containsExactly(anna);
    }

    @Test
    void aChildWatchFiresForChildrenOrForTheEnd() {
        watches.add("/a", anna, WatchMode.CHILDREN);
        watches.add("/a", ben, WatchMode.CHILDREN);

        assertThat(watches.fire(NODE_DATA_CHANGED, nodes.at("/a"))).isEmpty();
        assertThat(watches.fire(NODE_CHILDREN_CHANGED, nodes.at("/a"))).containsExactly(anna, ben);

        watches.add("/a", anna, WatchMode.CHILDREN);
        assertThat(watches.fire(NODE_DELETED, nodes.at("/a"))).containsExactly(anna);
    }

    @Test
    void aDeletionIsToldOnceHoweverManyWatchesThereAre() {
        for (WatchMode each : WatchMode.values()) {
            watches.add("/a", anna, each);
        }
        watches.add("/", anna, WatchMode.RECURSIVE);

        assertThat(watches.fire(NODE_DELETED, nodes.at("/a"))).containsExactly(anna);
        assertThat(watches.has("/a", anna, WatcherType.DATA)).isFalse();
        assertThat(watches.has("/a", anna, WatcherType.CHILDREN)).isFalse();
        assertThat(watches.has("/a", anna, WatcherType.PERSISTENT)).isTrue();
        assertThat(watches.has("/a", anna, WatcherType.PERSISTENT_RECURSIVE)).isTrue();
    }

    @Test
    void aPersistentWatchStaysForNodeAndChildren() {
        watches.add("/a", anna, WatchMode.PERSISTENT);

        for (int i = 0; i < 2; i++) {
            assertThat(watches.fire(NODE_CREATED, nodes.at("/a"))).containsExactly(anna);
            assertThat(watches.fire(NODE_DATA_CHANGED, nodes.at("/a"))).containsExactly(anna);
            assertThat(watches.fire(NODE_CHILDREN_CHANGED, nodes.at("/a"))).containsExactly(anna);
            assertThat(watches.fire(NODE_DELETED, nodes.at("/a"))).containsExactly(anna);
        }
        assertThat(watches.fire(NODE_CREATED, nodes.at("/a/b"))).isEmpty();
    }

    @Test
    void aRecursiveWatchSeesEveryNodeBelowButNoListsOfChildren() {
        watches.add("/", anna, WatchMode.RECURSIVE);
        watches.add("/a", ben, WatchMode.RECURSIVE);

        assertThat(watches.fire(NODE_CREATED, nodes.at("/a/b/c"))).containsExactly(ben, anna);
        assertThat(watches.fire(NODE_DATA_CHANGED, nodes.at("/a"))).containsExactly(ben, anna);
        assertThat(watches.fire(NODE_DELETED, nodes.at("/ab"))).containsExactly(anna);
        assertThat(watches.fire(NODE_DATA_CHANGED, nodes.at("/"))).containsExactly(anna);
        assertThat(watches.fire(NODE_CHILDREN_CHANGED, nodes.at("/a"))).isEmpty();
    }

    @Test
    void removingOneModeLeavesTheOthers() {
        watches.add("/a", anna, WatchMode.PERSISTENT);
        watches.add("/a", anna, WatchMode.RECURSIVE);

        assertThat(watches.remove("/a", anna, WatcherType.DATA)).isFalse();
        assertThat(watches.remove("/a", anna, WatcherType.PERSISTENT_RECURSIVE)).isTrue();
        assertThat(watches.remove("/a", anna, WatcherType.PERSISTENT_RECURSIVE)).isFalse();
        assertThat(watches.fire(NODE_CREATED, nodes.at("/a/b"))).isEmpty();
        assertThat(watches.fire(NODE_CHILDREN_CHANGED, nodes.at("/a"))).containsExactly(anna);
        assertThat(watches.remove("/a", anna, WatcherType.ANY)).isTrue();
        assertThat(watches.pathCount()).isZero();
    }

    @Test
    void whoHasGoneWatchesNothingAndCannotBeginAgain() {
        watches.add("/a", anna, WatchMode.DATA);
        watches.add("/b", anna, WatchMode.RECURSIVE);
        watches.add("/b", ben, WatchMode.CHILDREN);

        watches.removeAll(anna);
        watches.add("/c", anna, WatchMode.DATA);

        assertThat(watches.count()).isEqualTo(1);
        assertThat(watches.fire(NODE_DELETED, nodes.at("/b"))).containsExactly(ben);
        assertThat(watches.fire(NODE_CREATED, nodes.at("/c"))).isEmpty();
    }

    @Test
    void registeringTwiceIsRegisteringOnce() {
        watches.add("/a", anna, WatchMode.DATA);
        watches.add("/a", anna, WatchMode.DATA);

        assertThat(watches.count()).isEqualTo(1);
        assertThat(watches.fire(NODE_DELETED, nodes.at("/a"))).containsExactly(anna);
    }

    @Test
    void aPersistentWatchCountsForBothOfItsSides() {
        watches.add("/a", anna, WatchMode.PERSISTENT);
        watches.add("/a", anna, WatchMode.RECURSIVE);
        watches.add("/b", anna, WatchMode.RECURSIVE);

        assertThat(watches.count()).isEqualTo(3);
    }

    @Test
    void aDeletedNodeIsNotKeptByThoseWhoGoOnWatching() {
        Znode root = ZnodeTree.fresh(SeededHash.of(1)).root();
        Someone bert = new Someone("bert");
        watches.add(root, anna, WatchMode.PERSISTENT);
        watches.add(root, bert, WatchMode.RECURSIVE);

        assertThat(watches.fire(NODE_DELETED, nodes.at("/"))).containsExactly(anna, bert);

        for (Someone each : List.of(anna, bert)) {
            assertThat(each.watchedPaths().close()).singleElement().isInstanceOf(byte[].class);
        }
        assertThat(watches.fire(NODE_CREATED, nodes.at("/"))).containsExactly(anna, bert);
    }

    @Test
    void aHundredThousandWatchersOfOnePathAreEachToldOnceInTheirOrder() {
        List<Someone> all = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            Someone next = new Someone("w" + i);
            all.add(next);
            watches.add("/a", next, i % 2 == 0 ? WatchMode.DATA : WatchMode.PERSISTENT);
        }

        List<Someone> first = watches.fire(NODE_DATA_CHANGED, nodes.at("/a"));
        List<Someone> second = watches.fire(NODE_DATA_CHANGED, nodes.at("/a"));

        assertThat(first).isEqualTo(all);
        assertThat(second).hasSize(50_000).doesNotContain(all.get(0));
        assertThat(all.get(0).watchedPaths().size()).isZero();
        assertThat(watches.count()).isEqualTo(100_000);
    }

    /** Who would hash the paths of those above would take other keys than theirs, and find nobody. */
    @Test
    void aChangeDeepBelowHashesNoPathAndFindsWhoWatchesAbove() {
        PathNodes others = new PathNodes(SeededHash.of(2));
        Znode deep = others.at("/d".repeat(2_000));
        watches.add(others.at("/d".repeat(1_000)), ben, WatchMode.RECURSIVE);
        watches.add(others.at("/"), anna, WatchMode.RECURSIVE);
        watches.add(others.at("/other"), new Someone("carl"), WatchMode.RECURSIVE);

        assertThat(watches.fire(NODE_CREATED, deep)).containsExactly(ben, anna);
        assertThat(watches.fire(NODE_DELETED, deep)).containsExactly(ben, anna);
    }

    @Test
    void aPathThatWasWatchedBeforeItsNodeWasThereIsComparedOnceOnly() {
        watches.add("/a/b", anna, WatchMode.RECURSIVE);
        watches.add("/a/b", ben, WatchMode.RECURSIVE);
        Znode node = nodes.at("/a/b");

        watches.fire(NODE_CREATED, nodes.at("/a/b/c"));

        assertThat(ben.watchedPaths().close()).containsExactly(node);
        watches.fire(NODE_DELETED, node);
        assertThat(anna.watchedPaths().close()).singleElement().isEqualTo(node.pathBytes());
    }
}
