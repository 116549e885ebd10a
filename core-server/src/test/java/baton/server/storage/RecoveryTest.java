package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.WireWriter;
import baton.protocol.Zxid;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.Adler32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryTest {
    private static final int NO_ROOM = 0;

    @TempDir
    Path dir;

    private final ModelTree tree = new ModelTree();
    private final ModelTree.Author author = new ModelTree.Author(tree);
    private Path version;

    @BeforeEach
    void locate() {
        version = dir.resolve("version-2");
    }

    @Nested
    class WithoutDamage {
        @Test
        void aNewDirectoryIsEmptyAndGetsItsFirstSnapshot() throws IOException {
            RecoveredState state = recover().state;

            assertEquals(new RecoveredState(0, Optional.empty(), 0, List.of(), Optional.empty()), state);
            assertTrue(Files.exists(version.resolve("snapshot.0")));
        }

        @Test
        void whatWasForcedIsThereAndGoesOn() throws IOException {
            for (int round = 0; round < 5; round++) {
                appendAll(author.nodes(7), 4096);
                Recovered found = recover();

                assertEquals(tree.dump(), found.tree.dump());
                assertEquals(tree.lastZxid(), found.state.lastZxid());
            }
            assertThat(logNames()).containsExactly("log.1", "log.8", "log.f", "log.16", "log.1d");
        }

        @Test
        void theNewestSnapshotSavesReplaying() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            snapshot(5);
            appendAll(author.nodes(2), NO_ROOM);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(
                    new RecoveredState(7, Optional.of(version.resolve("snapshot.5")), 2, List.of(), Optional.empty()),
                    found.state);
        }

        @Test
        void aSnapshotTakenWhileTransactionsWentOnIsMadeWhole() throws IOException {
            appendAll(author.nodes(9), NO_ROOM);
            snapshot(5);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(4, found.state.replayedCount());
        }

        @Test
        void withoutAnySnapshotTheHistoryIsReplayedFromItsBeginning() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            Files.delete(version.resolve("snapshot.0"));

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertTrue(Files.exists(version.resolve("snapshot.5")), "others need one");
        }

        @Test
        void aLaterEpochMayFollowAnyTransaction() throws IOException {
            List<TxnEntry> entries = author.nodes(3);
            entries.add(author.write(Zxid.pack(2, 1), ModelTree.Author.SESSION, new Txn.Failed(-101)));
            entries.add(author.create("/later", "x"));
            appendAll(entries, NO_ROOM);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(Zxid.pack(2, 2), found.state.lastZxid());
        }

        @Test
        void aTransactionThatIsThereTwiceIsAppliedOnce() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            byte[] log = Files.readAllBytes(version.resolve("log.1"));
            int third = recordOffsets(log).get(2);
            byte[] overlap = new byte[LogFormat.HEADER_BYTES + log.length - third];
            System.arraycopy(log, 0, overlap, 0, LogFormat.HEADER_BYTES);
            System.arraycopy(log, third, overlap, LogFormat.HEADER_BYTES, log.length - third);
            Files.write(version.resolve("log.3"), overlap);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(5, found.tree.applied.size());
        }
    }

    @Nested
    class UnfinishedEnds {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void theLastRecordCutAtAnyByteIsCutOff(boolean padded) throws IOException {
            appendAll(author.nodes(4), NO_ROOM);
            List<String> before = tree.dump();
            appendMore(author.create("/last", "never acknowledged"));
            Path log = version.resolve("log.5");
            byte[] whole = Files.readAllBytes(log);
            byte[] previous = Files.readAllBytes(version.resolve("log.1"));
            byte[] joined = concat(previous, Arrays.copyOfRange(whole, LogFormat.HEADER_BYTES, whole.length));
            Files.delete(log);

            for (int size = previous.length; size < joined.length; size++) {
                byte[] cut = Arrays.copyOf(joined, size);
                Files.write(version.resolve("log.1"), padded ? Arrays.copyOf(cut, joined.length + 5000) : cut);

                Recovered found = recover();

                assertEquals(before, found.tree.dump(), "cut to " + size);
                assertEquals(4, found.state.lastZxid());
                byte[] left = Files.readAllBytes(version.resolve("log.1"));
                assertThat(Arrays.copyOf(left, previous.length)).isEqualTo(previous);
                if (found.state.cutLog().isPresent()) {
                    assertEquals(previous.length, left.length);
                }
                assertEquals(before, recover().tree.dump(), "a second time, cut to " + size);
            }
        }

        @Test
        void damageToTheLastRecordAloneIsAnUnfinishedEnd() throws IOException {
            appendAll(author.nodes(4), 4096);
            byte[] whole = Files.readAllBytes(version.resolve("log.1"));
            List<Integer> records = recordOffsets(whole);

            for (int i = records.get(3); i < records.get(4); i++) {
                byte[] damaged = whole.clone();
                damaged[i] ^= 0x20;
                Files.write(version.resolve("log.1"), damaged);

                assertEquals(3, recover().state.lastZxid(), "byte " + i);
                assertEquals(records.get(3).longValue(), Files.size(version.resolve("log.1")));
            }
        }

        @Test
        void theServerGoesOnInANewFile() throws IOException {
            appendAll(author.nodes(4), NO_ROOM);
            Path log = version.resolve("log.1");
            byte[] whole = Files.readAllBytes(log);
            Files.write(log, Arrays.copyOf(whole, whole.length - 3));
            Recovered found = recover();
            ModelTree.Author next = new ModelTree.Author(found.tree);

            appendMore(next.create("/again", "x"));

            assertThat(logNames()).containsExactly("log.1", "log.4");
            assertEquals(found.tree.dump(), recover().tree.dump());
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 4, 8, 15, 16, 5000})
        void aNewestLogThatWasOnlyBegunIsDeleted(int size) throws IOException {
            appendAll(author.nodes(4), NO_ROOM);
            byte[] header = Arrays.copyOf(Files.readAllBytes(version.resolve("log.1")), LogFormat.HEADER_BYTES);
            Files.write(version.resolve("log.5"), Arrays.copyOf(header, size));

            Recovered found = recover();

            assertEquals(4, found.state.lastZxid());
            assertThat(logNames()).containsExactly("log.1");
        }

        @Test
        void theOnlyRecordOfTheNewestLogMayBeUnfinished() throws IOException {
            appendAll(author.nodes(4), NO_ROOM);
            appendMore(author.create("/last", "x"));
            byte[] whole = Files.readAllBytes(version.resolve("log.5"));
            Files.write(version.resolve("log.5"), Arrays.copyOf(whole, whole.length - 1));

            assertEquals(4, recover().state.lastZxid());
            assertThat(logNames()).containsExactly("log.1");
        }

        @Test
        void othersGoOnBehindAnUnfinishedEndWithoutCuttingIt() throws IOException {
            appendAll(author.nodes(4), NO_ROOM);
            appendMore(author.create("/next", "x"));
            byte[] whole = Files.readAllBytes(version.resolve("log.1"));
            byte[] unfinished = Arrays.copyOf(whole, whole.length + 100);
            Arrays.fill(unfinished, whole.length, whole.length + 20, (byte) 1);
            Files.write(version.resolve("log.1"), unfinished);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertThat(Files.readAllBytes(version.resolve("log.1"))).isEqualTo(unfinished);
        }

        @Test
        void aLogThatLostItsEndIsNotPassedOver() throws IOException {
            appendAll(author.nodes(4), NO_ROOM);
            appendMore(author.create("/next", "x"));
            byte[] whole = Files.readAllBytes(version.resolve("log.1"));
            int lastRecord = recordOffsets(whole).get(3);
            Files.write(version.resolve("log.1"), Arrays.copyOf(whole, whole.length - 2));

            CorruptLogException refused = assertThrows(CorruptLogException.class, RecoveryTest.this::recover);

            assertEquals(version.resolve("log.1"), refused.file());
            assertEquals(lastRecord, refused.offset());
        }
    }

    @Nested
    class DamageInTheMiddle {
        @Test
        void anyFlippedBitIsRefusedWithFileAndPlaceAndNothingIsChanged() throws IOException {
            appendAll(author.nodes(6), 4096);
            Path log = version.resolve("log.1");
            byte[] whole = Files.readAllBytes(log);
            List<Integer> records = recordOffsets(whole);

            for (int i = LogFormat.HEADER_BYTES; i < records.get(5); i++) {
                byte[] damaged = whole.clone();
                damaged[i] ^= (byte) (1 << i % 8);
                Files.write(log, damaged);

                CorruptLogException refused =
                        assertThrows(CorruptLogException.class, RecoveryTest.this::recover, "byte " + i);

                int at = i;
                int record = records.stream()
                        .filter(each -> each <= at)
                        .reduce((a, b) -> b)
                        .orElseThrow();
                assertEquals(log, refused.file());
                assertEquals(record, refused.offset(), "byte " + i);
                assertThat(refused).hasMessageContaining(log.toString()).hasMessageContaining("byte " + record);
                assertThat(Files.readAllBytes(log)).isEqualTo(damaged);
            }
        }

        @Test
        void aPageOfZerosIsRefused() throws IOException {
            appendAll(author.nodes(200), NO_ROOM);
            byte[] whole = Files.readAllBytes(version.resolve("log.1"));
            Arrays.fill(whole, 4096, 8192, (byte) 0);
            Files.write(version.resolve("log.1"), whole);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("damaged in its middle");
        }

        @Test
        void anyFlippedBitOfWhatTheSnapshotHoldsIsPassed() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            snapshot(4);
            Path log = version.resolve("log.1");
            byte[] whole = Files.readAllBytes(log);
            for (int bit = 0; bit < whole.length * Byte.SIZE; bit += 3) {
                byte[] damaged = whole.clone();
                damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                Files.write(log, damaged);

                Recovered found = recover();

                assertEquals(tree.dump(), found.tree.dump(), "bit " + bit);
                assertEquals(4, found.state.lastZxid(), "bit " + bit);
            }
        }

        @Test
        void theServerGoesOnBehindADamagedLogThatTheSnapshotHolds() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            snapshot(4);
            Path log = version.resolve("log.1");
            byte[] damaged = Files.readAllBytes(log);
            damaged[recordOffsets(damaged).get(1) + 20] ^= 4;
            Files.write(log, damaged);

            appendAndStop(List.of(author.create("/behind", "x")), NO_ROOM);

            assertEquals(tree.dump(), recover().tree.dump());
            assertThat(logNames()).containsExactly("log.1", "log.5");
            assertThat(Files.readAllBytes(log)).isEqualTo(damaged);
        }

        /** Its name is that of the log that would be written to next. */
        @Test
        void aDamagedLogOfWhatComesNextIsNotPassedThoughItHoldsOlderRecords() throws IOException {
            appendAll(author.nodes(4), NO_ROOM);
            snapshot(4);
            byte[] older = Files.readAllBytes(version.resolve("log.1"));
            older[1] ^= 1;
            Files.write(version.resolve("log.5"), older);

            assertThatThrownBy(RecoveryTest.this::recover).isInstanceOf(CorruptLogException.class);
        }

        @Test
        void damageToWhatTheSnapshotHoldsIsRefusedIfMoreStandsBehindIt() throws IOException {
            List<TxnEntry> entries = author.nodes(2);
            appendAll(entries, NO_ROOM);
            snapshot(2);
            Path log = version.resolve("log.1");
            byte[] first = Files.readAllBytes(log);
            byte[] both = concat(first, record(author.create("/behind", "x")));
            both[recordOffsets(both).get(0) + 20] ^= 4;
            Files.write(log, both);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("damaged in its middle");
        }

        @Test
        void aDamagedHeaderIsRefused() throws IOException {
            appendAll(author.nodes(3), NO_ROOM);
            byte[] whole = Files.readAllBytes(version.resolve("log.1"));
            whole[1] ^= 1;
            Files.write(version.resolve("log.1"), whole);

            CorruptLogException refused = assertThrows(CorruptLogException.class, RecoveryTest.this::recover);

            assertEquals(0, refused.offset());
        }

        @Test
        void aMissingFileIsRefused() throws IOException {
            appendAll(author.nodes(3), NO_ROOM);
            appendAll(author.nodes(3), NO_ROOM);
            appendAll(author.nodes(3), NO_ROOM);
            Files.delete(version.resolve("log.4"));

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("log.7 at byte 16")
                    .hasMessageContaining("zxid 0x0:7 follows 0x0:3");
        }

        @Test
        void aLaterEpochOfWhichTheBeginningIsMissingIsRefused() throws IOException {
            List<TxnEntry> entries = author.nodes(3);
            entries.add(author.write(Zxid.pack(2, 1), ModelTree.Author.SESSION, new Txn.Failed(-101)));
            entries.add(author.create("/later", "x"));
            appendAll(entries, NO_ROOM);
            byte[] log = Files.readAllBytes(version.resolve("log.1"));
            List<Integer> offsets = recordOffsets(log);
            byte[] without = Arrays.copyOf(log, offsets.get(3) + log.length - offsets.get(4));
            System.arraycopy(log, offsets.get(4), without, offsets.get(3), log.length - offsets.get(4));
            Files.write(version.resolve("log.1"), without);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("zxid 0x2:2 follows 0x0:3: what lies between is missing");
        }

        @Test
        void aLogThatEndsBeforeItsSnapshotWasFinishedIsRefused() throws IOException {
            appendAll(author.nodes(9), NO_ROOM);
            snapshot(5);
            byte[] whole = Files.readAllBytes(version.resolve("log.1"));
            Files.write(
                    version.resolve("log.1"),
                    Arrays.copyOf(whole, recordOffsets(whole).get(7)));

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("ends at zxid 0x0:7")
                    .hasMessageContaining("snapshot.5 was finished at zxid 0x0:9");
        }

        @Test
        void aTransactionOfNoKnownTypeIsRefused() throws IOException {
            appendAll(author.nodes(2), NO_ROOM);
            byte[] whole = Files.readAllBytes(version.resolve("log.1"));
            int record = recordOffsets(whole).get(1);
            ByteBuffer bytes = ByteBuffer.wrap(whole);
            int length = bytes.getInt(record + 8);
            bytes.putInt(record + 12 + 28, 77);
            java.util.zip.Adler32 sum = new java.util.zip.Adler32();
            sum.update(whole, record + 12, length);
            bytes.putLong(record, sum.getValue());
            Files.write(version.resolve("log.1"), whole);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("there is no transaction type 77");
        }

        @Test
        void aTreeThatIsNotTheOneOfTheLogIsRefusedOrReported() throws IOException {
            List<TxnEntry> entries = author.nodes(3);
            TxnEntry last = entries.remove(2);
            entries.add(new TxnEntry(last.header(), last.txn(), new TxnDigest(12345)));
            appendAll(entries, NO_ROOM);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("but it must be 3039");
            assertEquals(3, recover(DigestCheck.WARN).state.lastZxid());
        }
    }

    @Nested
    class DamagedSnapshots {
        @Test
        void theNextOlderOneIsTakenFromACleanState() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            snapshot(5);
            appendAll(
                    List.of(
                            author.write(author.creation("/mine", Bytes.EMPTY, Acl.OPEN, true)),
                            author.write(new Txn.CloseSession(List.of("/mine")))),
                    NO_ROOM);
            Path newest = snapshot(7);
            byte[] whole = Files.readAllBytes(newest);
            whole[whole.length - 60] ^= 1;
            Files.write(newest, whole);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(List.of(newest), found.state.corruptSnapshots());
            assertEquals(Optional.of(version.resolve("snapshot.5")), found.state.snapshot());
        }

        @Test
        void oneWhoseTreeHasAnotherDigestIsNotTaken() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            tree.nodes.get("/n3").content = Bytes.utf8("changed behind everybody's back");
            Path newest = new FileSnapshots(DataDirectory.open(dir.resolve("elsewhere")))
                    .write(new Lying(tree, new SnapshotDigest(5, 42)), 5);
            Files.move(newest, version.resolve("snapshot.5"));

            assertEquals(List.of(version.resolve("snapshot.5")), recover().state.corruptSnapshots());
        }

        @Test
        void ifAllAreTheHistoryFromItsBeginningWillDo() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            Files.write(version.resolve("snapshot.0"), new byte[0]);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(Optional.empty(), found.state.snapshot());
        }

        @Test
        void ifTheLogsDoNotReachBackTheServerDoesNotStart() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            Path newest = snapshot(5);
            appendAll(author.nodes(3), NO_ROOM);
            Files.delete(version.resolve("snapshot.0"));
            Files.delete(version.resolve("log.1"));
            Files.write(newest, new byte[] {1, 2, 3});

            CorruptSnapshotException refused = assertThrows(CorruptSnapshotException.class, RecoveryTest.this::recover);

            assertEquals(newest, refused.file());
        }

        @Test
        void ifTheOlderOneIsNotCoveredTheServerDoesNotStart() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            Path newest = snapshot(5);
            appendAll(author.nodes(3), NO_ROOM);
            Files.delete(version.resolve("log.1"));
            Files.write(newest, new byte[] {1, 2, 3});

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("zxid 0x0:6 follows 0x0:0");
        }

        @Test
        void logsWithoutTheirSnapshotAreRefused() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            appendAll(author.nodes(3), NO_ROOM);
            Files.delete(version.resolve("snapshot.0"));
            Files.delete(version.resolve("log.1"));

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("there is no snapshot of what came before");
        }
    }

    @Nested
    class BeforeTheWatermark {
        @Test
        void damageToTheLastRecordIsRefusedIfItWasDurableOnce() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            Path log = version.resolve("log.1");
            byte[] whole = Files.readAllBytes(log);
            whole[whole.length - 9] ^= 1;
            Files.write(log, whole);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining(
                            log + " at byte " + recordOffsets(whole).get(3))
                    .hasMessageContaining("the history ends at zxid 0x0:3")
                    .hasMessageContaining("watermark says that zxid 0x0:4 was durable")
                    .hasMessageContaining("delete that file");
            assertThat(Files.readAllBytes(log)).isEqualTo(whole);
        }

        /** Who heard of the watermark alone would delete it, and lose what stands behind the damage. */
        @Test
        void damageInTheMiddleOfWhatWasDurableIsNoEarlierEnd() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            Path log = version.resolve("log.1");
            byte[] whole = Files.readAllBytes(log);
            whole[recordOffsets(whole).get(1) + 20] ^= 4;
            Files.write(log, whole);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("damaged in its middle");
        }

        /** Its zeros could be all that there ever was, but for the mark that is made before the next log has its name. */
        @Test
        void aLogOfZerosIsRefusedIfTheNextOneHasBegun() throws IOException {
            appendAndStop(author.nodes(2), NO_ROOM);
            List<byte[]> syncedMarks = new ArrayList<>();
            TappedDisk disk = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
                if (call.equals("sync") && file.endsWith(Watermark.FILE)) {
                    syncedMarks.add(Files.readAllBytes(file));
                } else if (call.equals("create") && file.endsWith("log.4")) {
                    throw new IOException("the power fails");
                }
            });
            ModelTree found = new ModelTree();
            try (FileStorage storage = FileStorage.open(
                    DataDirectory.open(disk, dir, dir),
                    found,
                    found,
                    DigestCheck.REFUSE,
                    LogSettings.withNextLog(NO_ROOM),
                    SnapshotForm.PLAIN)) {
                storage.log().append(author.create("/all", "x"));
                storage.log().roll();
                storage.log().append(author.create("/begun", "x"));
                assertThrows(WriteFailedException.class, storage.log()::force);
            }
            Files.write(dir.resolve("version-2.ext/watermark"), syncedMarks.get(syncedMarks.size() - 1));
            Files.createFile(version.resolve("log.4"));
            Path log = version.resolve("log.3");
            Files.write(log, new byte[(int) Files.size(log)]);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("watermark says that zxid 0x0:3 was durable");
        }

        /** A file system may give a new file the blocks of one that is gone, and let it keep them if the power fails. */
        @Test
        void aLogThatWasOnlyBegunMayHoldRecordsOfAnOlderOne() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            Path begun = version.resolve("log.5");
            try (Watermark mark = Watermark.open(Disk.ofSystem(), dir.resolve("version-2.ext"))) {
                mark.begin(begun, 4);
            }
            Files.copy(version.resolve("log.1"), begun);

            assertEquals(tree.dump(), recover().tree.dump());
            assertThat(begun).doesNotExist();
        }

        @Test
        void aLogThatWasDurableOnceMustNotHoldRecordsOfAnOlderOne() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            appendAndStop(author.nodes(1), NO_ROOM);
            Files.copy(version.resolve("log.1"), version.resolve("log.5"), StandardCopyOption.REPLACE_EXISTING);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("begins with zxid 0x0:1, which is not that of its name");
        }

        @Test
        void aMissingNewestLogIsNoticed() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            appendAndStop(author.nodes(4), NO_ROOM);
            Files.delete(version.resolve("log.5"));

            assertThatThrownBy(RecoveryTest.this::recover).hasMessageContaining("the history ends at zxid 0x0:4");
        }

        /** As after a restore, when nothing has been written yet: without the snapshot the directory looks new. */
        @Test
        void aMissingSnapshotIsNoticedThoughNoLogHasBegun() throws IOException {
            author.nodes(4);
            Path only = snapshot(4);
            recover();
            Files.delete(only);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("the history ends at zxid 0x0:0")
                    .hasMessageContaining("watermark says that zxid 0x0:4 was durable");
        }

        @Test
        void aSnapshotWithoutALogIsDurableBeforeThatIsMarked() throws IOException {
            author.nodes(4);
            snapshot(4);
            List<String> calls = new ArrayList<>();
            TappedDisk disk =
                    new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> calls.add(call + " " + file.getFileName()));

            recover(disk, DigestCheck.REFUSE);
            int synced = calls.indexOf("sync snapshot.4");
            int marked = calls.lastIndexOf("write watermark");

            assertThat(calls.subList(synced, marked)).contains("sync-directory version-2");
            calls.clear();
            recover(disk, DigestCheck.REFUSE);
            assertThat(calls).doesNotContain("sync snapshot.4");
        }

        @Test
        void aSnapshotWithoutALogMayBelongToSomebodyWhoLetsItBeReadOnly() throws IOException {
            author.nodes(4);
            Path only = snapshot(4);

            assertEquals(
                    4,
                    recover(forbidding(only, Disk.Mode.WRITE), DigestCheck.REFUSE)
                            .state
                            .lastZxid());
        }

        @Test
        void aTornBatchBehindASnapshotAloneIsCutOff() throws IOException {
            author.nodes(4);
            snapshot(4);
            byte[] markInBatch = markWhileAppending(author.nodes(4));
            byte[] whole = Files.readAllBytes(version.resolve("log.5"));
            Arrays.fill(whole, 16, 40, (byte) 0);
            Files.write(version.resolve("log.5"), whole);
            Files.write(dir.resolve("version-2.ext/watermark"), markInBatch);

            assertEquals(4, recover().state.lastZxid());
            assertThat(logNames()).isEmpty();
        }

        @Test
        void anOlderBackupIsTakenOnceTheWatermarkIsDeleted() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            List<String> before = tree.dump();
            appendAndStop(author.nodes(4), NO_ROOM);
            Files.delete(version.resolve("log.5"));
            Files.delete(dir.resolve("version-2.ext/watermark"));

            assertEquals(before, recover().tree.dump());
        }

        @Test
        void aDamagedWatermarkCostsCertaintyAndNothingElse() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            Path mark = dir.resolve("version-2.ext/watermark");
            byte[] slots = Files.readAllBytes(mark);
            slots[20] ^= 1;
            slots[84] ^= 1;
            Files.write(mark, slots);

            assertEquals(4, recover().state.lastZxid());
        }

        @Test
        void aTornMarkLeavesTheOneBefore() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            appendAndStop(author.nodes(4), NO_ROOM);
            Path mark = dir.resolve("version-2.ext/watermark");
            byte[] slots = Files.readAllBytes(mark);
            long newest = Watermark.read(Disk.ofSystem(), mark.getParent())
                    .orElseThrow()
                    .sequence();
            slots[(int) (newest % 2 * 64 + 20)] ^= 1;
            Files.write(mark, slots);

            assertEquals(
                    4,
                    Watermark.read(Disk.ofSystem(), mark.getParent())
                            .orElseThrow()
                            .zxid());
        }

        @Test
        void aBatchOfWhichOnlyLaterSectorsSurvivedIsCutOff() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            byte[] markInBatch = markWhileAppending(author.nodes(4));
            byte[] whole = Files.readAllBytes(version.resolve("log.5"));
            Arrays.fill(whole, 16, 40, (byte) 0);
            Files.write(version.resolve("log.5"), whole);
            Files.write(dir.resolve("version-2.ext/watermark"), markInBatch);

            assertEquals(4, recover().state.lastZxid());
            assertThat(logNames()).containsExactly("log.1");
        }

        @Test
        void moreThanABatchMayHaveIsNotCutOffThoughNobodyKnowsThatItWasDurable() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            List<TxnEntry> batches = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                batches.add(author.create("/large" + i, "x".repeat(LogSettings.BATCH_BYTES)));
            }
            byte[] markInBatch = markWhileAppending(batches);
            byte[] whole = Files.readAllBytes(version.resolve("log.5"));
            whole[40] ^= 1;
            Files.write(version.resolve("log.5"), whole);
            Files.write(dir.resolve("version-2.ext/watermark"), markInBatch);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining(version.resolve("log.5").toString());
        }

        @Test
        void aBatchOfAStartThatLetInLargerEntriesIsCutOffToo() throws IOException {
            LogSettings larger = LogSettings.of(NO_ROOM, true, 0, 16 << 20, 0);
            appendAndStop(author.nodes(4), NO_ROOM);
            byte[] markInBatch = markWhileAppending(
                    List.of(
                            author.create("/first", "x"),
                            author.create("/large", "x".repeat(8 << 20)),
                            author.create("/last", "x")),
                    larger);
            byte[] whole = Files.readAllBytes(version.resolve("log.5"));
            whole[40] ^= 1;
            Files.write(version.resolve("log.5"), whole);
            Files.write(dir.resolve("version-2.ext/watermark"), markInBatch);

            assertEquals(4, recover().state.lastZxid());
        }

        /** Theirs are no batches of ours, however little of ours is known to have been durable. */
        @Test
        void damageInTheMiddleOfWhatAnotherImplementationAddedIsRefused() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            byte[] mark = Files.readAllBytes(dir.resolve("version-2.ext/watermark"));
            appendAndStop(author.nodes(4), NO_ROOM);
            Files.write(dir.resolve("version-2.ext/watermark"), mark);
            byte[] whole = Files.readAllBytes(version.resolve("log.5"));
            whole[recordOffsets(whole).get(1) + 20] ^= 4;
            Files.write(version.resolve("log.5"), whole);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("damaged in its middle");
            assertThat(Files.readAllBytes(version.resolve("log.5"))).isEqualTo(whole);
        }

        @Test
        void whatAnotherImplementationAddedIsTaken() throws IOException {
            appendAndStop(author.nodes(4), NO_ROOM);
            byte[] mark = Files.readAllBytes(dir.resolve("version-2.ext/watermark"));
            appendAndStop(author.nodes(4), NO_ROOM);
            Files.write(dir.resolve("version-2.ext/watermark"), mark);
            byte[] whole = Files.readAllBytes(version.resolve("log.5"));
            Files.write(version.resolve("log.5"), Arrays.copyOf(whole, whole.length - 3));

            assertEquals(7, recover().state.lastZxid(), "its torn end is cut, too");
        }
    }

    @Nested
    class UnfinishedFiles {
        @Test
        void leftoversOfEveryKindAreDeleted() throws IOException {
            appendAll(author.nodes(2), NO_ROOM);
            Path side = dir.resolve("version-2.ext");
            List<Path> left = List.of(
                    version.resolve("tmp.snapshot.5"),
                    version.resolve("tmp.log.1"),
                    version.resolve("snapshot.9.tmp"),
                    side.resolve("tmp.reserve"));
            for (Path each : left) {
                Files.write(each, new byte[] {1});
            }

            recover();

            assertThat(left).allSatisfy(each -> assertThat(each).doesNotExist());
        }

        @Test
        void aLogThatIsALinkToElsewhereIsRefused() throws IOException {
            appendAll(author.nodes(2), NO_ROOM);
            Path elsewhere = Files.move(version.resolve("log.1"), dir.resolve("elsewhere"));
            Files.createSymbolicLink(version.resolve("log.1"), elsewhere);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(DirectoryRefusedException.class)
                    .hasMessageContaining("log.1");
        }
    }

    @Test
    void aSnapshotThatMayNotBeReadIsNotTakenForDamaged() throws IOException {
        appendAll(author.nodes(2), NO_ROOM);
        Path snapshot = snapshot(2);

        assertThatThrownBy(() -> recover(forbidding(snapshot), DigestCheck.REFUSE))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("cannot be read: java.nio.file.AccessDeniedException: " + snapshot);
    }

    /** Apache ZooKeeper has such: the digest of a tree that it decided on and did not make. */
    @Nested
    class WrongDigests {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void areForgivenOnceALaterOneIsRight(boolean withSnapshot) throws IOException {
            List<TxnEntry> entries = author.nodes(6);
            entries.set(2, claiming(entries.get(2), 12345));
            entries.set(3, claiming(entries.get(3), 12346));
            appendAll(entries, NO_ROOM);
            if (!withSnapshot) {
                Files.delete(version.resolve("snapshot.0"));
            }

            assertEquals(tree.dump(), recover().tree.dump());
        }

        @Test
        void areForgivenIfTheSnapshotWasFinishedRightThere() throws IOException {
            List<TxnEntry> entries = author.nodes(5);
            entries.set(4, claiming(entries.get(4), 12345));
            appendAll(entries, NO_ROOM);
            Path newest = snapshot(3);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(Optional.of(newest), found.state.snapshot());
        }

        @Test
        void areRefusedAtTheEnd() throws IOException {
            List<TxnEntry> entries = author.nodes(6);
            entries.set(2, claiming(entries.get(2), 12345));
            entries.set(5, claiming(entries.get(5), 12345));
            appendAll(entries, NO_ROOM);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("after zxid 0x0:6 the tree has the digest")
                    .hasMessageContaining("whole up to zxid 0x0:5 of");
        }

        @Test
        void areRefusedWithTheirOwnPlaceIfTheHistoryBreaksBeforeOneIsRight() throws IOException {
            List<TxnEntry> entries = author.nodes(6);
            entries.set(3, claiming(entries.get(3), 12345));
            entries.remove(4);
            Path log = version.resolve("log.1");
            appendAll(entries.subList(0, 4), NO_ROOM);
            byte[] joined = concat(Files.readAllBytes(log), record(entries.get(4)));
            Files.write(log, joined);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining(
                            log + " at byte " + recordOffsets(joined).get(3))
                    .hasMessageContaining("after zxid 0x0:4 the tree has the digest");
        }

        @Test
        void areDamageIfATransactionWasChanged() throws IOException {
            List<TxnEntry> entries = author.nodes(6);
            TxnEntry third = entries.get(2);
            Txn.Create created = (Txn.Create) third.txn();
            Txn changed = new Txn.Create(
                    created.type(),
                    created.path(),
                    Bytes.utf8("changed"),
                    created.acl(),
                    false,
                    created.parentCreates());
            entries.set(2, new TxnEntry(third.header(), changed, third.digest()));
            appendAll(entries, NO_ROOM);

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("after zxid 0x0:3 the tree has the digest")
                    .hasMessageContaining("whole up to zxid 0x0:2 of at least 0x0:2");
        }

        /** The tree comes right although a transaction is missing, of which there could be others that leave no trace in it. */
        @Test
        void areDamageIfAnEpochMayHaveLostItsEnd() throws IOException {
            appendAll(author.nodes(3), NO_ROOM);
            appendAll(List.of(author.set("/n2", "lost")), NO_ROOM);
            List<TxnEntry> entries = new ArrayList<>();
            entries.add(author.write(Zxid.pack(1, 1), ModelTree.Author.SESSION, new Txn.Failed(-101)));
            entries.add(author.create("/later", "x"));
            entries.add(author.write(new Txn.Delete("/n2")));
            appendAll(entries, NO_ROOM);
            Files.delete(version.resolve("log.4"));

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("after zxid 0x1:2 the tree has the digest")
                    .hasMessageContaining("whole up to zxid 0x1:1 of");
        }

        private static TxnEntry claiming(TxnEntry entry, long digest) {
            return new TxnEntry(entry.header(), entry.txn(), new TxnDigest(digest));
        }
    }

    @Nested
    class BeginningsInALaterEpoch {
        /** So does an ensemble's. */
        private List<TxnEntry> history() {
            return new ArrayList<>(List.of(
                    author.write(Zxid.pack(1, 1), ModelTree.Author.SESSION, new Txn.CreateSession(30_000)),
                    author.create("/a", "x"),
                    author.create("/b", "x")));
        }

        @Test
        void areThoseOfTheHistoryIfTheirDigestsSayThatNothingWasBefore() throws IOException {
            appendAll(history(), NO_ROOM);
            Files.delete(version.resolve("snapshot.0"));

            assertEquals(tree.dump(), recover().tree.dump());
        }

        @ParameterizedTest
        @EnumSource(DigestCheck.class)
        void areRefusedWithoutDigests(DigestCheck check) throws IOException {
            List<TxnEntry> entries = history();
            entries.replaceAll(each -> new TxnEntry(each.header(), each.txn(), null));
            appendAll(entries, NO_ROOM);
            Files.delete(version.resolve("snapshot.0"));

            assertThatThrownBy(() -> recover(check))
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("log.100000001 at byte 16: begins with zxid 0x1:1")
                    .hasMessageContaining("nothing shows that there was nothing before");
        }

        @Test
        void areNotTakenForItWhereSomethingWasBefore() throws IOException {
            appendAll(author.nodes(3), NO_ROOM);
            appendAll(history(), NO_ROOM);
            Files.delete(version.resolve("snapshot.0"));
            Files.delete(version.resolve("log.1"));

            assertThatThrownBy(() -> recover(DigestCheck.WARN))
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("log.100000001 at byte 16: begins with zxid 0x1:1");
        }
    }

    /** Nobody goes on behind a log without a header, unlike behind one without records. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 16, 5000})
    void aLogOfZerosBeforeAnotherEpochIsRefused(int size) throws IOException {
        appendAll(author.nodes(3), NO_ROOM);
        appendAll(List.of(author.create("/lost", "x")), NO_ROOM);
        appendAll(List.of(author.write(Zxid.pack(1, 1), ModelTree.Author.SESSION, new Txn.Failed(-101))), NO_ROOM);
        Path log = Files.write(version.resolve("log.4"), new byte[size]);

        assertThatThrownBy(RecoveryTest.this::recover)
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(log + " at byte 0: ")
                .hasMessageContaining("log.100000001 goes on with zxid 0x1:1: what lies between is lost")
                .hasMessageContaining("whole up to zxid 0x0:3 of at least 0x1:1");
        assertThat(Files.readAllBytes(log)).isEqualTo(new byte[size]);
    }

    @Test
    void aLogWithAHeaderAndNothingElseIsWhatAMemberOfAnEnsembleLeaves() throws IOException {
        appendAll(author.nodes(3), NO_ROOM);
        byte[] header = Arrays.copyOf(Files.readAllBytes(version.resolve("log.1")), LogFormat.HEADER_BYTES);
        appendAll(List.of(author.write(Zxid.pack(1, 1), ModelTree.Author.SESSION, new Txn.Failed(-101))), NO_ROOM);
        Files.write(version.resolve("log.4"), Arrays.copyOf(header, 5000));

        assertEquals(tree.dump(), recover().tree.dump());
    }

    /** On such certainty rests whether damage at the end is cut off. */
    @Test
    void aWatermarkThatMayNotBeReadRefusesTheStart() throws IOException {
        appendAndStop(author.nodes(2), NO_ROOM);
        Path mark = dir.resolve("version-2.ext/watermark");

        assertThatThrownBy(() -> recover(forbidding(mark), DigestCheck.REFUSE))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("cannot read " + mark + ": java.nio.file.AccessDeniedException: ")
                .hasMessageContaining("let this user read and write it, or delete it");
    }

    @Test
    void aLogThatMayNotBeReadIsNotTakenForDamaged() throws IOException {
        appendAndStop(author.nodes(2), NO_ROOM);
        Path log = version.resolve("log.1");

        assertThatThrownBy(() -> recover(forbidding(log), DigestCheck.REFUSE))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("cannot be read: java.nio.file.AccessDeniedException: " + log);
    }

    @Test
    void neitherIsOneThatMayNotBeWritten() throws IOException {
        appendAll(author.nodes(2), NO_ROOM);
        appendAll(author.nodes(2), NO_ROOM);
        Path log = version.resolve("log.1");

        assertThatThrownBy(() -> recover(forbidding(log, Disk.Mode.WRITE), DigestCheck.REFUSE))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("cannot be written: java.nio.file.AccessDeniedException: " + log);
    }

    @Test
    void aSnapshotThatIsALinkIsNotTakenForDamaged() throws IOException {
        appendAll(author.nodes(2), NO_ROOM);
        Path snapshot = version.resolve("snapshot.0");
        Path elsewhere = Files.move(snapshot, dir.resolve("elsewhere"));
        Files.createSymbolicLink(snapshot, elsewhere);

        assertThatThrownBy(RecoveryTest.this::recover)
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining(snapshot + ": it is a symbolic link, and none is followed");
    }

    private static Disk forbidding(Path forbidden, Disk.Mode... modes) {
        return new ForwardingDisk(Disk.ofSystem()) {
            @Override
            public DiskFile open(Path file, Mode mode) throws IOException {
                if (file.equals(forbidden)
                        && (modes.length == 0 || List.of(modes).contains(mode))) {
                    throw new AccessDeniedException(file.toString());
                }
                return super.open(file, mode);
            }
        };
    }

    @Nested
    class AccessControlListsOfASnapshot {
        private static final List<Acl> RESTRICTED = List.of(new Acl(31, "digest", "a:b"));

        @Test
        void mayBeGivenByTheLogBehindIt() throws IOException {
            appendAll(author.nodes(3), NO_ROOM);
            long zxid = tree.lastZxid();
            appendAll(List.of(author.write(new Txn.SetAcl("/n2", RESTRICTED, 1))), NO_ROOM);
            write(new Listless(tree), zxid);

            assertEquals(tree.dump(), recover().tree.dump());
        }

        @Test
        void makeItCorruptIfNobodyGivesThem() throws IOException {
            appendAll(author.nodes(3), NO_ROOM);
            appendAll(List.of(author.write(new Txn.SetAcl("/n2", RESTRICTED, 1))), NO_ROOM);
            Path newest = write(new Listless(tree), tree.lastZxid());

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(List.of(newest), found.state.corruptSnapshots());
            assertEquals(Optional.of(version.resolve("snapshot.0")), found.state.snapshot());
        }

        @Test
        void refuseTheStartIfThereIsNothingElseToBeginWith() throws IOException {
            appendAll(author.nodes(3), NO_ROOM);
            appendAll(List.of(author.write(new Txn.SetAcl("/n2", RESTRICTED, 1))), NO_ROOM);
            write(new Listless(tree), tree.lastZxid());
            Files.delete(version.resolve("snapshot.0"));
            Files.delete(version.resolve("log.1"));

            assertThatThrownBy(RecoveryTest.this::recover)
                    .isInstanceOf(CorruptSnapshotException.class)
                    .hasMessageContaining("1 nodes have access control lists that neither it nor the log");
        }

        private Path write(SnapshotSource source, long zxid) throws StorageException {
            try (DataDirectory directory = DataDirectory.open(dir)) {
                return new FileSnapshots(directory).write(source, zxid);
            }
        }
    }

    @Test
    void aSnapshotFromWhichTheLogDoesNotLeadToItsDigestsIsPassedOver() throws IOException {
        appendAll(author.nodes(5), NO_ROOM);
        Bytes content = tree.nodes.get("/n3").content;
        tree.nodes.get("/n3").content = Bytes.utf8("changed behind everybody's back");
        Path newest = snapshot(5);
        tree.nodes.get("/n3").content = content;
        appendAll(author.nodes(2), NO_ROOM);

        Recovered found = recover();

        assertEquals(tree.dump(), found.tree.dump());
        assertEquals(List.of(newest), found.state.corruptSnapshots());
    }

    @Nested
    class SnapshotsWithOneTransactionMoreThanTheirDigest {
        private SnapshotDigest digest;

        @BeforeEach
        void writeFiveNodes() throws IOException {
            appendAll(author.nodes(5), NO_ROOM);
            digest = tree.digest().orElseThrow();
        }

        @ParameterizedTest
        @ValueSource(ints = {3, 5})
        void areWholeIfThatTransactionFollows(int name) throws IOException {
            TxnEntry more = author.write(new Txn.SetData("/n3", Bytes.utf8("more"), 1));
            Path newest = write(name);
            appendAll(List.of(more, author.create("/later", "x")), NO_ROOM);
            Files.delete(version.resolve("snapshot.0"));

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(List.of(), found.state.corruptSnapshots());
            assertEquals(Optional.of(newest), found.state.snapshot());
        }

        @Test
        void areCorruptIfItDoesNotFollow() throws IOException {
            List<String> before = tree.dump();
            author.write(new Txn.SetData("/n3", Bytes.utf8("more"), 1));
            Path newest = write(5);

            Recovered found = recover();

            assertEquals(before, found.tree.dump());
            assertEquals(List.of(newest), found.state.corruptSnapshots());
        }

        @Test
        void areCorruptIfWhatFollowsChangesNothing() throws IOException {
            Bytes content = tree.nodes.get("/n3").content;
            tree.nodes.get("/n3").content = Bytes.utf8("changed behind everybody's back");
            Path newest = write(5);
            tree.nodes.get("/n3").content = content;
            appendAll(
                    List.of(author.write(new Txn.Failed(-101)), author.write(new Txn.SetData("/n3", content, 1))),
                    NO_ROOM);

            Recovered found = recover();

            assertEquals(tree.dump(), found.tree.dump());
            assertEquals(List.of(newest), found.state.corruptSnapshots());
        }

        private Path write(long zxid) throws StorageException {
            try (DataDirectory directory = DataDirectory.open(dir)) {
                return new FileSnapshots(directory).write(new Lying(tree, digest), zxid);
            }
        }
    }

    @Test
    void aFailedStartLetsTheNextOneIn() throws IOException {
        appendAll(author.nodes(3), NO_ROOM);
        byte[] whole = Files.readAllBytes(version.resolve("log.1"));
        byte[] damaged = whole.clone();
        damaged[30] ^= 1;
        Files.write(version.resolve("log.1"), damaged);
        assertThrows(CorruptLogException.class, this::recover);
        Files.write(version.resolve("log.1"), whole);

        assertEquals(tree.dump(), recover().tree.dump());
    }

    private record Recovered(RecoveredState state, ModelTree tree) {}

    private Recovered recover() throws StorageException {
        return recover(DigestCheck.REFUSE);
    }

    private Recovered recover(DigestCheck check) throws StorageException {
        return recover(Disk.ofSystem(), check);
    }

    private Recovered recover(Disk disk, DigestCheck check) throws StorageException {
        ModelTree found = new ModelTree();
        found.nodes.put("/left/over", new ModelTree.Node());
        try (FileStorage storage = FileStorage.open(
                DataDirectory.open(disk, dir, dir),
                found,
                found,
                check,
                LogSettings.withNextLog(NO_ROOM),
                SnapshotForm.PLAIN)) {
            assertFalse(found.nodes.containsKey("/left/over"), "the target must start over");
            return new Recovered(storage.recovered(), found);
        }
    }

    private void appendMore(TxnEntry entry) throws IOException {
        appendAll(List.of(entry), NO_ROOM);
    }

    /** Appends, and dies before anything is noted about how far that was durable. */
    private void appendAll(List<TxnEntry> entries, int room) throws IOException {
        appendAndStop(entries, room);
        Files.delete(dir.resolve("version-2.ext/watermark"));
    }

    private void appendAndStop(List<TxnEntry> entries, int room) throws StorageException {
        ModelTree found = new ModelTree();
        try (FileStorage storage = FileStorage.open(
                DataDirectory.open(dir),
                found,
                found,
                DigestCheck.WARN,
                LogSettings.withNextLog(room),
                SnapshotForm.PLAIN)) {
            while (storage.nextLog().isWanted()) {
                storage.nextLog().fill();
            }
            for (TxnEntry each : entries) {
                storage.log().append(each);
            }
            assertEquals(entries.get(entries.size() - 1).zxid(), storage.log().force());
        }
    }

    /** Returns the watermark as a power cut right behind the batch finds it. */
    private byte[] markWhileAppending(List<TxnEntry> entries) throws IOException {
        return markWhileAppending(entries, LogSettings.withNextLog(NO_ROOM));
    }

    private byte[] markWhileAppending(List<TxnEntry> entries, LogSettings settings) throws IOException {
        ModelTree found = new ModelTree();
        try (FileStorage storage = FileStorage.open(
                DataDirectory.open(dir), found, found, DigestCheck.REFUSE, settings, SnapshotForm.PLAIN)) {
            for (TxnEntry each : entries) {
                storage.log().append(each);
            }
            storage.log().force();
            return Files.readAllBytes(dir.resolve("version-2.ext/watermark"));
        }
    }

    private Path snapshot(long zxid) throws StorageException {
        try (DataDirectory directory = DataDirectory.open(dir)) {
            return new FileSnapshots(directory).write(tree, zxid);
        }
    }

    private List<String> logNames() throws IOException {
        return ZxidFile.logs(Disk.ofSystem(), version).stream()
                .map(each -> each.path().getFileName().toString())
                .toList();
    }

    /** Returns where each record begins, and where the last one ends. */
    private static List<Integer> recordOffsets(byte[] log) {
        List<Integer> offsets = new java.util.ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(log);
        int at = LogFormat.HEADER_BYTES;
        offsets.add(at);
        while (at + 12 < log.length && bytes.getInt(at + 8) > 0) {
            at += 12 + bytes.getInt(at + 8) + 1;
            offsets.add(at);
        }
        return offsets;
    }

    private static byte[] record(TxnEntry entry) {
        WireWriter wire = new WireWriter(256);
        LogFormat.writeRecord(wire, entry, Integer.MAX_VALUE, new Adler32());
        return wire.toArray();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** A source that has forgotten its access control lists. */
    private record Listless(ModelTree tree) implements SnapshotSource {
        @Override
        public java.util.Map<Long, Integer> sessions() {
            return tree.sessions();
        }

        @Override
        public java.util.Map<Long, List<Acl>> acls() {
            java.util.Map<Long, List<Acl>> lists = new java.util.TreeMap<>(tree.acls());
            lists.values().removeIf(each -> each.get(0).scheme().equals("digest"));
            return lists;
        }

        @Override
        public void writeNodes(NodeOutput out) {
            tree.writeNodes(out);
        }

        @Override
        public Optional<SnapshotDigest> digest() {
            return tree.digest();
        }
    }

    /** A source whose digest is not that of its nodes. */
    private record Lying(ModelTree tree, SnapshotDigest claim) implements SnapshotSource {
        @Override
        public java.util.Map<Long, Integer> sessions() {
            return tree.sessions();
        }

        @Override
        public java.util.Map<Long, List<Acl>> acls() {
            return tree.acls();
        }

        @Override
        public void writeNodes(NodeOutput out) {
            tree.writeNodes(out);
        }

        @Override
        public Optional<SnapshotDigest> digest() {
            return Optional.of(claim);
        }
    }
}
