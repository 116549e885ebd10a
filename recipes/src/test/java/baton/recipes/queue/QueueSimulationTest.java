package baton.recipes.queue;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Node;
import baton.core.testkit.sim.Faults;
import baton.core.testkit.sim.OpKind;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Masters, workers and clients die, pause, lose connections and replies at random; every task must end in exactly one
 * final record, and be in exactly one place at every moment in between.
 *
 * <p>A failure names its seed; {@code new Run(seed).toTheEnd()} repeats it step by step.
 */
class QueueSimulationTest {

    @Test
    void everyTaskEndsInExactlyOneRecordWhateverFails() {
        int again = 0;
        int tasks = 0;
        for (long seed = 1; seed <= 60; seed++) {
            Run run = new Run(seed);
            run.toTheEnd();
            again += run.handedOutAgain;
            tasks += run.submitted.size();
        }

        // The faults did hit the work: a good part of it was handed out more than once.
        assertThat(again).isGreaterThan(tasks / 40);
    }

    @Test
    @Tag("soak")
    void everyTaskEndsInExactlyOneRecordUnderThousandsOfSeeds() {
        for (long seed = 1_000; seed < 6_000; seed++) {
            new Run(seed).toTheEnd();
        }
    }

    /** Less than a minute. */
    @Test
    @Tag("soak")
    void tenThousandTasksEndOnceThoughMastersAndWorkersDieAllTheTime() {
        Run run = new Run(7, 4, 200);

        run.underSteadyFire(10_000);

        assertThat(run.handedOutAgain).isPositive();
    }

    private static final class Run {
        private static final int TASKS = 40;
        private static final int A_SECOND = 120;

        private final long seed;
        private final int slots;
        private final QueueWorld world;
        private final List<QueueWorld.Member> masters = new ArrayList<>();
        private final List<QueueWorld.Member> workers = new ArrayList<>();
        private final List<QueueWorld.Member> clients = new ArrayList<>();
        private final Map<String, Submit> submitted = new TreeMap<>();
        private int born;
        private int handedOutAgain;

        Run(long seed) {
            this(seed, 2, 1);
        }

        Run(long seed, int slots, long auditEvery) {
            this.seed = seed;
            this.slots = slots;
            this.world = new QueueWorld(seed, auditEvery);
        }

        /** A master dies every ten seconds, a worker every seven, a client now and then; links and replies get lost. */
        void underSteadyFire(int tasks) {
            for (int index = 0; index < 3; index++) {
                addMaster();
                addClient();
            }
            for (int index = 0; index < 5; index++) {
                addWorker("w" + index);
            }
            for (int second = 1; submitted.size() < tasks; second++) {
                int before = submitted.size();
                while (submitted.size() < Math.min(tasks, before + A_SECOND)) {
                    submit();
                }
                world.runFor(Duration.ofSeconds(1));
                if (second % 10 == 0) {
                    killMaster();
                }
                if (second % 7 == 0) {
                    killWorker();
                }
                if (world.simulation().nextInt(20) == 0) {
                    killClient();
                }
                if (second % 3 == 0) {
                    lossOnTheWay();
                }
            }
            world.until("nothing waits or runs", Duration.ofMinutes(30), this::isQuiet);
            check();
        }

        private void lossOnTheWay() {
            Faults faults = world.store().faults();
            if (world.simulation().nextInt(2) == 0) {
                faults.cut(anyone().name(), upTo(SimulatedWorld.TIMEOUT.dividedBy(2)));
            } else {
                faults.dropNextReply(OpKind.values()[world.simulation().nextInt(OpKind.values().length)]);
            }
        }

        void toTheEnd() {
            addMaster();
            addMaster();
            addWorker("w0");
            addWorker("w1");
            addWorker("w2");
            addClient();
            addClient();
            while (submitted.size() < TASKS) {
                world.runFor(upTo(Duration.ofMillis(800)));
                submit();
                fault();
            }
            // Whoever was left alive finishes the work; somebody is.
            addMaster();
            addWorker("last");
            world.until("nothing waits or runs", Duration.ofMinutes(30), this::isQuiet);
            check();
        }

        private boolean isQuiet() {
            return world.children("tasks").isEmpty()
                    && world.assignments().isEmpty()
                    && submitted.values().stream().allMatch(Submit::isDecided);
        }

        /** What a client asked for. Of a client that was killed an answer may never come. */
        private record Submit(QueueWorld.Member by, CompletionStage<TaskHandle<String>> stage) {
            boolean isDecided() {
                return stage.toCompletableFuture().isDone()
                        || by.process().process().isKilled();
            }
        }

        private void check() {
            Map<String, String> ends = new TreeMap<>();
            for (Node status : world.children("status")) {
                ResultEnvelope result = ResultEnvelope.decode(status.data());
                assertThat(result.state()).isEqualTo(TaskState.SUCCEEDED);
                handedOutAgain += result.attempts() > 1 ? 1 : 0;
                String twice = ends.put(result.value().utf8(), status.path().name());
                assertThat(twice)
                        .as("second record of %s, seed %d", result.value().utf8(), seed)
                        .isNull();
            }
            for (Node dead : world.children("dead")) {
                TaskEnvelope envelope = TaskEnvelope.decode(dead.data());
                assertThat(envelope.progress().attempts()).isEqualTo(5);
                String twice = ends.put(
                        envelope.payload().utf8().toUpperCase(), dead.path().name());
                assertThat(twice)
                        .as("second record of %s, seed %d", dead.path(), seed)
                        .isNull();
            }
            submitted.forEach((task, submit) -> {
                var future = submit.stage().toCompletableFuture();
                if (future.isDone() && !future.isCompletedExceptionally()) {
                    assertThat(ends)
                            .as("seed %d", seed)
                            .containsEntry(
                                    task.toUpperCase(), future.join().id().name());
                }
            });
        }

        private void submit() {
            int count = 1 + world.simulation().nextInt(4);
            QueueWorld.Member client = clients.get(world.simulation().nextInt(clients.size()));
            for (int task = 0; task < count; task++) {
                String name = "task" + submitted.size();
                SubmitOptions options = world.simulation().nextInt(3) == 0
                        ? SubmitOptions.DEFAULTS.withIdempotencyKey("key of " + name)
                        : SubmitOptions.DEFAULTS.withPriority(world.simulation().nextInt(256));
                submitted.put(
                        name, new Submit(client, client.queue().submitter().submit(name, options)));
            }
        }

        private void fault() {
            Faults faults = world.store().faults();
            String victim = anyone().name();
            switch (world.simulation().nextInt(14)) {
                case 0 -> faults.cut(victim, upTo(SimulatedWorld.TIMEOUT.dividedBy(2)));
                case 1 -> faults.cut(victim, upTo(SimulatedWorld.TIMEOUT.multipliedBy(3)));
                case 2 -> faults.expire(victim);
                case 3, 4, 5 ->
                    faults.dropNextReply(OpKind.values()[world.simulation().nextInt(OpKind.values().length)]);
                case 6 -> {
                    faults.lagAfterReconnect(victim);
                    faults.cut(victim, upTo(Duration.ofSeconds(1)));
                }
                case 7 -> anyone().process().process().pause(upTo(SimulatedWorld.TIMEOUT.multipliedBy(2)));
                case 8 -> faults.blackhole(victim, upTo(SimulatedWorld.TIMEOUT.multipliedBy(2)));
                case 9 -> faults.loseTriggers(victim);
                case 10 -> killMaster();
                case 11 -> killWorker();
                case 12 -> killClient();
                default -> {
                    if (world.simulation().nextInt(3) == 0) {
                        faults.restart(upTo(SimulatedWorld.TIMEOUT.multipliedBy(2)));
                    } else {
                        faults.pause(upTo(SimulatedWorld.TIMEOUT.multipliedBy(2)));
                    }
                }
            }
        }

        private QueueWorld.Member anyone() {
            List<QueueWorld.Member> all = new ArrayList<>(masters);
            all.addAll(workers);
            all.addAll(clients);
            return all.get(world.simulation().nextInt(all.size()));
        }

        private void killMaster() {
            masters.remove(world.simulation().nextInt(masters.size())).kill();
            addMaster();
        }

        /** The next process may come under the id of the dead one while its session still lives. */
        private void killWorker() {
            int index = world.simulation().nextInt(workers.size());
            workers.remove(index).kill();
            addWorker(world.simulation().nextInt(2) == 0 ? "w" + index : "w" + (100 + born));
        }

        private void killClient() {
            clients.remove(world.simulation().nextInt(clients.size())).kill();
            addClient();
        }

        private void addMaster() {
            masters.add(world.master("m" + born++));
        }

        private void addClient() {
            clients.add(world.member("c" + born++));
        }

        private void addWorker(String id) {
            QueueWorld.Member member = world.member("p" + born++);
            workers.add(member);
            WorkerOptions.Restart restart =
                    WorkerOptions.Restart.values()[world.simulation().nextInt(2)];
            world.worker(
                    member, WorkerOptions.of(id, slots).withRestart(restart), (task, context) -> task.toUpperCase());
        }

        private Duration upTo(Duration longest) {
            return Duration.ofNanos(
                    (long) (longest.toNanos() * world.simulation().chance()));
        }
    }
}
