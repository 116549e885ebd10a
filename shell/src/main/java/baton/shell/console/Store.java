package baton.shell.console;

import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.EndReason;
import baton.core.Listing;
import baton.core.NodePath;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.recipes.CoordinationClient;
import baton.shell.exit.ExitCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final String DOUBT = "; a change may have happened, or may still: look at it";

    private final CoordinationCore core;
    private final Target target;

    Store(CoordinationCore core, Target target) {
        this.core = core;
        this.target = target;
    }

    /** What is done with a client of recipes. */
    @FunctionalInterface
    interface Work<T> {
        T with(CoordinationClient client) throws InterruptedException;
    }

    /**
     * Looks around or does something, under a session that ends with it.
     *
     * @throws NotConnectedException if the store cannot be reached
     * @throws CommandRefusedException if it refuses
     */
    <T> T use(Work<T> work) throws InterruptedException {
        CoordinationClient client = CoordinationClient.builder(core)
                .sessionTimeout(target.sessionTimeout())
                .clientId("shell-" + ProcessHandle.current().pid())
                .build()
                .start();
        try {
            if (!client.blockUntilConnected(target.patience())) {
                throw unreachable();
            }
            return work.with(client);
        } catch (CoordinationException failed) {
            throw refused(failed);
        } finally {
            client.close(CLOSE_PATIENCE);
        }
    }

    private static ShellException refused(CoordinationException failed) {
        String message = String.valueOf(failed.getMessage());
        if (failed.code() == CoreError.UNAVAILABLE) {
            return new NotConnectedException(message);
        }
        ExitCode exitCode = switch (failed.code()) {
            case DENIED -> ExitCode.DENIED;
            case IN_DOUBT, SESSION_ENDED -> ExitCode.UNREACHABLE;
            default -> ExitCode.PROBLEM;
        };
        return new CommandRefusedException(
                exitCode,
                failed.code().name(),
                failed.path().map(NodePath::toString).orElse(null),
                failed.code().mayHaveHappened() ? message + DOUBT : message);
    }

    /** Waits for what a recipe is asked. */
    static <T> T awaited(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(ANSWER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silence) {
            throw new NotConnectedException("no answer within " + ANSWER_PATIENCE.toSeconds() + " s" + DOUBT);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CoordinationException known) {
                throw known;
            }
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new CommandRefusedException("Refused", null, String.valueOf(cause.getMessage()));
        }
    }

    /** Opens a session that is its caller's to end; the notes say when it is cut off and is back. */
    CoreSession openSession(Consumer<String> notes, Consumer<EndReason> whenOver) throws InterruptedException {
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
                        whenOver.accept(reason);
                    }
                });
        try {
            return opening.toCompletableFuture().get(target.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException failed) {
            throw unreachable();
        }
    }

    /** Returns what is below a node; nothing if it does not exist. */
    Listing list(NodePath path) throws InterruptedException {
        return find(path).orElseGet(() -> new Listing(List.of(), 0));
    }

    /** Returns what is below a node; empty if it is known not to exist. */
    Optional<Listing> find(NodePath path) throws InterruptedException {
        CoreSession session = openSession(note -> {}, reason -> {});
        try {
            return awaited(session.list(path));
        } catch (CoordinationException failed) {
            throw refused(failed);
        } finally {
            session.end();
        }
    }

    private NotConnectedException unreachable() {
        return new NotConnectedException("cannot open a session at " + target.servers() + " within "
                + target.patience().toSeconds() + " s");
    }

    @Override
    public void close() {
        core.close();
    }
}
