package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class KeysTest {
    private final Keys keys = Keys.in(NodePath.of("/shop"));

    @Test
    void aKeyIsNamespaceAndPath() {
        assertThat(keys.key(NodePath.of("/locks/a"))).isEqualTo(bytes("/shop/locks/a"));
        assertThat(Keys.in(NodePath.ROOT).key(NodePath.of("/locks/a"))).isEqualTo(bytes("/locks/a"));
        assertThat(keys.path(bytes("/shop/locks/a"))).contains(NodePath.of("/locks/a"));
    }

    @Test
    void whatIsBelowADirectoryLiesBetweenItsPrefixAndTheNext() {
        ByteString prefix = keys.prefix(NodePath.of("/locks"));

        assertThat(prefix).isEqualTo(bytes("/shop/locks/"));
        assertThat(Keys.end(prefix)).isEqualTo(bytes("/shop/locks0"));
        assertThat(keys.prefix(NodePath.ROOT)).isEqualTo(bytes("/shop/"));
    }

    @Test
    void theRootHasTheKeyOfTheNamespace() {
        assertThat(keys.key(NodePath.ROOT)).isEqualTo(bytes("/shop"));
        assertThat(Keys.in(NodePath.ROOT).key(NodePath.ROOT)).isEqualTo(bytes("/"));
    }

    @Test
    void fencesAreSeenByNobody() {
        ByteString fence = keys.fence(new LeaseId(0x1a2b));

        assertThat(fence).isEqualTo(bytes("/shop/.s/1a2b"));
        assertThat(keys.path(fence)).isEmpty();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> keys.key(NodePath.of("/.s/1a2b")))
                .matches(refused -> refused.code() == CoreError.UNSUPPORTED);
    }

    @Test
    void keysOfOtherProgramsThatAreNoPathsAreNotSeen() {
        assertThat(keys.path(bytes("/shop/a//b"))).isEmpty();
        assertThat(keys.path(bytes("/shop/a/"))).isEmpty();
        assertThat(keys.path(bytes("/shopping"))).isEmpty();
        assertThat(keys.path(bytes("/other"))).isEmpty();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
