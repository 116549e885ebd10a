package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Stat;
import baton.server.txn.Txn;
import baton.server.txn.TxnHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ZnodeTreeTest {
    private static final long EMPTY_DIGEST = 1371985504L;

    private final ZnodeTree tree = ZnodeTree.fresh(SeededHash.of(1));
    private long zxid;

    private RecordedAftermath apply(Txn txn) {
        return applyAs(0x77, ++zxid, txn);
    }

    private RecordedAftermath applyAs(long session, long at, Txn txn) {
        RecordedAftermath aftermath = new RecordedAftermath();
        tree.apply(new TxnHeader(session, 1, at, 1_000 + at, txn.type()), txn, aftermath);
        return aftermath;
    }

    private static Txn.Create create(String path, int parentCreates) {
        return new Txn.Create(OpCode.CREATE, path, Bytes.utf8("v"), Acl.OPEN, false, parentCreates);
    }

    private static Txn.Create ephemeral(String path, int parentCreates) {
        return new Txn.Create(OpCode.CREATE, path, null, Acl.OPEN, true, parentCreates);
    }

    private Stat stat(String path) {
        return Objects.requireNonNull(tree.find(path)).state().stat();
    }

    @Test
    void aPathInABufferHasTheHashOfItsNode() {
        apply(create("/a-node", 1));
        byte[] path = "/a-node".getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocateDirect(100).put(3, path);

        int hash = tree.hashes().of(buffer, 3, 3 + path.length);

        assertThat(hash).isEqualTo(Objects.requireNonNull(tree.find("/a-node")).pathHash());
    }

    /** No server of ours logs such requests any more, but directories have them. */
    @Nested
    class OfAnotherServer {
        @Test
        void anAccountThatCannotBeReadIsMadeAnew() {
            apply(create("/a", 1));
            apply(create("/zookeeper/quota/a", 1));
            apply(create("/zookeeper/quota/a/zookeeper_limits", 1));
            apply(create("/zookeeper/quota/a/zookeeper_stats", 2));

            for (Bytes each : new Bytes[] {Bytes.utf8("no account"), null}) {
                apply(new Txn.SetData("/zookeeper/quota/a/zookeeper_stats", each, 1));

                assertThat(text("/zookeeper/quota/a/zookeeper_stats")).isEqualTo("count=1,bytes=1");
            }
            apply(create("/a/b", 1));
            assertThat(text("/zookeeper/quota/a/zookeeper_stats")).isEqualTo("count=2,bytes=2");
        }

        @Test
        void aLimitOfNothingIsANodeLikeAnyOther() {
            for (String each : List.of("/zookeeper/zookeeper_limits", "/zookeeper/quota/zookeeper_limits")) {
                apply(create(each, 1));
                apply(create("/a", 1));
                apply(new Txn.Delete("/a"));
                apply(new Txn.Delete(each));

                assertThat(tree.find(each)).isNull();
            }
        }

        private String text(String path) {
            Bytes content = Objects.requireNonNull(tree.find(path)).state().content();
            return Objects.requireNonNull(content).utf8();
        }
    }

    @Nested
    class Fresh {
        @Test
        void hasTheReservedNodesAndTheirStats() {
            assertThat(stat("/")).isEqualTo(new Stat(0, 0, 0, 0, 0, -1, 0, 0, 0, 1, 0));
            assertThat(stat("/zookeeper")).isEqualTo(new Stat(0, 0, 0, 0, 0, -2, 0, 0, 0, 2, 0));
            assertThat(stat("/zookeeper/quota")).isEqualTo(new Stat(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            assertThat(stat("/zookeeper/config")).isEqualTo(new Stat(0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0));
            assertThat(tree.nodeCount()).isEqualTo(4);
        }

        @Test
        void hasTheDigestOfTheReferenceImplementation() {
            assertThat(tree.position()).isEqualTo(new TreePosition(0, EMPTY_DIGEST));
        }

        @Test
        void protectsTheConfigurationOnly() {
            assertThat(Objects.requireNonNull(tree.find("/zookeeper/config"))
                            .state()
                            .acl()
                            .list())
                    .isEqualTo(Acl.READ_ONLY);
            assertThat(tree.snapshot().acls())
                    .extracting(AclEntry::list)
                    .containsExactly(Acl.READ_ONLY, List.of(new Acl(0, "world", "anyone")));
        }
    }

    @Nested
    class Applying {
        @Test
        void aCreationTouchesTheNodeAndItsParentAndNothingElse() {
            apply(create("/a", 1));
            Stat grandparent = stat("/");

            RecordedAftermath applied = apply(create("/a/b", 1));

            assertThat(stat("/a/b")).isEqualTo(new Stat(2, 2, 1_002, 1_002, 0, 0, 0, 0, 1, 0, 2));
            assertThat(stat("/a")).isEqualTo(new Stat(1, 1, 1_001, 1_001, 0, 1, 0, 0, 1, 1, 2));
            assertThat(stat("/")).isEqualTo(grandparent);
            assertThat(applied.ends()).containsExactly(new RecordedAftermath.End(0, stat("/a/b")));
            assertThat(applied.changes())
                    .containsExactly(new RecordedAftermath.Change("created", "/a/b", AclEntry.OPEN, AclEntry.OPEN));
        }

        @Test
        void deletionsCountInTheVersionOfTheChildrenButNotInTheSequence() {
            apply(create("/a", 1));
            apply(create("/a/b", 1));
            apply(create("/a/c", 2));

            apply(new Txn.Delete("/a/b"));

            assertThat(stat("/a").cversion()).isEqualTo(3);
            assertThat(Objects.requireNonNull(tree.find("/a")).state().creations())
                    .isEqualTo(2);
            assertThat(stat("/a").pzxid()).isEqualTo(4);
        }

        @Test
        void replacedDataLeavesTheParentAlone() {
            apply(create("/a", 1));
            Stat parent = stat("/");

            apply(new Txn.SetData("/a", null, 1));

            assertThat(stat("/a")).isEqualTo(new Stat(1, 2, 1_001, 1_002, 1, 0, 0, 0, 0, 0, 1));
            assertThat(stat("/")).isEqualTo(parent);
        }

        @Test
        void aReplacedListChangesItsVersionOnlyAndIsNoChangeToWatch() {
            apply(create("/a", 1));
            Stat before = stat("/a");

            RecordedAftermath applied = apply(new Txn.SetAcl("/a", Acl.READ_ONLY, 1));

            assertThat(stat("/a").aversion()).isEqualTo(1);
            assertThat(stat("/a").mzxid()).isEqualTo(before.mzxid());
            assertThat(applied.changes()).isEmpty();
        }

        @Test
        void aFailedMultiDoesNothingButUsesItsZxid() {
            RecordedAftermath applied = apply(new Txn.Multi(List.of(
                    create("/a", 1),
                    new Txn.Failed(ErrorCode.NO_NODE),
                    new Txn.Failed(ErrorCode.RUNTIME_INCONSISTENCY))));

            assertThat(tree.find("/a")).isNull();
            assertThat(applied.ends()).extracting(RecordedAftermath.End::error).containsExactly(0, -101, -2);
            assertThat(tree.position()).isEqualTo(new TreePosition(1, EMPTY_DIGEST));
        }

        @Test
        void aMultiShowsEachNodeAsItsOwnPartLeftIt() {
            RecordedAftermath applied = apply(
                    new Txn.Multi(List.of(create("/a", 1), create("/a/b", 1), new Txn.SetData("/a", Bytes.EMPTY, 1))));

            assertThat(applied.ends())
                    .extracting(each -> Objects.requireNonNull(each.stat()).numChildren())
                    .containsExactly(0, 0, 1);
        }

        @Test
        void theEndOfASessionTakesItsNodesAlong() {
            apply(ephemeral("/mine", 1));
            applyAs(0x99, ++zxid, ephemeral("/theirs", 2));

            RecordedAftermath applied = apply(new Txn.CloseSession(List.of("/mine")));

            assertThat(tree.ephemerals().pathsOf(0x77)).isEmpty();
            assertThat(tree.ephemerals().pathsOf(0x99)).containsExactly("/theirs");
            assertThat(applied.changes())
                    .containsExactly(new RecordedAftermath.Change("deleted", "/mine", AclEntry.OPEN, AclEntry.OPEN));
        }

        @Test
        void theSequenceGoesOnAfterTheLargestInt() {
            apply(create("/q", 1));
            apply(create("/q/last", Integer.MAX_VALUE));

            apply(create("/q/next", Integer.MIN_VALUE));

            NodeState queue = Objects.requireNonNull(tree.find("/q")).state();
            assertThat(queue.creations()).isEqualTo(Integer.MIN_VALUE);
            assertThat(queue.pzxid()).isEqualTo(3);
        }

        @Test
        void addingAndRemovingLeavesTheDigestWhereItWasButForTheParent() {
            apply(create("/a", 1));
            apply(create("/a/b", 1));
            apply(new Txn.Delete("/a/b"));
            apply(new Txn.Delete("/a"));

            Znode root = tree.root();
            long others = tree.position().digest() - tree.digestOf(root);
            ZnodeTree fresh = ZnodeTree.fresh(SeededHash.of(1));
            assertThat(others).isEqualTo(EMPTY_DIGEST - fresh.digestOf(fresh.root()));
        }
    }

    @Nested
    class Finding {
        @Test
        void takesBytesOrTextAndTheEmptyPathForTheRoot() {
            apply(create("/é世", 1));
            byte[] frame = "xx/é世yy".getBytes(StandardCharsets.UTF_8);

            assertThat(tree.find(frame, 2, frame.length - 4)).isSameAs(tree.find("/é世"));
            assertThat(tree.find("")).isSameAs(tree.root());
            assertThat(tree.find(frame, 0, 0)).isSameAs(tree.root());
        }

        @Test
        void knowsNoPathsThatOnlyLookAlike() {
            apply(create("/a", 1));

            assertThat(tree.find("/a/")).isNull();
            assertThat(tree.find("a")).isNull();
            assertThat(tree.find("/ab")).isNull();
            assertThat(tree.find("/\ud800")).isNull();
        }

        @Test
        void survivesManyNodesComingAndGoing() {
            apply(create("/q", 1));
            for (int i = 1; i <= 20_000; i++) {
                apply(create("/q/" + i, i));
                if (i > 100) {
                    apply(new Txn.Delete("/q/" + (i - 100)));
                }
            }

            assertThat(tree.nodeCount()).isEqualTo(105);
            assertThat(tree.find("/q/19900")).isNull();
            assertThat(tree.find("/q/19901")).isNotNull();
            assertThat(Objects.requireNonNull(tree.find("/q")).descendantCount())
                    .isEqualTo(100);
        }
    }

    @Nested
    class Vanishing {
        @Test
        void aContainerVanishesAfterItsLastChildButNotBeforeItsFirst() {
            apply(new Txn.CreateContainer("/used", null, Acl.OPEN, 1));
            apply(new Txn.CreateContainer("/unused", null, Acl.OPEN, 2));
            apply(create("/used/child", 1));

            assertThat(tree.vanishing(zxid -> 1_000, 0, 10)).isEmpty();

            apply(new Txn.Delete("/used/child"));
            assertThat(tree.vanishing(zxid -> 1_000, 0, 10)).containsExactly("/used");
            assertThat(tree.vanishing(zxid -> 1_000, 5, 10)).containsExactly("/used", "/unused");
            assertThat(tree.vanishing(zxid -> 1_000, 5, 1)).hasSize(1);
        }

        @Test
        void aNodeWithATimeToLiveVanishesWhenItWasNotChangedForThatLong() {
            apply(new Txn.CreateTtl("/t", null, Acl.OPEN, 1, 100));
            long created = stat("/t").mzxid();

            assertThat(tree.vanishing(zxid -> zxid == created ? 100 : 0, 0, 10)).isEmpty();
            assertThat(tree.vanishing(zxid -> zxid == created ? 101 : 0, 0, 10)).containsExactly("/t");

            apply(new Txn.SetData("/t", null, 1));
            assertThat(tree.vanishing(zxid -> zxid == created ? 101 : 0, 0, 10)).isEmpty();
            assertThat(stat("/t").ephemeralOwner()).isZero();
        }
    }

    @Nested
    class Restoring {
        @Test
        void refusesANodeWithoutAParent() {
            ZnodeTree restored = ZnodeTree.forRestore(SeededHash.of(1));

            assertThat(restored.restoreNode(Bytes.utf8("/a/b"), null, -1, 1, 1, 1, 1, 0, 0, 0, 0, 1))
                    .isFalse();
            restored.restored(1);
            assertThat(restored.find("/a/b")).isNull();
        }

        @Test
        void takesNodesInAnyOrderThatHasParentsFirst() {
            List<String> paths = new ArrayList<>(List.of(""));
            for (int i = 0; i < 200; i++) {
                paths.add("/d" + i % 7 + (i < 7 ? "" : "/n" + i));
                if (i > 100) {
                    paths.add("/d" + i % 7 + "/n" + i + "/below");
                }
            }
            List<String> preOrder = new ArrayList<>(paths);
            preOrder.sort(Comparator.comparing(path -> path.replace('/', '\1')));
            List<ZnodeTree> trees = new ArrayList<>();
            for (List<String> order : List.of(paths, preOrder)) {
                ZnodeTree restored = ZnodeTree.forRestore(SeededHash.of(1));
                for (String path : order) {
                    assertThat(restored.restoreNode(Bytes.utf8(path), null, -1, 1, 1, 1, 1, 0, 5, 0, 0, 1))
                            .isTrue();
                }
                restored.restored(9);
                trees.add(restored);
            }

            for (String path : paths) {
                Znode one = Objects.requireNonNull(trees.get(0).find(path));
                Znode other = Objects.requireNonNull(trees.get(1).find(path));
                assertThat(one.state().stat()).isEqualTo(other.state().stat());
                assertThat(one.children().names())
                        .isSorted()
                        .isEqualTo(other.children().names());
                assertThat(one.state().childCount()).isEqualTo(one.children().size());
                assertThat(one.descendantCount()).isEqualTo(other.descendantCount());
            }
            assertThat(trees.get(0).root().descendantCount())
                    .isEqualTo(trees.get(0).nodeCount() - 1);
            assertThat(trees.get(0).position()).isEqualTo(trees.get(1).position());
        }

        @Test
        void refusesTheSameNodeTwice() {
            ZnodeTree restored = ZnodeTree.forRestore(SeededHash.of(1));
            for (String path : List.of("/a", "/b", "/a")) {
                restored.restoreNode(Bytes.utf8(path), null, -1, 1, 1, 1, 1, 0, 0, 0, 0, 1);
            }

            assertThatThrownBy(() -> restored.restored(1)).hasMessageContaining("'/a' is there twice");
        }

        @Test
        void refusesTheSameNodeTwiceWhereverItIs() {
            ZnodeTree restored = ZnodeTree.forRestore(SeededHash.of(1));

            assertThatThrownBy(() -> {
                        for (String path : List.of("/a", "/a/n", "/b", "/b/m", "/a/n", "/c")) {
                            restored.restoreNode(Bytes.utf8(path), null, -1, 1, 1, 1, 1, 0, 0, 0, 0, 1);
                        }
                    })
                    .hasMessageContaining("'/a/n' is there twice");
        }

        @Test
        void locksANodeWhoseListIsUnknownUntilItsCreationIsReplayed() {
            ZnodeTree restored = ZnodeTree.forRestore(SeededHash.of(1));
            restored.restoreNode(Bytes.utf8("/a"), null, 9, 1, 1, 1, 1, 0, 0, 0, 0, 1);
            restored.restored(0);
            assertThat(restored.unresolvedAclCount()).isEqualTo(1);

            Txn create = new Txn.Create(OpCode.CREATE, "/a", null, Acl.READ_ONLY, false, 1);
            restored.apply(new TxnHeader(1, 1, 1, 1, create.type()), create, Aftermath.UNHEEDED);

            assertThat(restored.unresolvedAclCount()).isZero();
            assertThat(Objects.requireNonNull(restored.find("/a")).state().acl().list())
                    .isEqualTo(Acl.READ_ONLY);
        }

        @Test
        void aListNoNodeUsesIsForgotten() {
            ZnodeTree restored = ZnodeTree.forRestore(SeededHash.of(1));
            restored.restoreAcl(1, Acl.READ_ONLY);
            restored.restoreAcl(2, List.of(new Acl(1, "digest", "a:b")));
            restored.restoreNode(Bytes.utf8("/zookeeper/config"), null, 1, 0, 0, 0, 0, 0, 0, -1, 0, 0);
            restored.restored(5);

            assertThat(restored.snapshot().acls())
                    .extracting(AclEntry::list)
                    .containsExactly(Acl.READ_ONLY, List.of(new Acl(0, "world", "anyone")));
            assertThat(restored.snapshot().zxid()).isEqualTo(5);
        }

        /** The other way round a node could be written as it was before a child came, and without that child. */
        @Test
        void aWalkLooksAtTheChildrenOfANodeAfterTheNodeItself() {
            apply(create("/a", 1));
            apply(create("/a/b", 1));
            List<String> visited = new ArrayList<>();

            tree.snapshot().forEach((node, state) -> {
                visited.add(node.path());
                if (node.path().equals("/a")) {
                    apply(new Txn.Delete("/a/b"));
                }
            });

            assertThat(visited).contains("/a").doesNotContain("/a/b");
        }

        /** Whoever reads the file finds the parent of the next node above the last one. */
        @Test
        void aWalkVisitsAllBelowANodeBeforeItLeavesIt() {
            for (int i = 0; i < 100; i++) {
                apply(create("/n" + i, i + 1));
                if (i % 7 == 0) {
                    apply(create("/n" + i + "/a", 1));
                    apply(create("/n" + i + "/a/b", 1));
                    apply(create("/n" + i + "/c", 2));
                }
            }
            ArrayDeque<Znode> above = new ArrayDeque<>();
            Set<Znode> visited = new HashSet<>();

            tree.snapshot().forEach((node, state) -> {
                while (!above.isEmpty() && above.peek() != node.parent()) {
                    above.pop();
                }
                assertThat(above.isEmpty()).as(node.path()).isEqualTo(node.isRoot());
                assertThat(visited.add(node)).as(node.path()).isTrue();
                above.push(node);
            });

            assertThat(visited).hasSize(tree.nodeCount());
        }

        /** Else a snapshot would tell the digest of a tree without what it holds of that transaction. */
        @Test
        void aWalkEndsBehindTheTransactionOfWhichItMayHaveSeenSome() throws InterruptedException {
            TreeSnapshot walk = tree.snapshot();
            AtomicReference<TreePosition> end = new AtomicReference<>();
            Thread walker = new Thread(() -> end.set(walk.endPosition()));
            Txn create = create("/a", 1);

            tree.gate().close();
            tree.apply(new TxnHeader(1, 1, 1, 1, create.type()), create, new Aftermath() {
                @Override
                public void created(String path, Znode node) {
                    walker.start();
                    while (walker.getState() != Thread.State.WAITING && walker.isAlive()) {
                        Thread.onSpinWait();
                    }
                }
            });
            tree.gate().open();
            walker.join();

            assertThat(end.get()).isEqualTo(tree.position());
            assertThat(end.get().zxid()).isEqualTo(1);
        }

        @Test
        void theRootOfASnapshotIsTheRoot() {
            ZnodeTree restored = ZnodeTree.forRestore(SeededHash.of(1));
            restored.restoreNode(Bytes.utf8(""), Bytes.utf8("r"), -1, 0, 7, 0, 9, 1, 3, 0, 0, 6);
            restored.restored(8);

            assertThat(restored.root().state().stat()).isEqualTo(new Stat(0, 7, 0, 9, 1, 5, 0, 0, 1, 1, 6));
        }
    }
}
