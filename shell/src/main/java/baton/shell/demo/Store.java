package baton.shell.demo;

import baton.core.CoordinationCore;
import baton.core.CoreSession;
import baton.core.EndReason;
import baton.core.Expect;
import baton.core.Listing;
import baton.core.NodePath;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The store as the auditor sees it: past the recipes, straight at the nodes. */
final class Store implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String servers;
    private final CoordinationCore core;
    private final CoreSession session;

    private Store(String servers, CoordinationCore core, CoreSession session) {
        this.servers = servers;
        this.core = core;
        this.session = session;
    }

    /** Connects, or gives up after five seconds. */
    static Store open(String servers) throws InterruptedException {
        CoordinationCore core = connect(servers);
        try {
            SessionOptions options = SessionOptions.withTimeout(SessionOptions.TIMEOUT_DEFAULT);
            return new Store(servers, core, await(servers, core.openSession(options, new Unobserved())));
        } catch (CommandFailedException | InterruptedException notOpen) {
            core.close();
            throw notOpen;
        }
    }

    private static CoordinationCore connect(String servers) {
        try {
            return CoordinationCore.connect(servers);
        } catch (IllegalArgumentException malformed) {
            throw new CommandFailedException(ExitCode.USAGE, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    /** Returns the tasks of the queue at the root. Synced first, so that nothing recorded is missed. */
    QueueNodes tasksOf(String root) throws InterruptedException {
        NodePath queue = NodePath.of(root);
        await(servers, session.verifyAlive());
        List<String> assigned = new ArrayList<>();
        for (String worker : names(queue.child("assign"))) {
            assigned.addAll(names(queue.child("assign").child(worker)));
        }
        return new QueueNodes(
                names(queue.child("tasks")), assigned, names(queue.child("status")), names(queue.child("dead")));
    }

    /** Returns what is in a directory; nothing if there is none. */
    List<String> names(NodePath directory) throws InterruptedException {
        return await(servers, session.list(directory))
                .map(listing ->
                        listing.entries().stream().map(Listing.Entry::name).toList())
                .orElse(List.of());
    }

    /** Removes the node and all below it. */
    void deleteAll(String path) throws InterruptedException {
        deleteAll(NodePath.of(path));
    }

    private void deleteAll(NodePath path) throws InterruptedException {
        for (String name : names(path)) {
            deleteAll(path.child(name));
        }
        await(servers, session.delete(path, Expect.ANY));
    }

    private static <T> T await(String servers, CompletionStage<T> answer) throws InterruptedException {
        try {
            return answer.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silence) {
            throw new CommandFailedException(
                    ExitCode.UNREACHABLE,
                    "no answer from " + servers + " within " + PATIENCE.toSeconds() + " s: is a server running there?",
                    silence);
        } catch (ExecutionException refused) {
            throw new CommandFailedException(ExitCode.PROBLEM, servers + ": " + refused.getMessage(), refused);
        }
    }

    @Override
    public void close() {
        try {
            session.end().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException gone) {
            // The server ends the session by itself when its time is up.
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } finally {
            core.close();
        }
    }

    /** Losing the session shows in the answers. */
    private static final class Unobserved implements SessionObserver {
        @Override
        public void disconnected() {}

        @Override
        public void reconnected() {}

        @Override
        public void extended(long deadlineNanos) {}

        @Override
        public void ended(EndReason reason) {}
    }
}
