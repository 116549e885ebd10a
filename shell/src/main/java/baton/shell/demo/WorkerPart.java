package baton.shell.demo;

import baton.recipes.queue.TaskContext;
import baton.recipes.queue.Worker;
import baton.recipes.queue.WorkerListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A process that does tasks: finds out about the file it is given. */
final class WorkerPart {
    /** Orders the worker to go on with the task of the argument. */
    static final String GO_ON = "go-on";

    private static final int TASKS_AT_ONCE = 2;

    private final Stage stage;
    private final Map<String, CountDownLatch> halfway = new ConcurrentHashMap<>();

    private WorkerPart(Stage stage) {
        this.stage = stage;
    }

    static void play(Stage stage, List<String> arguments) throws IOException, InterruptedException {
        String name = arguments.get(2);
        FileQueue queue = FileQueue.join(arguments.get(0), arguments.get(1), name, FileQueue.Candidacy.NONE);
        WorkerPart part = new WorkerPart(stage);
        Worker<String, FileFacts> worker = queue.tasks().worker(name, TASKS_AT_ONCE, part::findOut);
        worker.addListener(new WorkerListener() {
            @Override
            public void registered() {
                stage.tell(new Report.Ready());
            }
        });
        worker.start();
        part.followOrders();
        queue.client().close();
    }

    private FileFacts findOut(String file, TaskContext task) throws IOException, InterruptedException {
        return FileFacts.of(Path.of(file), () -> awaitLeave(file, task));
    }

    private void awaitLeave(String file, TaskContext task) throws InterruptedException {
        String name = task.id().name();
        CountDownLatch leave = new CountDownLatch(1);
        halfway.put(name, leave);
        stage.tell(new Report.Halfway(name, file, task.attempt()));
        leave.await();
    }

    private void followOrders() throws IOException {
        for (Optional<Stage.Order> order = stage.nextOrder(); order.isPresent(); order = stage.nextOrder()) {
            CountDownLatch leave = halfway.remove(order.get().argument());
            if (order.get().name().equals(GO_ON) && leave != null) {
                leave.countDown();
            }
        }
    }
}
