package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.server.config.ServerSettings;
import baton.server.storage.FileStorage;
import baton.server.storage.SentSnapshot;
import baton.server.tree.SeededHash;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent is given up before it takes more memory than there is, whatever takes it. */
class SentStateTest {
    private static final int MIB = 1 << 20;
    private static final int TICK_MILLIS = 2000;

    @TempDir
    Path directory;

    private OpenStorage storage;
    private FileStorage files;
    private long zxid;
    private int nodesRead;

    @BeforeEach
    void open() throws IOException {
        storage = OpenStorage.open(ServerSettings.inDirectory(directory));
        files = storage.files().orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
    }

    private void apply(int count, LongFunction<Txn> txn) {
        for (int i = 0; i < count; i++) {
            zxid++;
            storage.state().replay(TxnEntry.of(zxid, 1, zxid, 1, txn.apply(zxid), null));
        }
    }

    private static Txn.Create node(long number, Bytes content, List<Acl> acl) {
        return new Txn.Create(OpCode.CREATE, "/n" + number, content, acl, false, Txn.Create.UNKNOWN_CREATES);
    }

    private void read(long memoryBytesMax) throws Exception {
        files.snapshots().write(new StateSnapshot(storage.state(), true), zxid);
        byte[] bytes =
                Files.readAllBytes(files.snapshots().newest().orElseThrow().file());
        try (SentSnapshot sent = files.receive("1")) {
            sent.append(ByteBuffer.wrap(bytes));
            SentState.read(sent, TICK_MILLIS, SeededHash.of(1), memoryBytesMax, () -> nodesRead++);
        }
    }

    @Test
    void fewLargeNodesAreNoticedInTime() throws Exception {
        apply(20, number -> node(number, Bytes.wrap(new byte[MIB]), Acl.OPEN));

        assertThatThrownBy(() -> read(3 * MIB))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("more than the " + 3 * MIB + " bytes of memory");
        assertThat(nodesRead).isLessThan(10);
    }

    @Test
    void manySessionsAre() throws Exception {
        apply(20_000, number -> new Txn.CreateSession(1000));

        assertThatThrownBy(() -> read(3 * MIB)).hasMessageContaining("bytes of memory");
        assertThat(nodesRead).isZero();
    }

    @Test
    void manyListsOfRightsAre() throws Exception {
        apply(10_000, number -> node(number, Bytes.EMPTY, List.of(new Acl(1, "ip", "10.0." + number))));

        assertThatThrownBy(() -> read(3 * MIB)).hasMessageContaining("bytes of memory");
        assertThat(nodesRead).isZero();
    }

    @Test
    void whatFitsIsTaken() throws Exception {
        apply(20, number -> node(number, Bytes.wrap(new byte[MIB]), Acl.OPEN));

        read(30 * MIB);

        assertThat(nodesRead).isGreaterThanOrEqualTo(20);
    }
}
