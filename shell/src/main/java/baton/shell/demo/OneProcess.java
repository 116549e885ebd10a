package baton.shell.demo;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The application of the demo in this process alone: master, worker and client at once, and one task. */
public final class OneProcess {
    private static final long PATIENCE_SECONDS = 30;
    private static final String NAME = "all-in-one";

    private OneProcess() {}

    /** Does one file at the server, and returns when its result is recorded. */
    public static void run(String servers, Path file)
            throws InterruptedException, ExecutionException, TimeoutException {
        FileQueue queue = FileQueue.join(servers, "/" + NAME, NAME, FileQueue.Candidacy.MASTER);
        queue.tasks()
                .worker(NAME, 1, (task, context) -> FileFacts.of(Path.of(task)))
                .start();
        queue.tasks()
                .submitter()
                .submit(file.toString())
                .thenCompose(handle -> handle.result())
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        queue.client().close();
    }
}
