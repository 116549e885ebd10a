package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.client.ZnodeCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.TaskId;
import baton.recipes.queue.Worker;
import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks as the shell shows them, and what it orders about them. */
class TaskVerbsTest {
    private ShellOnServer shell;
    private ZnodeCore core;
    private CoordinationClient client;
    private MasterWorkerQueue<String, String> queue;

    @BeforeEach
    void start() throws StartFailedException {
        shell = ShellOnServer.start();
        core = ZnodeCore.connect(shell.address());
        client = CoordinationClient.builder(core).clientId("boss").build().start();
        queue = MasterWorkerQueue.builder(client, "/jobs", Codec.utf8(), Codec.utf8())
                .maxAttempts(1)
                .build();
        queue.start();
    }

    @AfterEach
    void stop() {
        queue.close();
        client.close();
        core.close();
        shell.close();
    }

    @Test
    void oneThatWaitsIsCancelled() throws Exception {
        TaskId waiting = submitted("waits");
        assertThat(shell.outOf("tasks")).isEqualTo("/jobs\n  pending    " + waiting + "\n");

        assertThat(shell.outOf("tasks cancel --yes /jobs " + waiting))
                .isEqualTo(waiting + " is cancelled, or asked to stop\n");

        assertThat(shell.outOf("tasks /jobs")).isEqualTo("/jobs\n  cancelled  " + waiting + "  cancelled\n");
    }

    @Test
    void oneThatFailedForGoodIsTriedAgainOrRemoved() throws Exception {
        try (Worker<String, String> worker = queue.worker("w1", 1, (task, context) -> {
            throw new IllegalStateException("no " + task);
        })) {
            worker.start();
            await().untilAsserted(() ->
                    assertThat(shell.outOf("workers")).matches("/jobs\n  worker     w1  since 20\\S+Z  busy 0/1\n"));
            TaskId failing = submitted("fails");
            await().untilAsserted(() -> assertThat(shell.outOf("tasks /jobs"))
                    .contains("  dead       " + failing + "  worker w1  attempts 1  ")
                    .contains("no fails"));

            assertThat(shell.outOf("tasks retry --yes /jobs " + failing)).endsWith(" was put back to wait\n");
            await().untilAsserted(() -> assertThat(shell.outOf("tasks")).contains("dead       " + failing));
            assertThat(shell.run("tasks purge /jobs " + failing)).isEqualTo(ExitCode.PROBLEM);
            assertThat(shell.outOf("tasks purge --yes /jobs " + failing)).endsWith(" is gone\n");
            assertThat(shell.run("tasks purge --yes /jobs " + failing)).isEqualTo(ExitCode.PROBLEM);
            assertThat(shell.run("tasks purge --yes /jobs")).isEqualTo(ExitCode.USAGE);
        }
    }

    private TaskId submitted(String task) throws Exception {
        return queue.submitter()
                .submit(task)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .id();
    }
}
