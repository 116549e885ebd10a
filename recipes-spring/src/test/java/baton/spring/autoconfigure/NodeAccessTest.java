package baton.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Permission;
import baton.spring.StartRefusedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeAccessTest {
    private static final Optional<BatonProperties.Digest> SUPER =
            Optional.of(new BatonProperties.Digest("super", "test"));

    @Test
    void readsTheWords() {
        assertThat(NodeAccess.of(List.of("open"), Optional.empty())).isEqualTo(Acl.OPEN);
        assertThat(NodeAccess.of(List.of("creator"), SUPER)).isEqualTo(Acl.CREATOR_ALL);
    }

    /** The hash is the one that ZooKeeper's own documentation shows for this name and password. */
    @Test
    void readsEntriesAndHashesTheNameWhosePasswordItKnows() {
        assertThat(NodeAccess.of(List.of("digest:super:rwcda", "digest:bob:hash=:r", "world:anyone:r"), SUPER))
                .containsExactly(
                        new Acl(Permission.ALL, "digest", "super:D/InIHSb7yEEbrWz8b9l71RjZJU="),
                        new Acl(Permission.READ, "digest", "bob:hash="),
                        new Acl(Permission.READ, "world", "anyone"));
    }

    @Test
    void refusesWhatMakesNoSenseAndNamesIt() {
        for (String entry : List.of("everybody", "world:anyone:", "world:anyone:rx", "digest:alice:r")) {
            assertThatThrownBy(() -> NodeAccess.of(List.of(entry), SUPER))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("\"" + entry + "\"");
        }
    }
}
