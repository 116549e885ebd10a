package baton.recipes;

import baton.recipes.run.Scheduler;
import baton.recipes.run.ThreadScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/** The threads of one client: those it was given, and those it had to make, which it also stops. */
public final class ClientThreads {
    private final Scheduler scheduler;
    private final ListenerExecutor listenerExecutor;
    private final List<Runnable> own = new ArrayList<>();

    public ClientThreads(Optional<Scheduler> givenScheduler, Optional<Executor> givenExecutor) {
        scheduler = givenScheduler.orElseGet(() -> {
            ThreadScheduler made = new ThreadScheduler();
            own.add(made::close);
            return made;
        });
        listenerExecutor = new ListenerExecutor(givenExecutor.orElseGet(() -> {
            ExecutorService made = ListenerThreads.create();
            own.add(made::shutdown);
            return made;
        }));
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    public ListenerExecutor listenerExecutor() {
        return listenerExecutor;
    }

    /** Lets what was begun finish and takes no more. */
    public void stop() {
        own.forEach(Runnable::run);
    }
}
