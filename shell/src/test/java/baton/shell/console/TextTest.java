package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.EventType;
import baton.protocol.KeeperState;
import baton.protocol.Permission;
import baton.protocol.Stat;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void aStatHasElevenLines() {
        Stat stat = new Stat(0x3, 0x2a, 1795262906000L, 1795262907000L, 2, 1, 4, 0x1000001L, 5, 6, 0x30);

        String text = new StatText(ZoneId.of("UTC")).of(stat);

        assertThat(text).isEqualToNormalizingNewlines("""
                        cZxid = 0x3
                        ctime = Sat Nov 21 12:08:26 UTC 2026
                        mZxid = 0x2a
                        mtime = Sat Nov 21 12:08:27 UTC 2026
                        pZxid = 0x30
                        cversion = 1
                        dataVersion = 2
                        aclVersion = 4
                        ephemeralOwner = 0x1000001
                        dataLength = 5
                        numChildren = 6""");
    }

    @Test
    void dataThatIsTextIsShownAsText() {
        assertThat(DataText.of(Bytes.utf8("grüße\n\tzwei"))).isEqualTo("grüße\n\tzwei");
        assertThat(DataText.of(Bytes.EMPTY)).isEmpty();
        assertThat(DataText.of(null)).isEqualTo("null");
    }

    @Test
    void otherDataIsShownAsATable() {
        String table = DataText.of(Bytes.hex("000102ff4142434445464748494a4b4c4d4e4f"));

        assertThat(table).isEqualTo("""
                                 +-------------------------------------------------+
                                 |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |
                        +--------+-------------------------------------------------+----------------+
                        |00000000| 00 01 02 ff 41 42 43 44 45 46 47 48 49 4a 4b 4c |....ABCDEFGHIJKL|
                        |00000010| 4d 4e 4f                                        |MNO             |
                        +--------+-------------------------------------------------+----------------+""");
    }

    @Test
    void anAccessControlListReadsBack() {
        String text = "world:anyone:r,digest:user:hash=:cdrwa";

        List<Acl> acl = AclText.parse(text);

        assertThat(acl)
                .containsExactly(
                        new Acl(Permission.READ, "world", "anyone"), new Acl(Permission.ALL, "digest", "user:hash="));
        assertThat(AclText.format(acl))
                .isEqualToNormalizingNewlines("'world,'anyone\n: r\n'digest,'user:hash=\n: cdrwa");
    }

    @Test
    void anAccessControlListOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> AclText.parse("nonsense"))
                .hasMessage("nonsense does not have the form scheme:id:perm");
        assertThatThrownBy(() -> AclText.parse("world:anyone:rx")).hasMessageContaining("'x' is none of");
    }

    @Test
    void anEventIsABlockOfItsOwn() {
        Result event =
                EventText.of(KeeperState.SYNC_CONNECTED, EventType.NODE_DATA_CHANGED, "/tasks/task-0000000000", 8);

        assertThat(event.text())
                .isEqualToNormalizingNewlines("\nWATCHER::\n\nWatchedEvent state:SyncConnected type:NodeDataChanged"
                        + " path:/tasks/task-0000000000 zxid: 8");
        assertThat(event.fields())
                .containsEntry("event", "NodeDataChanged")
                .containsEntry("path", "/tasks/task-0000000000")
                .containsEntry("zxid", "0x8");
    }

    @Test
    void aMistypedCommandIsGuessed() {
        assertThat(Verbs.similarTo("crate")).containsExactly("create");
        assertThat(Verbs.similarTo("GETACL")).containsExactly("getAcl");
        assertThat(Verbs.similarTo("frobnicate")).isEmpty();
    }
}
