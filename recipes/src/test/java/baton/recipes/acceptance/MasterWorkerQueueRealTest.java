package baton.recipes.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.JavaProcess;
import baton.recipes.queue.DeadTask;
import baton.recipes.queue.MasterView;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.RejectTaskException;
import baton.recipes.queue.SubmitOptions;
import baton.recipes.queue.TaskHandle;
import baton.recipes.queue.TaskId;
import baton.recipes.queue.TaskResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** One final record of every task, whoever is killed or paused, for real. */
@ParameterizedClass(name = "{0}")
@MethodSource("baton.recipes.acceptance.RealCore#ofThisRun")
class MasterWorkerQueueRealTest extends OnRealCore {
    @Test
    void threeWorkersAtOnceFinishWhatTwoMastersHandOut() throws Exception {
        candidate("/plain");
        candidate("/plain");
        CyclicBarrier together = new CyclicBarrier(3);
        for (String id : List.of("a", "b", "c")) {
            participant("/plain")
                    .worker(id, 1, (task, context) -> {
                        if (task.startsWith("together")) {
                            together.await(LONG.toSeconds(), TimeUnit.SECONDS);
                        } else if (task.startsWith("bad")) {
                            throw new RejectTaskException("not today");
                        }
                        return task.toUpperCase();
                    })
                    .start();
        }
        MasterWorkerQueue<String, String> client = participant("/plain");

        List<TaskHandle<String>> abreast = submit(client, "together", 3);
        List<TaskHandle<String>> plain = submit(client, "plain", 30);
        List<TaskHandle<String>> bad = submit(client, "bad", 2);

        List<TaskResult<String>> concurrent = results(abreast);
        assertThat(concurrent).extracting(TaskResult::worker).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(concurrent).extracting(TaskResult::value).containsExactly("TOGETHER0", "TOGETHER1", "TOGETHER2");
        assertThat(results(plain)).extracting(TaskResult::value).containsExactlyElementsOf(numbered("PLAIN", 30));
        assertThat(results(plain)).allSatisfy(result -> {
            assertThat(result.attempts()).isEqualTo(1);
            assertThat(result.token().value()).isPositive();
        });
        assertThat(results(bad)).extracting(TaskResult::ok).containsOnly(false);
        assertThat(get(client.dead().list())).extracting(DeadTask::id).containsExactlyInAnyOrderElementsOf(ids(bad));
        assertFinalRecords(client, 33, 2);

        for (TaskHandle<String> handle : plain) {
            get(handle.acknowledge());
        }
        assertFinalRecords(client, 3, 2);
    }

    @Test
    void aWorkerKilledInTheMiddleOfItsTasksAndThenTheMasterCostNoTask() throws Exception {
        MasterWorkerQueue<String, String> client = participant("/killed");
        JavaProcess master = participant("master", "/killed");
        JavaProcess worker = participant("worker", "/killed");
        worker.awaitLine("registered", LONG);
        Awaitility.await().atMost(LONG).until(() -> get(client.view()).master().equals(ParticipantProcess.ID));
        MasterWorkerQueue<String, String> standby = candidate("/killed");
        List<TaskHandle<String>> handles = submit(client, "task", 12);
        Awaitility.await().atMost(LONG).until(() -> running(worker).size() == 2);
        Map<String, Long> tokensBefore = running(worker);
        workerInCapitals("/killed", "a");
        workerInCapitals("/killed", "b");

        worker.kill();
        master.kill();

        List<TaskResult<String>> results = results(handles);
        assertThat(results).extracting(TaskResult::value).containsExactlyElementsOf(numbered("TASK", 12));
        assertThat(results)
                .allSatisfy(result -> assertThat(result.worker()).isIn("a", "b"))
                .filteredOn(result -> tokensBefore.containsKey(result.id().name()))
                .hasSize(2)
                .allSatisfy(result -> {
                    assertThat(result.token().value())
                            .isGreaterThan(tokensBefore.get(result.id().name()));
                    assertThat(result.attempts()).isEqualTo(2);
                });
        assertThat(standby.mastership()).isPresent();
        assertFinalRecords(client, 12, 0);
    }

    @Test
    void whatAPausedWorkerAndAPausedMasterDoTooLateIsRefused() throws Exception {
        MasterWorkerQueue<String, String> client = participant("/paused");
        JavaProcess deposed = participant("master", "/paused");
        JavaProcess zombie = participant("worker", "/paused");
        zombie.awaitLine("registered", LONG);
        Awaitility.await().atMost(LONG).until(() -> get(client.view()).master().equals(ParticipantProcess.ID));
        MasterWorkerQueue<String, String> standby = candidate("/paused");
        TaskHandle<String> handle = submit(client, "task", 1).get(0);
        zombie.awaitLine("running", LONG);
        long tokenBefore = running(zombie).get(handle.id().name());

        zombie.pause();
        // The master is stopped with these on its mind.
        List<TaskHandle<String>> meanwhile = submit(client, "meanwhile", 20);
        deposed.pause();
        long pausedAtNanos = System.nanoTime();
        workerInCapitals("/paused", "other");
        TaskResult<String> result = get(handle.result());
        Awaitility.await().until(() -> System.nanoTime() - pausedAtNanos > 2 * TIMEOUT.toNanos());
        assertThat(results(meanwhile))
                .extracting(TaskResult::value)
                .containsExactlyElementsOf(numbered("MEANWHILE", 20));

        deposed.resume();
        assertThat(results(submit(client, "after", 20)))
                .extracting(TaskResult::attempts)
                .containsOnly(1);
        assertThat(standby.mastership()).isPresent();

        zombie.resume();
        zombie.awaitLine("late write of task refused", LONG);
        zombie.awaitLine("stale " + handle.id() + " 1", LONG);
        assertThat(result.value()).isEqualTo("TASK0");
        assertThat(result.worker()).isEqualTo("other");
        assertThat(result.token().value()).isGreaterThan(tokenBefore);
        assertThat(get(handle.result())).isEqualTo(result);
        assertFinalRecords(client, 41, 0);
    }

    /** The tokens of the tasks that the process says it runs. */
    private static Map<String, Long> running(JavaProcess worker) {
        Map<String, Long> tokens = new LinkedHashMap<>();
        for (String line : worker.lines()) {
            String[] words = line.split(" ");
            if (words[0].equals("running")) {
                tokens.put(words[1], Long.parseLong(words[2]));
            }
        }
        return tokens;
    }

    /** Takes part, but not in elections. */
    private MasterWorkerQueue<String, String> participant(String path) {
        return closing(
                ParticipantProcess.queue(client(), path).masterCandidate(false).build());
    }

    private MasterWorkerQueue<String, String> candidate(String path) {
        MasterWorkerQueue<String, String> queue =
                closing(ParticipantProcess.queue(client(), path).build());
        queue.start();
        return queue;
    }

    private void workerInCapitals(String path, String id) {
        participant(path).worker(id, 2, (task, context) -> task.toUpperCase()).start();
    }

    private static List<TaskHandle<String>> submit(MasterWorkerQueue<String, String> client, String prefix, int count)
            throws Exception {
        List<TaskHandle<String>> handles = new ArrayList<>();
        for (int task = 0; task < count; task++) {
            handles.add(get(client.submitter().submit(prefix + task, SubmitOptions.DEFAULTS)));
        }
        return handles;
    }

    private static List<TaskResult<String>> results(List<TaskHandle<String>> handles) throws Exception {
        List<TaskResult<String>> results = new ArrayList<>();
        for (TaskHandle<String> handle : handles) {
            results.add(get(handle.result()));
        }
        return results;
    }

    /** Nothing waits, nobody works, and there are as many records as there were tasks. */
    private static void assertFinalRecords(MasterWorkerQueue<String, String> client, int finished, int dead)
            throws Exception {
        MasterView view = get(client.view());
        assertThat(List.of(view.pending(), view.assigned(), view.finished(), view.dead()))
                .as("pending, assigned, finished, dead")
                .containsExactly(0, 0, finished, dead);
    }

    private static List<TaskId> ids(List<TaskHandle<String>> handles) {
        return handles.stream().map(TaskHandle::id).toList();
    }

    private static List<String> numbered(String prefix, int count) {
        List<String> all = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            all.add(prefix + at);
        }
        return all;
    }
}
