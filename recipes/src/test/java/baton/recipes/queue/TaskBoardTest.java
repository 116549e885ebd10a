package baton.recipes.queue;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskBoardTest {
    private static final QueueLayout LAYOUT = new QueueLayout(NodePath.of("/jobs"));
    private static final List<WorkerLoad> ANY = List.of(new WorkerLoad(new WorkerRef("w"), 9, 0, false, Map.of()));

    private final TaskBoard board = new TaskBoard();

    @Test
    void tasksComeByPriorityThenByTheRevisionOfTheirOrigin() {
        board.putTask(task("task-80-a", 30, 0));
        board.putTask(task("task-80-b", 20, 0));
        board.putTask(task("task-05-c", 40, 0));

        assertThat(due(0)).containsExactly("task-05-c", "task-80-b", "task-80-a");
    }

    @Test
    void whatIsNotDueReservedOrRestingIsPassedOver() {
        board.putTask(task("task-80-a", 1, 0));
        board.putTask(task("task-80-b", 2, 500));
        board.putTask(task("task-80-c", 3, 0));
        board.putTask(task("task-80-d", 4, 0));
        board.reserve("task-80-a", "w");

        List<TaskBoard.Waiting> due = board.due(499, 10, ANY, Set.of("task-80-d"));

        assertThat(due).extracting(task -> task.id().name()).containsExactly("task-80-c");
        assertThat(board.nextDueMillis(499)).isEqualTo(500);
        assertThat(board.nextDueMillis(500)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIAssignedCountsUntilAnEventTellsOfIt() {
        Node task = task("task-80-a", 10, 0);
        board.putTask(task);
        NodePath assignment = LAYOUT.assignment("w", "task-80-a");

        board.moved(task.path(), assignment, 20);

        assertThat(due(0)).isEmpty();
        assertThat(board.assignedTo("w")).containsExactly(new TaskBoard.Assigned("w", "task-80-a", 20));
        assertThat(board.isUnconfirmed(assignment, 20)).isTrue();

        board.putAssignment(LAYOUT.assign(), assignment, stat(20));

        assertThat(board.isUnconfirmed(assignment, 20)).isFalse();
        assertThat(board.assignedTo("w")).hasSize(1);

        board.removeAssignment(LAYOUT.assign(), assignment, 21);

        assertThat(board.assignedTo("w")).isEmpty();
    }

    @Test
    void whatIAssignedIsForgottenWhenItIsSeenToHaveEndedWithoutAnEvent() {
        NodePath assignment = LAYOUT.assignment("w", "t");
        board.moved(LAYOUT.task("t"), assignment, 20);

        board.ended(assignment);

        assertThat(board.assignedTo("w")).isEmpty();
        assertThat(board.isUnconfirmed(assignment, 20)).isFalse();
    }

    @Test
    void aTaskThatCameBackBeforeTheOutcomeOfItsMoveStillWaits() {
        board.putTask(task("task-80-a", 10, 0));
        board.putTask(task("task-80-a", 25, 0));

        board.moved(LAYOUT.task("task-80-a"), LAYOUT.assignment("w", "task-80-a"), 20);

        assertThat(due(0)).containsExactly("task-80-a");
    }

    @Test
    void theRemovalOfAnEarlierIncarnationDoesNotTakeTheLater() {
        board.putTask(task("task-80-a", 30, 0));

        board.removeTask("task-80-a", 20);

        assertThat(due(0)).containsExactly("task-80-a");

        board.removeTask("task-80-a", 31);

        assertThat(due(0)).isEmpty();
    }

    @Test
    void aResetKeepsWhatNoEventHasToldOf() {
        NodePath old = LAYOUT.assignment("w", "old");
        board.putAssignment(LAYOUT.assign(), old, stat(5));
        board.moved(LAYOUT.task("new"), LAYOUT.assignment("w", "new"), 50);

        board.resetAssignments(LAYOUT.assign(), List.of(node(LAYOUT.assignedTo("v"), 1, Payload.EMPTY)));

        assertThat(board.assignedTo("w")).extracting(TaskBoard.Assigned::task).containsExactly("new");
        assertThat(board.directories()).containsExactly("v", "w");
    }

    @Test
    void aWorkersLoadCountsWhatIsOnItsWay() {
        board.putWorker(node(LAYOUT.worker("w"), 3, new WorkerEntry("i", 4, false, false, Map.of()).encode()));
        board.putAssignment(LAYOUT.assign(), LAYOUT.assignment("w", "t"), stat(5));
        board.reserve("u", "w");

        assertThat(board.loads()).containsExactly(new WorkerLoad(new WorkerRef("w"), 4, 2, false, Map.of()));

        board.release("u", "w");

        assertThat(board.loads().get(0).free()).isEqualTo(3);
    }

    @Test
    void aWorkerThatCannotBeReadIsAliveAndGetsNothing() {
        board.putWorker(node(LAYOUT.worker("w"), 3, Payload.utf8("foreign")));

        assertThat(board.worker("w")).isNotNull();
        assertThat(board.loads().get(0).free()).isZero();
    }

    @Test
    void whatIsNoTaskIsSetApart() {
        board.putTask(node(LAYOUT.task("x"), 3, Payload.utf8("foreign")));

        assertThat(due(0)).isEmpty();
        assertThat(board.poison()).extracting(Node::path).containsExactly(LAYOUT.task("x"));
    }

    @Test
    void theLeastLoadedWorkerWithTheLabelsIsChosen() {
        WorkerLoad busy = new WorkerLoad(new WorkerRef("busy"), 2, 1, false, Map.of());
        WorkerLoad idle = new WorkerLoad(new WorkerRef("idle"), 4, 0, false, Map.of());
        WorkerLoad special = new WorkerLoad(new WorkerRef("special"), 2, 1, false, Map.of("gpu", "yes"));
        TaskRef plain = new TaskRef(new TaskId("a"), 1, 0, Map.of());
        TaskRef wanting = new TaskRef(new TaskId("b"), 1, 0, Map.of("gpu", "yes"));
        TaskRef another = new TaskRef(new TaskId("c"), 1, 0, Map.of("gpu", "yes"));

        Map<TaskRef, WorkerRef> choice =
                Assigner.leastLoaded(() -> 0).assign(List.of(plain, wanting, another), List.of(busy, idle, special));

        assertThat(choice).isEqualTo(Map.of(plain, idle.worker(), wanting, special.worker()));
    }

    private List<String> due(long now) {
        return board.due(now, 10, ANY, Set.of()).stream()
                .map(task -> task.id().name())
                .toList();
    }

    private static Node task(String name, long createRev, long notBefore) {
        TaskEnvelope.Terms terms = new TaskEnvelope.Terms(3, Duration.ZERO, Map.of(), 0, "");
        return node(
                LAYOUT.task(name),
                createRev,
                TaskEnvelope.submitted(terms, Payload.utf8(name), notBefore).encode());
    }

    private static Node node(NodePath path, long createRev, Payload data) {
        return new Node(path, data, stat(createRev));
    }

    private static NodeStat stat(long createRev) {
        return new NodeStat(createRev, createRev, 0, Optional.empty(), 0, OptionalInt.empty());
    }
}
