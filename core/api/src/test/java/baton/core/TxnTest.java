package baton.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class TxnTest {
    private static final NodePath PATH = NodePath.of("/a");

    @Test
    void aPathIsChangedAtMostOnce() {
        Txn.Builder txn = Txn.builder().write(PATH, Payload.EMPTY, Expect.ANY);

        assertThatThrownBy(() -> txn.delete(PATH, Expect.ANY)).hasMessageContaining("/a");
    }

    @Test
    void aConditionMayStandBesideAChangeOfTheSamePath() {
        Txn txn = Txn.builder().require(PATH).delete(PATH, Expect.ANY).build();

        assertThat(txn.ops()).containsExactly(new Txn.Require(PATH), new Txn.Delete(PATH, Expect.ANY));
    }

    @Test
    void twoOrderedCreatesInOneDirectoryAreRefused() {
        Txn.Builder txn = Txn.builder().create(ordered());

        assertThatThrownBy(() -> txn.create(ordered())).hasMessageContaining("two ordered creates in /a");
    }

    @Test
    void anEmptyTransactionIsRefused() {
        assertThatThrownBy(() -> Txn.builder().build()).hasMessageContaining("at least one");
    }

    private static CreateSpec ordered() {
        return CreateSpec.ordered(PATH, Ordering.ticket("lock-"), Payload.EMPTY, Lifetime.EPHEMERAL, UUID.randomUUID());
    }
}
