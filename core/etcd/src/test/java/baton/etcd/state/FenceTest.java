package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class FenceTest {
    private final Fence fence = new Fence();

    @Test
    void aRaisedVersionLeavesNothingInDoubt() {
        fence.inDoubt();

        fence.seen(2);

        assertThat(fence.isInDoubt()).isFalse();
        assertThat(fence.version()).isEqualTo(2);
    }

    @Test
    void theSameVersionSettlesNothing() {
        fence.inDoubt();

        fence.seen(1);

        assertThat(fence.isInDoubt()).isTrue();
    }

    @Test
    void aVersionThatGoesBackIsABug() {
        fence.seen(3);

        assertThatIllegalStateException().isThrownBy(() -> fence.seen(2)).withMessageContaining("3, then 2");
    }
}
