package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import baton.core.NodePath;
import baton.core.TriggerReason;
import baton.etcd.state.TriggerTable.Effect;
import baton.etcd.state.TriggerTable.Kind;
import baton.etcd.state.TriggerTable.Target;
import org.junit.jupiter.api.Test;

class TriggerTableTest {
    private static final Target A = new Target(NodePath.of("/a"), Kind.NODE);
    private static final Target CHILDREN_OF_A = new Target(NodePath.of("/a"), Kind.CHILDREN);

    private final TriggerTable table = new TriggerTable();
    private final Trigger one = new Trigger(reason -> {});
    private final Trigger two = new Trigger(reason -> {});

    @Test
    void theWatchBeginsRightBehindWhatWasRead() {
        table.reading(A);

        assertThat(table.arm(A, one, 7)).containsExactly(new Effect.Open(A, 8));
    }

    @Test
    void aChangeFiresAndTheWatchCloses() {
        armed(A, one, 7);

        assertThat(table.changed(A, TriggerReason.CHANGED, 9))
                .containsExactly(new Effect.Fire(one, TriggerReason.CHANGED), new Effect.Close(A));
        assertThat(table.changed(A, TriggerReason.DELETED, 10)).isEmpty();
    }

    @Test
    void severalShareOneWatch() {
        armed(A, one, 7);
        table.reading(A);

        assertThat(table.arm(A, two, 8)).isEmpty();
        assertThat(table.cancelled(A, one)).isEmpty();
        assertThat(table.cancelled(A, two)).containsExactly(new Effect.Close(A));
        assertThat(table.cancelled(A, two)).isEmpty();
    }

    @Test
    void aNodeAndItsChildrenAreWatchedApart() {
        armed(A, one, 7);
        table.reading(CHILDREN_OF_A);

        assertThat(table.arm(CHILDREN_OF_A, two, 7)).containsExactly(new Effect.Open(CHILDREN_OF_A, 8));
    }

    @Test
    void aChangeThatWasReadAlreadyConcernsOnlyTheOthers() {
        armed(A, one, 7);
        table.reading(A);
        table.arm(A, two, 9);

        assertThat(table.changed(A, TriggerReason.CHANGED, 9))
                .containsExactly(new Effect.Fire(one, TriggerReason.CHANGED));
        assertThat(table.changed(A, TriggerReason.DELETED, 10))
                .containsExactly(new Effect.Fire(two, TriggerReason.DELETED), new Effect.Close(A));
    }

    @Test
    void aChangeThatCameBeforeTheReplyOfTheReadFiresAtOnce() {
        armed(A, one, 7);
        table.reading(A);
        table.changed(A, TriggerReason.CHANGED, 10);

        assertThat(table.arm(A, two, 9))
                .containsExactly(new Effect.Fire(two, TriggerReason.CHANGED), new Effect.Close(A));
    }

    @Test
    void aReadWhoseReplyWasOvertakenFiresBecauseTheWatchBeginsBehindIt() {
        table.reading(A);
        table.reading(A);
        table.arm(A, two, 11);

        assertThat(table.arm(A, one, 10)).containsExactly(new Effect.Fire(one, TriggerReason.LOST_TRACK));
        assertThat(table.changed(A, TriggerReason.CHANGED, 12))
                .containsExactly(new Effect.Fire(two, TriggerReason.CHANGED), new Effect.Close(A));
    }

    @Test
    void aWatchThatIsOpenedAgainCoversAnEarlierReadAgain() {
        armed(A, one, 11);
        table.reading(A);
        table.unlinked();

        assertThat(table.arm(A, two, 10)).containsExactly(new Effect.Open(A, 11));
        assertThat(table.changed(A, TriggerReason.CHANGED, 11))
                .containsExactly(new Effect.Fire(two, TriggerReason.CHANGED));
    }

    @Test
    void whileSomebodyReadsTheWatchStaysOpen() {
        armed(A, one, 7);
        table.reading(A);

        assertThat(table.changed(A, TriggerReason.CHANGED, 8))
                .containsExactly(new Effect.Fire(one, TriggerReason.CHANGED));
        assertThat(table.unread(A)).containsExactly(new Effect.Close(A));
    }

    @Test
    void aReadThatFailsLeavesNothing() {
        table.reading(A);

        assertThat(table.unread(A)).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> table.arm(A, one, 7));
    }

    @Test
    void afterTheLinkWasDownTheWatchResumesBehindTheOldestRead() {
        armed(A, one, 7);
        table.reading(A);
        table.arm(A, two, 9);
        table.unlinked();

        assertThat(table.linked()).containsExactly(new Effect.Open(A, 8));
    }

    @Test
    void whatWasOpenedBeforeAllElseIsNotOpenedTwice() {
        armed(A, one, 7);
        table.reading(A);
        table.unlinked();

        assertThat(table.arm(A, two, 9)).containsExactly(new Effect.Open(A, 8));
        assertThat(table.linked()).isEmpty();
        table.unlinked();
        assertThat(table.linked()).containsExactly(new Effect.Open(A, 8));
    }

    @Test
    void aLostWatchFiresWhatWaitsOnIt() {
        armed(A, one, 7);
        armed(CHILDREN_OF_A, two, 7);

        assertThat(table.lost(A)).containsExactly(new Effect.Fire(one, TriggerReason.LOST_TRACK));
        table.unlinked();
        assertThat(table.linked()).containsExactly(new Effect.Open(CHILDREN_OF_A, 8));
    }

    @Test
    void theEndOfTheSessionFiresEverything() {
        armed(A, one, 7);
        armed(CHILDREN_OF_A, two, 7);

        assertThat(table.ended())
                .containsExactly(
                        new Effect.Fire(one, TriggerReason.LOST_TRACK), new Effect.Fire(two, TriggerReason.LOST_TRACK));
        assertThat(table.linked()).isEmpty();
    }

    private void armed(Target target, Trigger trigger, long revision) {
        table.reading(target);
        table.arm(target, trigger, revision);
    }
}
