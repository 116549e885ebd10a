package baton.server.wiring;

import baton.server.admin.Environment;
import baton.server.config.ConfigReport;
import baton.server.config.ServerSettings;
import baton.server.runtime.Housing;
import baton.server.runtime.OpenStorage;
import baton.server.runtime.Rebirth;
import baton.server.runtime.ServerMetrics;
import baton.server.runtime.ServerRuntime;
import dagger.BindsInstance;
import dagger.Component;
import jakarta.inject.Singleton;

/** One server. */
@Singleton
@Component(modules = {MachineModule.class, AdminModule.class})
public interface ServerComponent {
    /** Returns the server, not started yet. */
    ServerRuntime runtime();

    /** Makes the graph around settings and the storage that was opened by them. */
    @Component.Factory
    interface Factory {
        ServerComponent create(
                @BindsInstance ServerSettings settings,
                @BindsInstance OpenStorage storage,
                @BindsInstance Environment environment,
                @BindsInstance ConfigReport report,
                @BindsInstance ServerMetrics metrics,
                @BindsInstance Rebirth rebirth,
                @BindsInstance Housing housing);
    }

    /** Returns what makes the graph. */
    static Factory factory() {
        return DaggerServerComponent.factory();
    }
}
