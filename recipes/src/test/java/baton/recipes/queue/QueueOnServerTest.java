package baton.recipes.queue;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CoreSession;
import baton.core.Listing;
import baton.core.NodePath;
import baton.embedded.EmbeddedCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queue over the network client and a real server. */
class QueueOnServerTest {
    private EmbeddedCore core;
    private final List<CoordinationClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        core = EmbeddedCore.inMemory();
    }

    @AfterEach
    void stop() {
        clients.forEach(CoordinationClient::close);
        core.close();
    }

    @Test
    void everyTaskIsDoneOnceThoughTheMasterAndAWorkerLoseTheirSessions() throws Exception {
        MasterWorkerQueue<String, String> first = member("m1", true);
        first.start();
        member("m2", true).start();
        MasterWorkerQueue<String, String> doomed = member("w1", false);
        doomed.worker("w1", 4, (task, context) -> task.toUpperCase()).start();
        member("w2", false)
                .worker("w2", 4, (task, context) -> task.toUpperCase())
                .start();
        MasterWorkerQueue<String, String> client = member("client", false);

        List<CompletableFuture<TaskResult<String>>> results = new ArrayList<>();
        for (int task = 0; task < 300; task++) {
            results.add(client.submitter()
                    .submit("t" + task)
                    .thenCompose(TaskHandle::result)
                    .toCompletableFuture());
            if (task == 100) {
                endSession(0);
            } else if (task == 200) {
                endSession(2);
            }
        }

        for (int task = 0; task < 300; task++) {
            TaskResult<String> result = results.get(task).get(60, TimeUnit.SECONDS);
            assertThat(result.ok()).isTrue();
            assertThat(result.value()).isEqualTo("T" + task);
        }
        MasterView view = client.view().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(view)
                .extracting(MasterView::pending, MasterView::assigned, MasterView::finished, MasterView::dead)
                .containsExactly(0, 0, 300, 0);
        assertThat(names("/jobs/status")).hasSize(300);
        assertThat(names("/jobs/dead")).isEmpty();
    }

    private void endSession(int client) throws Exception {
        CoordinationClient victim = clients.get(client);
        assertThat(victim.blockUntilConnected(10, TimeUnit.SECONDS)).isTrue();
        victim.runtime()
                .liveSession()
                .orElseThrow()
                .core()
                .end()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private List<String> names(String directory) throws Exception {
        CoreSession session = clients.get(clients.size() - 1)
                .runtime()
                .liveSession()
                .orElseThrow()
                .core();
        return session.list(NodePath.of(directory))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .map(listing ->
                        listing.entries().stream().map(Listing.Entry::name).toList())
                .orElse(List.of());
    }

    private MasterWorkerQueue<String, String> member(String name, boolean candidate) {
        CoordinationClient client =
                CoordinationClient.builder(core).clientId(name).build().start();
        clients.add(client);
        return MasterWorkerQueue.builder(client, "/jobs", Codec.utf8(), Codec.utf8())
                .masterCandidate(candidate)
                .build();
    }
}
