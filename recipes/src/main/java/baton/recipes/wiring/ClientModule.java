package baton.recipes.wiring;

import baton.recipes.ClientThreads;
import baton.recipes.CoordinationClient;
import baton.recipes.ListenerExecutor;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Scheduler;
import dagger.Module;
import dagger.Provides;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Makes a client of a {@code CoordinationCore}, {@code ClientSettings}, {@code RecipeMetrics}, and a scheduler and an
 * executor for listeners, both optional.
 */
@Module
public final class ClientModule {
    private ClientModule() {}

    @Provides
    @Singleton
    static ClientThreads threads(Optional<Scheduler> scheduler, Optional<Executor> listenerExecutor) {
        return new ClientThreads(scheduler, listenerExecutor);
    }

    @Provides
    static Scheduler scheduler(ClientThreads threads) {
        return threads.scheduler();
    }

    @Provides
    static ListenerExecutor listenerExecutor(ClientThreads threads) {
        return threads.listenerExecutor();
    }

    @Provides
    @Singleton
    static CoordinationClient client(RecipeRuntime runtime, ClientThreads threads) {
        return new CoordinationClient(runtime, threads::stop);
    }
}
