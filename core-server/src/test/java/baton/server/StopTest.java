package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.ServerSettings;
import baton.server.storage.Disk;
import baton.server.storage.HaltFile;
import baton.server.storage.TappedDisk;
import baton.server.tree.Aftermath;
import baton.server.tree.DamagedMemory;
import baton.server.tree.SeededHash;
import baton.server.tree.TreeDamagedException;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is stopped leaves nothing behind, or says so. */
@Timeout(60)
class StopTest {
    @TempDir
    Path directory;

    @Test
    void aThreadThatWasInterruptedBeforeStopsAServerAllTheSame() throws Exception {
        BatonServer server = BatonServer.start(ServerSettings.inDirectory(directory));

        Thread.currentThread().interrupt();
        server.close();

        assertThat(Thread.interrupted()).isTrue();
        BatonServer.start(ServerSettings.inDirectory(directory)).close();
    }

    @Test
    void whoeverIsInterruptedWhileTheDiskHangsLeavesTheDirectoryLocked() throws Exception {
        ReentrantLock diskIsStuck = new ReentrantLock();
        Disk sticking = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            if (call.equals("sync")) {
                diskIsStuck.lock();
                diskIsStuck.unlock();
            }
        });
        ServerSettings settings = ServerSettings.inDirectory(directory);
        BatonServer server = BatonServer.start(settings, sticking);
        try (RawClient writer = RawClient.withSession(server.port(), 30_000)) {
            diskIsStuck.lock();
            writer.send(1, new Request.Create(OpCode.CREATE, "/n", Bytes.EMPTY, Acl.OPEN, 0));
            await().until(diskIsStuck::hasQueuedThreads);
            Thread stopping = new Thread(server::close, "stopping");
            stopping.start();
            await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);

            stopping.interrupt();
            stopping.join();

            assertThatThrownBy(() -> BatonServer.start(settings))
                    .describedAs("the disk may yet do what it was told: nobody else may use the directory")
                    .isInstanceOf(StartFailedException.class)
                    .hasMessageContaining("in this process");
        } finally {
            diskIsStuck.unlock();
        }
        await("whoever was left behind").until(() -> !isAnyThreadRunning());
    }

    private static boolean isAnyThreadRunning() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().startsWith("baton-"));
    }

    @Test
    void whatKeepsAServerFromStoppingIsSaidAndNoSuccess() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);

        assertThat(Signals.stop(() -> {}, err)).isEqualTo(ExitCode.OK);
        assertThat(said.size()).isZero();
        ExitCode code = Signals.stop(
                () -> {
                    throw new IllegalStateException("a bug");
                },
                err);

        assertThat(code).isEqualTo(ExitCode.INTERNAL);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .startsWith("failed to stop: ")
                .contains("a bug");
    }

    @Test
    void damagedMemoryIsSaidInOneLineAndBlamedOnNoDisk() {
        HaltFile halts = new HaltFile(Disk.ofSystem(), directory);
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        ExitCode code = Main.stopped(damage(), Optional.of(halts), new PrintStream(said, true, StandardCharsets.UTF_8));

        assertThat(code).isEqualTo(ExitCode.INTERNAL);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .startsWith("stopped: ")
                .contains("the tree in memory is damaged", "start the server again", "memory checked")
                .hasLineCount(1);
        assertThat(halts.path()).doesNotExist();
    }

    private static TreeDamagedException damage() {
        ZnodeTree tree = ZnodeTree.fresh(SeededHash.of(1));
        Txn.Create create = new Txn.Create(OpCode.CREATE, "/n", Bytes.utf8("content"), Acl.OPEN, false, 1);
        tree.apply(TxnEntry.of(0, 0, 1, 1, create, null).header(), create, Aftermath.UNHEEDED);
        DamagedMemory.flipBit(Objects.requireNonNull(tree.find("/n")), any -> 0);
        return assertThrows(TreeDamagedException.class, () -> {
            for (double part = 0; part < 1; ) {
                part += tree.recount().step();
            }
        });
    }
}
