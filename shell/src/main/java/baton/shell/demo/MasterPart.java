package baton.shell.demo;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A process that can lead: of all masters one hands out the tasks, the others stand by. */
final class MasterPart {
    private static final long LOOK_MILLIS = 10;

    private final Stage stage;
    private final FileQueue queue;
    private long lastToken;

    private MasterPart(Stage stage, FileQueue queue) {
        this.stage = stage;
        this.queue = queue;
    }

    static void play(Stage stage, List<String> arguments) throws IOException, InterruptedException {
        FileQueue queue =
                FileQueue.join(arguments.get(0), arguments.get(1), arguments.get(2), FileQueue.Candidacy.MASTER);
        MasterPart master = new MasterPart(stage, queue);
        stage.tell(new Report.Ready());
        ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();
        looks.scheduleWithFixedDelay(master::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        stage.awaitEnd();
        looks.shutdownNow();
        queue.client().close();
    }

    private void look() {
        queue.tasks().mastership().ifPresent(leadership -> {
            long token = leadership.token().value();
            if (token != lastToken) {
                lastToken = token;
                stage.tell(new Report.Leading(token));
            }
        });
    }
}
