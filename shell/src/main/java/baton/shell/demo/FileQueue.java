package baton.shell.demo;

import baton.core.CoordinationCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.queue.MasterWorkerQueue;
import java.time.Duration;

/**
 * The queue all parts of the application share: tasks are names of files, results what was found out about them.
 *
 * @param client whose session takes part in it; ends with the process
 */
record FileQueue(CoordinationClient client, MasterWorkerQueue<String, FileFacts> tasks) {
    /** A killed process is missed after this long; the server may insist on more. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(2);

    /** How a process takes part. */
    enum Candidacy {
        MASTER,
        NONE
    }

    static FileQueue join(String servers, String root, String name, Candidacy candidacy) {
        CoordinationCore core = CoordinationCore.connect(servers);
        CoordinationClient client = CoordinationClient.builder(core)
                .clientId(name)
                .sessionTimeout(SESSION_TIMEOUT)
                .build();
        client.start();
        MasterWorkerQueue<String, FileFacts> queue = MasterWorkerQueue.builder(
                        client, root, Codec.utf8(), FactsText.CODEC)
                .masterCandidate(candidacy == Candidacy.MASTER)
                .build();
        queue.start();
        return new FileQueue(client, queue);
    }
}
