package baton.spring.tasks;

import baton.recipes.CoordinationClient;
import baton.recipes.queue.DeadTasks;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.Submitter;
import baton.recipes.queue.Worker;
import baton.recipes.queue.WorkerOptions;
import baton.spring.LifecyclePhases;
import baton.spring.StartRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.ResolvableType;

/**
 * The task queues of this application: workers for its {@link TaskHandler} methods while the context runs, and whatever
 * is injected to hand tasks in.
 *
 * <p>Workers begin last and stop first: they take no more tasks, those that run may finish until the drain timeout, and
 * the rest goes back without a failed attempt. Safe for use by many threads.
 */
public final class TaskQueues implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(TaskQueues.class);

    private final CoordinationClient client;
    private final TaskHandlerProcessor found;
    private final Settings settings;
    private final TaskCodecs codecs;
    private final Function<String, Executor> executors;
    /** Queues without a worker, for those who hand tasks in. */
    private final Map<Asked, MasterWorkerQueue<Object, Object>> asked = new HashMap<>();

    private final List<Working> working = new ArrayList<>();
    private boolean running;

    /** How queues are built. */
    public interface Settings {
        /** Where the queue is, below the namespace. */
        String rootOf(String queue);

        /** Sets what is configured. */
        void configure(String queue, MasterWorkerQueue.Builder<Object, Object> builder);

        /** How long tasks that run may take to finish when the application stops. */
        Duration drainTimeout();
    }

    private record Asked(String queue, ResolvableType task, ResolvableType result) {}

    private record Working(MasterWorkerQueue<Object, Object> queue, Worker<Object, Object> worker) {}

    /**
     * Works on nothing yet.
     *
     * @param executors what the tasks of a queue run on
     */
    public TaskQueues(
            CoordinationClient client,
            TaskHandlerProcessor found,
            Settings settings,
            TaskCodecs codecs,
            Function<String, Executor> executors) {
        this.client = client;
        this.found = found;
        this.settings = settings;
        this.codecs = codecs;
        this.executors = executors;
    }

    /** Hands tasks in, of one type, with results of another. */
    public Submitter<?, ?> submitter(String queue, ResolvableType task, ResolvableType result) {
        return asked(queue, task, result).submitter();
    }

    /** The tasks of a queue that failed for good. */
    public DeadTasks<?> dead(String queue, ResolvableType task) {
        return asked(queue, task, ResolvableType.forClass(byte[].class)).dead();
    }

    /**
     * Refuses handlers whose tasks or results nobody can encode.
     *
     * @throws baton.spring.StartRefusedException naming method and type
     */
    public void check() {
        found.methods().forEach(method -> {
            codecs.of(method.taskType(), method.name());
            codecs.of(method.resultType(), method.name());
        });
    }

    @Override
    public synchronized void start() {
        running = true;
        found.methods().forEach(this::begin);
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable done) {
        List<Working> ending;
        synchronized (this) {
            running = false;
            ending = List.copyOf(working);
            working.clear();
        }
        CompletableFuture<?>[] drained = ending.stream()
                .map(each -> each.worker().drain(settings.drainTimeout()).toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(drained)
                .orTimeout(settings.drainTimeout().plusSeconds(2).toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((all, late) -> {
                    if (late != null) {
                        LOG.warn("workers still run at stop queues={}", ending.size());
                    }
                    ending.forEach(each -> each.queue().close());
                    done.run();
                });
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.LEADER_TASKS;
    }

    private void begin(TaskMethod method) {
        MasterWorkerQueue.Builder<Object, Object> builder = MasterWorkerQueue.builder(
                client,
                settings.rootOf(method.queue()),
                codecs.of(method.taskType(), method.name()),
                codecs.of(method.resultType(), method.name()));
        settings.configure(method.queue(), builder);
        MasterWorkerQueue<Object, Object> queue = built(method.queue(), builder);
        String id = client.settings().clientId().replace('/', '-') + "-" + method.queue();
        WorkerOptions options =
                WorkerOptions.of(id, method.settings().slots()).withExecutor(executors.apply(method.queue()));
        Worker<Object, Object> worker = queue.worker(options, method::handle);
        working.add(new Working(queue, worker));
        queue.start();
        worker.start();
    }

    private MasterWorkerQueue<Object, Object> asked(String queue, ResolvableType task, ResolvableType result) {
        TaskHandlerProcessor.requireQueue("An injection point", queue);
        synchronized (asked) {
            return asked.computeIfAbsent(new Asked(queue, task, result), absent -> {
                MasterWorkerQueue.Builder<Object, Object> builder = MasterWorkerQueue.builder(
                        client,
                        settings.rootOf(queue),
                        codecs.of(task, "The queue " + queue),
                        codecs.of(result, "The queue " + queue));
                settings.configure(queue, builder);
                return built(queue, builder.masterCandidate(false));
            });
        }
    }

    private static MasterWorkerQueue<Object, Object> built(
            String queue, MasterWorkerQueue.Builder<Object, Object> builder) {
        try {
            return builder.build();
        } catch (IllegalArgumentException unfit) {
            throw new StartRefusedException(
                    "The task queue " + queue + " cannot be as it is configured: " + unfit.getMessage() + ".",
                    "Correct the properties below baton.tasks." + queue + ".");
        }
    }
}
