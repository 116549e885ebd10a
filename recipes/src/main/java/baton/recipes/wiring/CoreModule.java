package baton.recipes.wiring;

import baton.core.CoordinationCore;
import dagger.Module;
import dagger.Provides;

/** Brings a core that somebody else made, and will close. */
@Module
public final class CoreModule {
    private final CoordinationCore core;

    public CoreModule(CoordinationCore core) {
        this.core = core;
    }

    @Provides
    CoordinationCore core() {
        return core;
    }
}
