package baton.shell.demo;

import baton.recipes.queue.Submitter;
import baton.recipes.queue.TaskHandle;
import baton.recipes.queue.TaskResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/** The process that has work to be done: submits a task for every file it is told of, and collects the results. */
final class ClientPart {
    /** Orders the client to submit a task for the file of the argument. */
    static final String SUBMIT = "submit";

    /** A queue holds some thousands of tasks, not all files of a disk. */
    private static final int TASKS_UNFINISHED_MAX = 2_000;

    private final Stage stage;
    private final Submitter<String, FileFacts> submitter;
    private final BlockingQueue<String> files = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(TASKS_UNFINISHED_MAX);

    private ClientPart(Stage stage, Submitter<String, FileFacts> submitter) {
        this.stage = stage;
        this.submitter = submitter;
    }

    static void play(Stage stage, List<String> arguments) throws IOException {
        FileQueue queue =
                FileQueue.join(arguments.get(0), arguments.get(1), arguments.get(2), FileQueue.Candidacy.NONE);
        ClientPart client = new ClientPart(stage, queue.tasks().submitter());
        Thread submitting = new Thread(client::submitAll, "submitting");
        submitting.start();
        stage.tell(new Report.Ready());
        client.followOrders();
        submitting.interrupt();
        queue.client().close();
    }

    /** Never waits for anything but orders: who gives them would wait in turn. */
    private void followOrders() throws IOException {
        for (Optional<Stage.Order> order = stage.nextOrder(); order.isPresent(); order = stage.nextOrder()) {
            files.add(order.get().argument());
        }
    }

    private void submitAll() {
        try {
            while (true) {
                String file = files.take();
                room.acquire();
                submit(file);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(String file) {
        submitter.submit(file).whenComplete((handle, failure) -> {
            if (failure == null) {
                collect(file, handle);
            } else {
                stage.tell(new Report.Failed("cannot submit " + file + ": " + failure.getMessage()));
            }
        });
    }

    private void collect(String file, TaskHandle<FileFacts> handle) {
        handle.result().whenComplete((result, failure) -> {
            room.release();
            if (failure == null) {
                stage.tell(new Report.Recorded(outcome(file, result)));
            } else {
                stage.tell(new Report.Failed("no result for " + file + ": " + failure.getMessage()));
            }
        });
    }

    private static Outcome outcome(String file, TaskResult<FileFacts> result) {
        return new Outcome(
                result.id().name(),
                file,
                Optional.ofNullable(result.value()),
                result.error(),
                result.worker(),
                result.attempts());
    }
}
