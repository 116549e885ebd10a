package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.storage.KeptFile;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileDumpTest {
    private static final List<Acl> OF_ALICE = List.of(new Acl(3, "digest", "alice:c2VjcmV0"));

    @TempDir
    Path directory;

    private record Said(ExitCode code, String out, String err) {}

    private static Said dump(boolean withData, Path... files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExitCode code = FileDump.run(
                List.of(files),
                withData,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Makes a log with every kind of transaction, and a snapshot of all that. */
    private void write(StorageSettings.Packing packing) throws Exception {
        StorageSettings.Files storage = StorageSettings.Files.in(directory)
                .withLog(new StorageSettings.Log(0, true, 0, 1000, 10_000))
                .withSnapshots(new StorageSettings.Snapshots(100_000, 0, packing));
        ServerSettings settings = ServerSettings.inDirectory(directory).withStorage(storage);
        try (BatonServer server = BatonServer.start(settings);
                RawClient client = RawClient.withSession(server.port(), 5000)) {
            ask(client, create("/a\"b\\c", "some\u0001data", CreateMode.PERSISTENT));
            ask(client, new Request.SetAcl("/a\"b\\c", OF_ALICE, -1));
            ask(client, create("/e", "", CreateMode.EPHEMERAL));
            ask(
                    client,
                    new Request.Create(OpCode.CREATE_CONTAINER, "/c", null, Acl.OPEN, CreateMode.CONTAINER.flags()));
            ask(client, new Request.CreateTtl("/t", null, Acl.OPEN, CreateMode.PERSISTENT_WITH_TTL.flags(), 60_000));
            ask(
                    client,
                    new Request.Multi(
                            List.of(new Request.SetData("/c", Bytes.utf8("x"), 0), new Request.Check("/t", 0))));
            ask(client, new Request.Multi(List.of(new Request.Delete("/t", 0), new Request.Delete("/none", -1))));
            ask(client, new Request.Delete("/t", -1));
            client.send(9, Request.CloseSession.INSTANCE);
            client.receiveHeader();
        }
        Files.delete(file("snapshot."));
        // A start that finds no snapshot writes one of what the log holds.
        BatonServer.start(settings).close();
    }

    private static Request create(String path, String content, CreateMode mode) {
        return new Request.Create(OpCode.CREATE, path, Bytes.utf8(content), Acl.OPEN, mode.flags());
    }

    private static void ask(RawClient client, Request request) throws IOException {
        client.send(1, request);
        client.receive();
    }

    private Path file(String prefix) throws IOException {
        try (var files = Files.list(directory.resolve("version-2"))) {
            return files.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    @Test
    void showsEveryTransactionOfALog() throws Exception {
        write(StorageSettings.Packing.NONE);

        Said said = dump(true, directory.resolve("version-2/log.1"));

        assertThat(said.code()).isEqualTo(ExitCode.OK);
        assertThat(said.out().lines().map(line -> line.replaceAll(" digest=-?\\d+$", "")))
                .anyMatch(line -> line.matches(
                        "zxid=0x0:1 time=20.*Z session=0x[0-9a-f]+ cxid=\\d+ create_session timeoutMillis=5000"))
                .anyMatch(
                        line -> line.endsWith(
                                "create path=\"/a\\\"b\\\\c\" data=\"some\\u0001data\" acl=[\"world:anyone:cdrwa\"] parentCversion=1"))
                .anyMatch(line -> line.endsWith("set_acl path=\"/a\\\"b\\\\c\" acl=[\"digest:alice:x:rw\"] aversion=1"))
                .anyMatch(line -> line.endsWith(" parentCversion=2 ephemeral"))
                .anyMatch(line -> line.contains("create_container path=\"/c\" data=null"))
                .anyMatch(line -> line.endsWith(" ttlMillis=60000"))
                .anyMatch(line -> line.endsWith("multi parts=2"))
                .contains("    set_data path=\"/c\" data=\"x\" version=1", "    check path=\"/t\" version=0")
                .contains("    error=NO_NODE")
                .anyMatch(line -> line.endsWith("delete path=\"/t\""))
                .anyMatch(line -> line.endsWith("close_session deletes=[\"/e\"]"))
                .endsWith("# 10 transactions");
        assertThat(dump(false, directory.resolve("version-2/log.1")).out())
                .contains(" bytes=9 ")
                .doesNotContain("some");
    }

    @ParameterizedTest
    @EnumSource(StorageSettings.Packing.class)
    void showsEveryNodeOfASnapshot(StorageSettings.Packing packing) throws Exception {
        write(packing);

        Said said = dump(false, file("snapshot."));

        assertThat(said.code()).isEqualTo(ExitCode.OK);
        assertThat(said.out().lines())
                .anyMatch(line -> line.startsWith("acl id=") && line.endsWith("[\"digest:alice:x:rw\"]"))
                .anyMatch(line -> line.startsWith(
                        "node path=\"/a\\\"b\\\\c\" bytes=9 version=0 cversion=0 aversion=1 czxid=0x0:2"))
                .anyMatch(line -> line.startsWith("node path=\"/c\" bytes=1 version=1") && line.endsWith(" container"))
                .anyMatch(line -> line.startsWith("node path=\"/\" "))
                .anyMatch(line -> line.matches("# 6 nodes, 0 sessions; finished at zxid 0x0:a"));
    }

    @Test
    void saysWhereALogIsDamagedAndShowsWhatIsBefore() throws Exception {
        write(StorageSettings.Packing.NONE);
        Path log = directory.resolve("version-2/log.1");
        byte[] bytes = Files.readAllBytes(log);
        bytes[200] ^= 1;
        Files.write(log, bytes);

        Said said = dump(false, log, directory.resolve("none"));

        assertThat(said.code()).isEqualTo(ExitCode.DATA_DAMAGED);
        assertThat(said.out()).contains("zxid=0x0:1 ", " transactions, up to where it is damaged");
        assertThat(said.err()).contains("log.1 at byte ").contains("there is no file ");
    }

    @Test
    void namesWhatCannotBeReadAndWhy() {
        Said said = dump(false, directory);

        assertThat(said.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(said.err()).isEqualTo(directory + " cannot be read: Is a directory\n");
    }

    @Test
    void saysNothingToNobody() throws Exception {
        write(StorageSettings.Packing.NONE);
        Path log = directory.resolve("version-2/log.1");
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        ExitCode code = FileDump.run(
                List.of(log, directory.resolve("none")),
                false,
                closed(),
                new PrintStream(err, true, StandardCharsets.UTF_8));

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(err.size()).isZero();
    }

    @Test
    void aLargeSnapshotIsNotReadToItsEndForNobodyAndNotTakenForDamaged() throws Exception {
        ServerSettings settings = ServerSettings.inDirectory(directory);
        try (BatonServer server = BatonServer.start(settings);
                RawClient client = RawClient.withSession(server.port(), 5000)) {
            List<Request.MultiOp> nodes = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                nodes.add(new Request.Create(OpCode.CREATE, "/n" + i, null, Acl.OPEN, 0));
            }
            ask(client, new Request.Multi(nodes));
        }
        Files.delete(file("snapshot."));
        BatonServer.start(settings).close();
        DumpLines lines = new DumpLines(closed(), false);

        assertThatThrownBy(() -> KeptFile.read(file("snapshot."), lines))
                .isInstanceOf(DumpLines.UnheardException.class);
    }

    /** A pipe of which nobody reads, behind a buffer. */
    private static PrintStream closed() {
        OutputStream pipe = new OutputStream() {
            @Override
            public void write(int unit) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        return new PrintStream(new BufferedOutputStream(pipe, 1 << 20), false, StandardCharsets.UTF_8);
    }

    @Test
    void takesNothingElse() throws Exception {
        Path other = Files.writeString(directory.resolve("log.1"), "some text");

        Said said = dump(false, other);

        assertThat(said.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(said.err()).contains("neither a log nor a snapshot");
    }
}
