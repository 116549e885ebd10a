package baton.server.sim.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Test;

/** The first files of an Apache ZooKeeper 3.9.6, byte by byte. */
class PlainDirectoryTest {
    private static final long SESSION = 0x010000108c3d0000L;
    private static final String NOTHING = "00".repeat(60);
    private static final String END = "000000012f";

    private static final String SNAPSHOT = "5a4b534e00000002ffffffffffffffff"
            + "00000000"
            + "00000001" + "0000000000000001" + "00000001" + "00000001" + "00000005" + "776f726c64" + "00000006"
            + "616e796f6e65"
            + "00000000" + "00000000" + "ffffffffffffffff" + NOTHING
            + "0000000a" + hex("/zookeeper") + "00000000" + "ffffffffffffffff" + NOTHING
            + "00000011" + hex("/zookeeper/config") + "00000000" + "0000000000000001"
            + "00".repeat(40) + "ffffffff" + "00".repeat(16)
            + "00000010" + hex("/zookeeper/quota") + "00000000" + "ffffffffffffffff" + NOTHING
            + END
            + "00000000b8a23b49" + END
            + "0000000000000000" + "00000002" + "0000000000000000"
            + "0000000095b93d59" + END
            + "0000000000000000"
            + "00000000bde83f6d" + END;

    private static final String ENTRY =
            "010000108c3d0000" + "00000000" + "0000000000000001" + "000001a1f93c8e07" + "fffffff6"
                    + "00002710"
                    + "00000002" + "0000000051c6d660";

    private static final String LOG = log("00000000b0b509c1", ENTRY);

    private static String log(String sum, String entry) {
        return "5a4b4c47000000020000000000000000" + sum + "00000030" + entry + "42" + "00".repeat(100);
    }

    private static String log(String entry) {
        Adler32 sum = new Adler32();
        sum.update(HexFormat.of().parseHex(entry));
        return log(HexFormat.of().toHexDigits(sum.getValue()), entry);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static PlainDirectory directory(Map<String, String> files) {
        return new PlainDirectory(files.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> HexFormat.of().parseHex(each.getValue()))));
    }

    @Test
    void theFirstFilesOfAnApacheServerAreRead() throws Unreadable {
        PlainTree tree = directory(Map.of("snapshot.0", SNAPSHOT, "log.1", LOG)).read();

        assertEquals(1, tree.lastZxid());
        assertEquals(Map.of(SESSION, 10_000), tree.sessions());
        assertEquals(
                List.of("", "/zookeeper", "/zookeeper/config", "/zookeeper/quota"),
                List.copyOf(tree.nodes().keySet()));
        assertEquals(
                List.of(new Grant(1, "world", "anyone")),
                tree.nodes().get("/zookeeper/config").grants());
        assertEquals(-1, tree.nodes().get("/zookeeper/config").aversion());
        assertEquals(0x51c6d660L, tree.digest());
    }

    @Test
    void ofTwoSnapshotsTheOneThatIsWholeIsRead() throws Unreadable {
        String torn = SNAPSHOT.substring(0, SNAPSHOT.length() - 2) + "2e";

        assertEquals(
                1,
                directory(Map.of("snapshot.0", SNAPSHOT, "snapshot.5", torn, "log.1", LOG))
                        .read()
                        .lastZxid());
        assertThrows(Unreadable.class, directory(Map.of("snapshot.0", torn, "log.1", LOG))::read);
    }

    @Test
    void aRecordThatIsTornIsNone() throws Unreadable {
        String torn = LOG.replace("00002710", "00002711");

        assertEquals(
                0,
                directory(Map.of("snapshot.0", SNAPSHOT, "log.1", torn)).read().lastZxid());
    }

    @Test
    void aHoleLeadsNowhere() {
        String third = log(ENTRY.replace("0000000000000001", "0000000000000003"));

        Unreadable hole =
                assertThrows(Unreadable.class, directory(Map.of("snapshot.0", SNAPSHOT, "log.3", third))::read);

        assertTrue(hole.getMessage().contains("zxid 3 comes behind 0"), hole.getMessage());
    }

    @Test
    void anotherTreeThanTheLogHasLeadsNowhere() {
        String other = log(ENTRY.replace("51c6d660", "51c6d661"));

        Unreadable difference =
                assertThrows(Unreadable.class, directory(Map.of("snapshot.0", SNAPSHOT, "log.1", other))::read);

        assertTrue(difference.getMessage().contains("the digest is 51c6d660"), difference.getMessage());
    }
}
