package baton.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.server.auth.AccessControl;
import baton.server.auth.DigestScheme;
import baton.server.request.SequencerBounds;
import baton.server.request.SequencerSettings;
import baton.server.runtime.StoredHistory;
import baton.server.tree.NodeOwner;
import baton.server.tree.QuotaNumbers;
import baton.server.tree.Quotas;
import baton.server.tree.SeededHash;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run: a seed decides what happens next, and after every step everything promised is looked at. */
final class Simulation {
    private static final int CLIENTS = 4;
    private static final int SESSION_MILLIS = 5 * SimulatedServer.TICK_MILLIS;
    /** Nodes that not everybody can always read, so that watches on them need not fire for everybody. */
    static final Set<String> GUARDED = Set.of("/c", "/b/z");

    private static final String LIMITED = "/a";
    private static final int SESSIONS_MAX = 6;
    private static final int EPHEMERALS_MAX = 3;
    private static final int RECORD_BYTES_MAX = 150;
    private static final List<Acl> FOR_ONE_USER =
            List.of(new Acl(Permission.ALL & ~Permission.ADMIN, "digest", DigestScheme.idOf("u:p")));
    private static final List<String> NAMES = List.of("/a", "/b", "/a/x", "/a/y", "/a/x/q", "/b/z", "/c");

    private final Random random;
    private final SimulatedServer server;
    private final List<SimulatedClient> clients = new ArrayList<>();
    private @Nullable FuzzySnapshot snapshot;
    private boolean inSnapshot;
    private int step;
    private int checked;

    Simulation(long seed) {
        random = new Random(seed);
        // Half of the seeds go through the storage of production, to which a snapshot is a file.
        SimulatedStorage files = seed % 2 == 0 ? new StoredHistory(seed) : null;
        server = new SimulatedServer(
                SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS)
                        .withQuotaEnforced()
                        .withBounds(SequencerBounds.DEFAULT.with(SESSIONS_MAX, EPHEMERALS_MAX, RECORD_BYTES_MAX)),
                AccessControl.standard(),
                files);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new SimulatedClient(server));
        }
    }

    int step() {
        return step;
    }

    void run(int steps) {
        for (step = 1; step <= steps; step++) {
            step(random.nextInt(100));
            check();
        }
        server.settle();
        check();
        crashAndRecover(0);
        check();
    }

    private void step(int dice) {
        if (dice < 60) {
            act(clients.get(random.nextInt(CLIENTS)));
        } else if (dice < 85) {
            server.force(1 + random.nextInt(4));
        } else if (dice < 92) {
            server.pass(random.nextInt(SimulatedServer.TICK_MILLIS));
        } else if (dice < 94) {
            server.pass(2 * SESSION_MILLIS);
        } else if (dice < 96 && !inSnapshot) {
            takeSnapshot();
        } else if (dice == 99 && !inSnapshot) {
            crashAndRecover(random.nextInt(3));
        }
    }

    private void act(SimulatedClient client) {
        switch (client.state()) {
            case AWAY -> client.connect(SESSION_MILLIS, random.nextInt(8) == 0);
            case CONNECTING -> {}
            case HERE -> {
                int dice = random.nextInt(40);
                if (dice == 0) {
                    client.cut();
                } else if (dice == 1) {
                    client.send(Request.CloseSession.INSTANCE);
                } else if (dice == 2) {
                    client.prove(random.nextBoolean() ? "u:p" : "v:q");
                } else {
                    client.send(request());
                }
            }
        }
    }

    private Request request() {
        String path = NAMES.get(random.nextInt(NAMES.size()));
        int version = random.nextInt(4) == 0 ? random.nextInt(3) : -1;
        return switch (random.nextInt(15)) {
            case 0, 1, 2 -> create(path);
            case 3 -> new Request.Delete(path, version);
            case 4, 5 -> new Request.SetData(path, content(), version);
            case 6 -> new Request.SetAcl(path, acl(path), version);
            case 7 -> multi();
            case 14 -> quota();
            case 8, 9 -> new Request.GetData(path, random.nextBoolean());
            case 10 -> new Request.Exists(path, random.nextBoolean());
            case 11 -> new Request.GetChildren2(path, random.nextBoolean());
            case 12 -> new Request.Sync(path);
            default ->
                new Request.AddWatch(
                        path, random.nextBoolean() ? AddWatchMode.PERSISTENT : AddWatchMode.PERSISTENT_RECURSIVE);
        };
    }

    private Request.MultiOp create(String path) {
        CreateMode mode = CreateMode.values()[random.nextInt(CreateMode.values().length)];
        List<Acl> acl = acl(path);
        return mode.isTtl()
                ? new Request.CreateTtl(path, content(), acl, mode.flags(), 1 + random.nextInt(100_000))
                : new Request.Create(
                        mode.isContainer() ? OpCode.CREATE_CONTAINER : OpCode.CREATE,
                        path,
                        content(),
                        acl,
                        mode.flags());
    }

    private List<Acl> acl(String path) {
        if (!GUARDED.contains(path)) {
            return random.nextInt(5) == 0 ? Acl.READ_ONLY : Acl.OPEN;
        }
        return switch (random.nextInt(3)) {
            case 0 -> FOR_ONE_USER;
            case 1 -> Acl.CREATOR_ALL;
            default -> Acl.OPEN;
        };
    }

    private Request multi() {
        List<Request.MultiOp> ops = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String path = NAMES.get(random.nextInt(NAMES.size()));
            ops.add(
                    switch (random.nextInt(4)) {
                        case 0 -> new Request.Delete(path, -1);
                        case 1 -> new Request.SetData(path, content(), -1);
                        case 2 -> new Request.Check(path, -1);
                        default -> create(path);
                    });
        }
        return new Request.Multi(ops);
    }

    /** Puts a quota on a subtree, or takes it off: limits and account always together. */
    private Request quota() {
        String limits = Quotas.limitsPath(LIMITED);
        String usage = Quotas.usagePath(LIMITED);
        if (random.nextInt(3) == 0) {
            return new Request.Multi(List.of(new Request.Delete(limits, -1), new Request.Delete(usage, -1)));
        }
        if (random.nextBoolean()) {
            return plain(ZnodeTree.QUOTA + LIMITED, "");
        }
        String hard = "countHardLimit=" + (1 + random.nextInt(6)) + ";byteHardLimit=" + random.nextInt(20);
        return new Request.Multi(List.of(plain(limits, hard), plain(usage, "")));
    }

    private static Request.Create plain(String path, String content) {
        return new Request.Create(OpCode.CREATE, path, Bytes.utf8(content), Acl.OPEN, 0);
    }

    private @Nullable Bytes content() {
        int size = random.nextInt(4);
        return size == 3 ? null : Bytes.utf8("x".repeat(size) + random.nextInt(100));
    }

    private void takeSnapshot() {
        inSnapshot = true;
        Runnable between = () -> {
            for (int i = random.nextInt(3); i > 0; i--) {
                step(random.nextInt(100));
            }
        };
        boolean inFile = server.writeSnapshot(between);
        snapshot = inFile ? null : FuzzySnapshot.of(server.state(), between);
        inSnapshot = false;
        if (!inFile) {
            // A snapshot counts only once the log reaches beyond its fuzzy window.
            server.settle();
        }
    }

    private void crashAndRecover(int survivors) {
        server.crash(random.nextBoolean() ? snapshot : null, survivors);
        checked = 0;
        clients.forEach(SimulatedClient::lostConnection);
        assertThat(server.state().tree().unresolvedAclCount()).isZero();
        assertThat(server.state().tree().position().zxid())
                .describedAs("recovered everything that was acknowledged")
                .isGreaterThanOrEqualTo(clients.stream()
                        .mapToLong(SimulatedClient::acknowledgedZxid)
                        .max()
                        .orElse(0));
    }

    private void check() {
        checkHistory();
        checkTree();
        clients.forEach(SimulatedClient::check);
    }

    private void checkHistory() {
        List<TxnEntry> history = server.history();
        for (int i = Math.min(checked, history.size()); i < history.size(); i++) {
            assertThat(history.get(i).zxid())
                    .describedAs("zxids follow each other")
                    .isEqualTo(i + 1);
        }
        checked = history.size();
    }

    /** The tree is what the history up to its zxid leads to. */
    private void checkTree() {
        ZnodeTree tree = server.state().tree();
        long applied = tree.position().zxid();
        assertThat(tree.position().digest())
                .describedAs("digest at zxid %s", applied)
                .isEqualTo(proposedDigest(applied));
        checkQuota(tree);
        checkDescendants(tree.root());
        assertThat(server.state().sessions().size()).isLessThanOrEqualTo(SESSIONS_MAX);
        for (long owner : tree.ephemerals().owners()) {
            assertThat(tree.ephemerals().countOf(owner)).isLessThanOrEqualTo(EPHEMERALS_MAX);
            assertThat(NodeOwner.isSession(owner)).isTrue();
            assertThat(server.state().sessions().find(owner) != null || isEnding(owner))
                    .describedAs(
                            "ephemerals %s have a session", tree.ephemerals().pathsOf(owner))
                    .isTrue();
        }
    }

    /** An account says what is there, whatever was replayed over whatever snapshot. */
    private static void checkQuota(ZnodeTree tree) {
        Znode account = tree.find(Quotas.usagePath(LIMITED));
        if (account == null) {
            return;
        }
        Znode top = tree.find(LIMITED);
        long count = top == null ? 0 : 1 + top.descendantCount();
        assertThat(QuotaNumbers.parse(account.state().content()))
                .describedAs("account of %s", LIMITED)
                .contains(new QuotaNumbers(count, top == null ? 0 : bytes(top), -1, -1));
    }

    private static int checkDescendants(Znode top) {
        int[] count = {0};
        top.children().forEach(each -> count[0] += 1 + checkDescendants(each));
        assertThat(top.descendantCount()).describedAs("nodes below %s", top).isEqualTo(count[0]);
        return count[0];
    }

    private static long bytes(Znode top) {
        long[] bytes = {top.state().contentSize()};
        top.children().forEach(each -> bytes[0] += bytes(each));
        return bytes[0];
    }

    private long proposedDigest(long zxid) {
        for (int i = (int) zxid - 1; i >= 0; i--) {
            TxnDigest digest = server.history().get(i).digest();
            if (digest != null) {
                return digest.treeDigest();
            }
        }
        return ZnodeTree.fresh(SeededHash.of(1)).position().digest();
    }

    private boolean isEnding(long sessionId) {
        return server.history().stream()
                .anyMatch(entry -> entry.txn() instanceof Txn.CloseSession
                        && entry.header().sessionId() == sessionId
                        && entry.zxid() > server.state().tree().position().zxid());
    }
}
