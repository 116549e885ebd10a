package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.core.testkit.TemporaryDirectory;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever is written in whatever batches, and wherever a crash cuts the last one: what was forced comes back. */
class LogRoundTripTest {
    /** What is done after an entry was appended. */
    enum Step {
        NOTHING,
        FORCE,
        ROLL
    }

    @Property(tries = 150)
    void whatWasForcedComesBackInOrder(
            @ForAll("bodies") List<Txn> bodies,
            @ForAll List<Step> steps,
            @ForAll @IntRange(max = 1) int room,
            @ForAll @IntRange(max = 4000) int cutBytes)
            throws IOException {
        try (TemporaryDirectory temporary = TemporaryDirectory.named("log")) {
            Path dir = temporary.path();
            List<TxnEntry> entries = new ArrayList<>();
            long forced = 0;
            try (DataDirectory directory = DataDirectory.open(dir)) {
                FileLog log = FileLog.open(directory, 0, LogSettings.withNextLog(room * 3000));
                for (Txn each : bodies) {
                    TxnEntry entry = TxnEntry.of(
                            entries.size() * 77L, entries.size(), entries.size() + 1, 5, each, new TxnDigest(1));
                    entries.add(entry);
                    while (log.next().isWanted()) {
                        log.next().fill();
                    }
                    log.append(entry);
                    Step step = entries.size() <= steps.size() ? steps.get(entries.size() - 1) : Step.NOTHING;
                    if (step == Step.FORCE) {
                        forced = log.force();
                    } else if (step == Step.ROLL) {
                        log.roll();
                        forced = entry.zxid();
                    }
                }
                long forcedSize = newestSize(directory);
                log.close();
                cut(directory, forced, forcedSize, entries.size(), cutBytes);
            }
            List<TxnEntry> found = recover(dir);

            assertTrue(found.size() >= forced, found.size() + " of " + forced);
            assertEquals(entries.subList(0, found.size()), found);
            assertEquals(found, recover(dir));
        }
    }

    /** Takes bytes off the newest file, but none that were forced. */
    private static void cut(DataDirectory directory, long forced, long forcedSize, int all, int cutBytes)
            throws IOException {
        List<ZxidFile> logs = ZxidFile.logs(Disk.ofSystem(), directory.logDirectory());
        if (logs.isEmpty() || forced == all) {
            return;
        }
        ZxidFile newest = logs.get(logs.size() - 1);
        // It closed its log in order, which a crash would not have let it do.
        Files.delete(directory.sideDirectory().resolve(Watermark.FILE));
        long kept = newest.zxid() > forced ? 0 : forcedSize;
        DiskSteps.cut(Disk.ofSystem(), newest.path(), Math.max(kept, Files.size(newest.path()) - cutBytes));
    }

    private static long newestSize(DataDirectory directory) throws IOException {
        List<ZxidFile> logs = ZxidFile.logs(Disk.ofSystem(), directory.logDirectory());
        if (logs.isEmpty()) {
            return 0;
        }
        try (LogScan scan =
                LogScan.open(Disk.ofSystem(), logs.get(logs.size() - 1).path())) {
            while (scan.next() != null) {
                // Only the end is wanted.
            }
            return scan.dataEnd();
        }
    }

    private static List<TxnEntry> recover(Path dir) throws StorageException {
        Replayed replayed = new Replayed();
        try (DataDirectory directory = DataDirectory.open(dir)) {
            Recovery.run(directory, new FileSnapshots(directory), replayed, DigestCheck.REFUSE, 1 << 20);
        }
        return replayed.entries;
    }

    /** Takes transactions as they come, whether they make sense or not. */
    private static final class Replayed implements ReplayTarget {
        final List<TxnEntry> entries = new ArrayList<>();

        @Override
        public void beginEmpty() {}

        @Override
        public void beginSnapshot() {}

        @Override
        public void session(long sessionId, int timeoutMillis) {}

        @Override
        public void acl(long aclId, List<Acl> acl) {}

        @Override
        public boolean node(SnapshotNode node) {
            return true;
        }

        @Override
        public void endSnapshot(long zxid) {}

        @Override
        public void apply(TxnEntry entry) {
            entries.add(entry);
        }

        @Override
        public int unresolvedAclCount() {
            return 0;
        }

        @Override
        public java.util.OptionalLong treeDigest() {
            return java.util.OptionalLong.empty();
        }
    }

    @Provide
    Arbitrary<List<Txn>> bodies() {
        Arbitrary<String> path =
                Arbitraries.strings().withChars("/aé").ofMaxLength(30).map(name -> "/" + name);
        Arbitrary<Bytes> content = Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(2000)
                .map(Bytes::wrap)
                .injectNull(0.1);
        Arbitrary<Txn> body = Arbitraries.oneOf(List.of(
                Combinators.combine(path, content)
                        .as((at, what) -> new Txn.Create(OpCode.CREATE2, at, what, Acl.OPEN, true, 3)),
                Combinators.combine(path, content).as((at, what) -> new Txn.SetData(at, what, 9)),
                path.map(Txn.Delete::new),
                path.list().ofMaxSize(5).map(Txn.CloseSession::new),
                Arbitraries.integers().map(error -> new Txn.Failed(error))));
        return body.list().ofMaxSize(30);
    }
}
