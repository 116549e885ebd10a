package baton.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodePathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a/",
                "//",
                "/a//b",
                "/.",
                "/a/../b",
                "/a/./b",
                "/a\u0000b",
                "/a\u001f",
                "/\ud800\udc00"
            })
    void refusesWhatAStoreWouldRefuse(String text) {
        assertThatThrownBy(() -> NodePath.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path");
    }

    @Test
    void aChildIsOneSegmentBelow() {
        NodePath path = NodePath.ROOT.child("locks").child("a b");

        assertThat(path).hasToString("/locks/a b").isEqualTo(NodePath.of("/locks/a b"));
        assertThat(path.parent().parent()).isEqualTo(NodePath.ROOT);
        assertThat(path.name()).isEqualTo("a b");
        assertThatThrownBy(() -> path.child("c/d")).hasMessageContaining("must not contain /");
    }

    @Test
    void aPathThatIsTooLongIsRefusedWithTheLimit() {
        assertThat(NodePath.of("/" + "x".repeat(1023)).toString()).hasSize(1024);
        assertThatThrownBy(() -> NodePath.of("/" + "x".repeat(1024))).hasMessageContaining("1024 bytes");
    }

    @Test
    void withinIsAboutSegmentsNotCharacters() {
        assertThat(NodePath.of("/a/b").isWithin(NodePath.of("/a"))).isTrue();
        assertThat(NodePath.of("/ab").isWithin(NodePath.of("/a"))).isFalse();
        assertThat(NodePath.of("/a").isWithin(NodePath.ROOT)).isTrue();
    }

    @Test
    void aNamespaceResolvesWhatLiesInIt() {
        assertThat(NodePath.of("/app").resolve(NodePath.of("/x"))).hasToString("/app/x");
        assertThat(NodePath.of("/app").resolve(NodePath.ROOT)).hasToString("/app");
        assertThat(NodePath.ROOT.resolve(NodePath.of("/x"))).hasToString("/x");
    }
}
