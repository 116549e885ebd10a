package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.protocol.Xid;
import baton.server.storage.Disk;
import baton.server.storage.TappedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever clients and operators call things, files are called as the server likes. */
@Timeout(60)
class FileNamesTest {
    private static final List<String> NAMES = List.of(
            "snapshot.7777", "log.ffff", "..%2f..%2fx", "..\\..\\x", "C:\\x", "~root", "$(id)", "x.tmp", "%00", "...");

    private static final String FILE = "(snapshot|log|replaced-by)\\.[0-9a-f]+|tmp\\.[a-z-]+(\\.[0-9a-f]+)?"
            + "|watermark|numbers|reserve|baton\\.lock";
    private static final String OURS = "version-2(\\.ext|\\.before-[0-9a-f]+)?(/(" + FILE + "))?|baton\\.lock";

    @TempDir
    Path directory;

    @Test
    void nothingThatComesOverTheNetworkNamesOne() throws Exception {
        Path data = directory.resolve("a/data");
        Set<Path> touched = ConcurrentHashMap.newKeySet();
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> touched.add(path));
        try (BatonServer server = BatonServer.start(RestorableServer.settings(data), disk)) {
            try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
                for (String each : NAMES) {
                    say(client, Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8("../../" + each + ":p")));
                    say(client, 1, new Request.Create("/" + each, Bytes.utf8(each), Acl.OPEN, CreateMode.PERSISTENT));
                    say(client, 2, new Request.Create("/" + each + "/..", null, Acl.OPEN, CreateMode.EPHEMERAL));
                }
            }
            for (String each : List.of("..%2f..%2fx", "snapshot/../../x", "snapshot?name=../../x&streaming=false")) {
                RestorableServer.probe(server, "/commands/" + each);
                RestorableServer.probe(server, "/" + each);
            }
            assertThat(RestorableServer.restore(server, RestorableServer.save(server))
                            .statusCode())
                    .isEqualTo(200);
        }

        try (Stream<Path> left = Files.walk(data).filter(each -> !each.equals(data))) {
            left.forEach(touched::add);
        }
        assertThat(touched)
                .hasSizeGreaterThan(10)
                .allMatch(each -> data.relativize(each).toString().matches(OURS))
                .noneMatch(each -> NAMES.contains(each.getFileName().toString()));
        try (Stream<Path> beside = Files.walk(directory).filter(each -> !each.startsWith(data))) {
            assertThat(beside).containsExactlyInAnyOrder(directory, directory.resolve("a"));
        }
    }

    private static void say(RawClient client, int xid, Request request) throws IOException {
        client.send(xid, request);
        client.receive();
    }
}
