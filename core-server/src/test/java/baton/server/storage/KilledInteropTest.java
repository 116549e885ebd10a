package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.core.testkit.ServerProcess;
import baton.core.testkit.TemporaryDirectory;
import baton.server.config.ServerSettings;
import baton.server.request.ServerState;
import baton.server.runtime.OpenStorage;
import baton.server.session.SessionTable;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One directory, served in turn by Apache ZooKeeper 3.9.5 and by us, each killed in the middle of a load: what either has
 * acknowledged is there for the other, and what then happens to the files is noticed as far as it can be.
 */
class KilledInteropTest {
    private static final int ROUNDS = 2;
    private static final int ROUNDS_A_DIRECTORY = 4;
    private static final int TAMPERINGS = 12;
    private static final int ACKNOWLEDGED_MAX = 3_000;
    private static final int TAIL_BYTES = 2_000;

    /** Snapshots and new logs again and again, small pieces of room in front of them, and nothing deleted. */
    private static final List<String> SETTINGS =
            List.of("snapCount=400", "preAllocSize=64", "autopurge.purgeInterval=0");

    @TempDir
    Path temp;

    private final List<PromisedWrites> promised = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Set<String> snapshots = new HashSet<>();
    private final Set<String> theirSnapshots = new HashSet<>();
    private boolean canTheyLoad = true;
    private int tampered;
    private int refused;
    private int unfinished;
    private int loadedByUsAlone;
    private int kills;

    @Test
    @Timeout(120)
    void whatIsAcknowledgedByTheKilledIsThereForTheOther() throws Exception {
        takeTurns(Files.createDirectory(temp.resolve("data")), new Random(14), ROUNDS, TAMPERINGS);

        assertThat(refused).isBetween(1, tampered - 1);
    }

    @Test
    @Tag("soak") // five minutes, or soak.seconds
    void whatIsAcknowledgedByTheKilledIsThereForTheOtherForLong() throws Exception {
        long seed = Long.getLong("soak.seed", 1);
        long end = System.nanoTime()
                + Duration.ofSeconds(Long.getLong("soak.seconds", 300)).toNanos();
        int directories = 0;
        while (System.nanoTime() < end) {
            promised.clear();
            snapshots.clear();
            theirSnapshots.clear();
            canTheyLoad = true;
            try (TemporaryDirectory directory = TemporaryDirectory.named("killed")) {
                takeTurns(directory.path(), new Random(seed + directories), ROUNDS_A_DIRECTORY, 2 * TAMPERINGS);
            }
            directories++;
        }
        System.err.printf(
                "killed seed=%d directories=%d kills=%d unfinished=%d loadedByUsAlone=%d tampered=%d refused=%d%n",
                seed, directories, kills, unfinished, loadedByUsAlone, tampered, refused);
    }

    private void takeTurns(Path dir, Random random, int rounds, int tamperings) throws Exception {
        for (int round = 0; round < rounds && canTheyLoad; round++) {
            killUnderLoad(ServerProcess.apache(dir, SETTINGS), random, round + "-theirs");
            theirSnapshots.addAll(newSnapshots(dir));
            judge(dir, "round " + round + " of Apache ZooKeeper", random, tamperings);
            killUnderLoad(ServerProcess.baton(dir, SETTINGS), random, round + "-ours");
            newSnapshots(dir);
            judge(dir, "round " + round + " of ours", random, tamperings);
        }
    }

    private void killUnderLoad(ServerProcess started, Random random, String life) throws Exception {
        List<ZooKeeper> clients = new ArrayList<>();
        try (ServerProcess server = started) {
            for (int i = 0; i < 4; i++) {
                clients.add(ApacheServer.connect(server.address().getPort()));
            }
            PromisedWrites first = new PromisedWrites(clients.get(0), "/life-" + life + "-a");
            PromisedWrites second = new PromisedWrites(clients.get(1), "/life-" + life + "-b");
            Churn churn = new Churn(clients.subList(2, 4), random.nextLong());
            promised.add(first);
            promised.add(second);
            sending(server, first::sendNext);
            sending(server, second::sendNext);
            sending(server, () -> churn.send(1));
            int enough = 1 + random.nextInt(ACKNOWLEDGED_MAX);
            await().atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> first.acknowledged() + second.acknowledged() >= enough);
            server.kill();
            kills++;
        } finally {
            clients.forEach(each -> began(each::close));
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /** Sends again and again until the server is gone. */
    private void sending(ServerProcess server, Work sending) {
        began(() -> {
            while (server.process().isAlive()) {
                sending.run();
            }
        });
    }

    private void began(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        threads.add(thread);
    }

    /** Waits until nothing is sent any more, and every client is closed: with the server gone that takes it a second. */
    private void awaitSilence() throws InterruptedException {
        for (Thread each : threads) {
            each.join();
        }
        threads.clear();
    }

    /** Both find the same in it, and in that everything that was acknowledged; then what is done to it is noticed. */
    private void judge(Path dir, String what, Random random, int tamperings) throws Exception {
        Map<Long, State> states = states(dir);
        List<String> ours;
        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(copy(dir)))) {
            ours = ServerTreeInteropTest.dump(storage.state());
            assertEquals(states.get(last(states)), State.of(storage.state()), what);
        }
        Optional<ApacheDirectory.Loaded> theirs = loadedByApache(dir, what);
        canTheyLoad = theirs.isPresent();
        theirs.ifPresent(loaded -> assertEquals(loaded.dump(), ours, what));
        try (LogScan end = scanned(newestLog(dir.resolve("version-2")))) {
            unfinished += end.end() == LogScan.End.CLEAN ? 0 : 1;
        }
        for (int i = 0; i < tamperings; i++) {
            tamper(dir, states, random.nextLong(), what);
        }
        awaitSilence();
        promised.forEach(each -> each.requireKept(ours, what));
    }

    /**
     * Lets Apache ZooKeeper load a copy of the directory.
     *
     * @return nothing if it cannot load a snapshot of its own: one in which a node has a list of rights that was gone again
     *     when it came to the lists (ZOOKEEPER-4846)
     */
    private Optional<ApacheDirectory.Loaded> loadedByApache(Path dir, String what) throws IOException {
        try (TemporaryDirectory copy = TemporaryDirectory.named("loaded")) {
            return Optional.of(new ApacheDirectory(dir).load(copy.path().resolve("copy")));
        } catch (RuntimeException e) {
            List<String> all = snapshots(dir);
            assertThat(e).as(what).hasMessageStartingWith("Failed to fetch acls");
            assertThat(theirSnapshots).as(what).contains(all.get(all.size() - 1));
            loadedByUsAlone++;
            return Optional.empty();
        }
    }

    private List<String> newSnapshots(Path dir) throws IOException {
        return snapshots(dir).stream().filter(snapshots::add).toList();
    }

    private static List<String> snapshots(Path dir) throws IOException {
        return ZxidFile.snapshots(Disk.ofSystem(), dir.resolve("version-2")).stream()
                .map(each -> String.valueOf(each.path().getFileName()))
                .toList();
    }

    /** What there was after a transaction. */
    private record State(long digest, Map<Long, Integer> sessions) {
        static State of(ServerState state) {
            return new State(state.tree().position().digest(), state.sessions().timeoutsMillis());
        }
    }

    private static long last(Map<Long, State> states) {
        return states.keySet().stream().mapToLong(each -> each).max().orElseThrow();
    }

    /** Replays the logs from the first transaction on, without any snapshot. */
    private static Map<Long, State> states(Path dir) throws IOException {
        ServerState state = new ServerState(ZnodeTree.fresh(SeededHash.of(1)), new SessionTable(100));
        Map<Long, State> states = new HashMap<>();
        long last = 0;
        for (ZxidFile each : ZxidFile.logs(Disk.ofSystem(), dir.resolve("version-2"))) {
            try (LogScan scan = LogScan.open(Disk.ofSystem(), each.path())) {
                for (TxnEntry entry = scan.nextAfter(last); entry != null; entry = scan.nextAfter(last)) {
                    state.replay(entry);
                    last = entry.zxid();
                    states.put(last, State.of(state));
                }
            }
        }
        return states;
    }

    /**
     * What was done to a directory.
     *
     * @param end where in the newest log the damage ends: what stands behind it is whole, and nothing but a batch of ours that
     *     a power cut has left in part may be given up with it
     */
    private record Damage(String what, long end) {}

    private void tamper(Path dir, Map<Long, State> states, long seed, String what) throws IOException {
        Path copy = copy(dir);
        Path version = copy.resolve("version-2");
        Path newest = newestLog(version);
        byte[] before = Files.readAllBytes(newest);
        long lastRecord = lastRecord(newest);
        Optional<Watermark.Mark> mark = Watermark.read(Disk.ofSystem(), copy.resolve("version-2.ext"));
        long durable = mark.map(Watermark.Mark::zxid).orElse(0L);
        boolean isOurs = mark.isPresent() && mark.get().isOf(newest);
        SplittableRandom random = new SplittableRandom(seed);
        Damage done = random.nextInt(3) == 0 ? tamperWithFiles(version, random) : tamperWithTail(newest, random);
        String all = what + ", seed " + seed + ": " + done;
        boolean isWhole = Files.exists(newest) && Arrays.equals(before, Files.readAllBytes(newest));
        boolean mayEndEarlier = !isWhole && (isOurs || lastRecord < done.end());
        tampered++;
        try (OpenStorage storage = OpenStorage.open(ServerSettings.inDirectory(copy))) {
            long zxid = storage.state().tree().position().zxid();
            long last = last(states);
            assertThat(zxid).as(all).isBetween(mayEndEarlier ? durable : last, last);
            assertEquals(states.get(zxid), State.of(storage.state()), all);
        } catch (CorruptLogException | CorruptSnapshotException noticed) {
            refused++;
            assertThat(noticed)
                    .describedAs(all)
                    .hasMessageContaining(version.toString())
                    .hasMessageContaining("restore the directory from a backup");
        }
    }

    private static Damage tamperWithFiles(Path version, SplittableRandom random) throws IOException {
        TamperedDirectoryTest.Tampering[] all = TamperedDirectoryTest.Tampering.values();
        TamperedDirectoryTest.Tampering how = all[random.nextInt(all.length)];
        return new Damage(how + TamperedDirectoryTest.tamper(version, how, random), Long.MAX_VALUE);
    }

    /** Cuts the newest log, or damages it, near its end, where a crash might have left an unfinished batch. */
    private static Damage tamperWithTail(Path newest, SplittableRandom random) throws IOException {
        byte[] bytes = Files.readAllBytes(newest);
        int end = (int) dataEnd(newest);
        int at = Math.max(LogFormat.HEADER_BYTES, end - 1 - random.nextInt(TAIL_BYTES));
        int to = Math.min(end, at + 1 + random.nextInt(TAIL_BYTES));
        String where = " at " + at + " of " + end + " in " + newest;
        switch (random.nextInt(3)) {
            case 0 -> {
                Files.write(newest, Arrays.copyOf(bytes, at));
                return new Damage("cut" + where, end);
            }
            case 1 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                Files.write(newest, bytes);
                return new Damage("bit flipped" + where, at + 1);
            }
            default -> {
                Arrays.fill(bytes, at, to, (byte) 0);
                Files.write(newest, bytes);
                return new Damage("zeros up to " + to + where, to);
            }
        }
    }

    private static long dataEnd(Path log) throws IOException {
        try (LogScan scan = scanned(log)) {
            return scan.dataEnd();
        }
    }

    private static LogScan scanned(Path log) throws IOException {
        LogScan scan = LogScan.open(Disk.ofSystem(), log);
        while (scan.nextAfter(Long.MAX_VALUE) != null) {}
        return scan;
    }

    /** Returns where the last whole record of a log begins. */
    private static long lastRecord(Path log) throws IOException {
        long last = 0;
        try (LogScan scan = LogScan.open(Disk.ofSystem(), log)) {
            while (scan.next() != null) {
                last = scan.recordOffset();
            }
        }
        return last;
    }

    /** Returns the newest log that holds anything. */
    private static Path newestLog(Path version) throws IOException {
        List<ZxidFile> logs = ZxidFile.logs(Disk.ofSystem(), version);
        int newest = logs.size() - 1;
        while (dataEnd(logs.get(newest).path()) <= LogFormat.HEADER_BYTES) {
            newest--;
        }
        return logs.get(newest).path();
    }

    /** Copies what there is of the history, and how much of that we know to be durable. */
    private Path copy(Path dir) throws IOException {
        Path copy = temp.resolve("tampered");
        for (String each : List.of("version-2", "version-2.ext")) {
            Path to = Files.createDirectories(copy.resolve(each));
            for (Path old : files(to)) {
                Files.delete(old);
            }
            for (Path from : Files.isDirectory(dir.resolve(each)) ? files(dir.resolve(each)) : List.<Path>of()) {
                if (from.getFileName().toString().matches("(log|snapshot)[.].*|" + Watermark.FILE)) {
                    Files.copy(from, to.resolve(from.getFileName()));
                }
            }
        }
        return copy;
    }

    private static List<Path> files(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.toList();
        }
    }
}
