package baton.recipes.wiring;

import baton.recipes.ClientSettings;
import baton.recipes.RecipeMetrics;
import baton.recipes.run.Scheduler;
import dagger.Module;
import dagger.Provides;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Brings what the application decided; threads it did not bring are the client's own. */
@Module
public final class SettingsModule {
    private final ClientSettings settings;
    private final RecipeMetrics metrics;
    private final @Nullable Scheduler scheduler;
    private final @Nullable Executor listenerExecutor;

    public SettingsModule(
            ClientSettings settings,
            RecipeMetrics metrics,
            @Nullable Scheduler scheduler,
            @Nullable Executor listenerExecutor) {
        this.settings = settings;
        this.metrics = metrics;
        this.scheduler = scheduler;
        this.listenerExecutor = listenerExecutor;
    }

    @Provides
    ClientSettings settings() {
        return settings;
    }

    @Provides
    RecipeMetrics metrics() {
        return metrics;
    }

    @Provides
    Optional<Scheduler> scheduler() {
        return Optional.ofNullable(scheduler);
    }

    @Provides
    Optional<Executor> listenerExecutor() {
        return Optional.ofNullable(listenerExecutor);
    }
}
