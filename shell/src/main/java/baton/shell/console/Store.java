package baton.shell.console;

import baton.core.CoordinationCore;
import baton.core.CoreSession;
import baton.core.EndReason;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.recipes.CoordinationClient;
import baton.recipes.survey.Survey;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The store as recipes see it, whatever kind it is. Commands that look at recipes, and the one that follows a subtree,
 * need no znodes.
 */
final class Store implements AutoCloseable {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final CoordinationCore core;
    private final Target target;

    Store(CoordinationCore core, Target target) {
        this.core = core;
        this.target = target;
    }

    /** What looks around with a survey. */
    @FunctionalInterface
    interface Look {
        Survey.Extent with(Survey survey) throws InterruptedException;
    }

    /** Looks around, under a session that ends with it. */
    Survey.Extent survey(Look look) throws InterruptedException {
        CoordinationClient client = CoordinationClient.builder(core)
                .sessionTimeout(target.sessionTimeout())
                .build()
                .start();
        try {
            if (!client.blockUntilConnected(CONNECT_PATIENCE)) {
                throw unreachable();
            }
            return look.with(new Survey(client));
        } finally {
            client.close(CLOSE_PATIENCE);
        }
    }

    /** Opens a session that is its caller's to end; the notes say when it is cut off, is back and is over. */
    CoreSession openSession(Consumer<String> notes, Runnable whenOver) throws InterruptedException {
        CompletionStage<CoreSession> opening =
                core.openSession(SessionOptions.withTimeout(target.sessionTimeout()), new SessionObserver() {
                    @Override
                    public void disconnected() {
                        notes.accept("connection lost, trying again");
                    }

                    @Override
                    public void reconnected() {
                        notes.accept("connected again");
                    }

                    @Override
                    public void extended(long deadlineNanos) {
                        // Nobody here depends on the lease.
                    }

                    @Override
                    public void ended(EndReason reason) {
                        whenOver.run();
                    }
                });
        try {
            return opening.toCompletableFuture().get(CONNECT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException failed) {
            throw unreachable();
        }
    }

    private NotConnectedException unreachable() {
        return new NotConnectedException(
                "cannot open a session at " + target.servers() + " within " + CONNECT_PATIENCE.toSeconds() + " s");
    }

    @Override
    public void close() {
        core.close();
    }
}
