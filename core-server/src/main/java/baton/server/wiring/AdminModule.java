package baton.server.wiring;

import baton.server.admin.AdminSite;
import baton.server.admin.FourLetterWords;
import baton.server.config.ServerSettings;
import baton.server.request.ServerState;
import baton.server.runtime.Clock;
import baton.server.runtime.ServerMetrics;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.Words;
import baton.server.session.ClientConnection;
import baton.server.transport.HttpSite;
import baton.server.watch.WatchTable;
import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import jakarta.inject.Singleton;

/** What operators ask through. */
@Module
interface AdminModule {
    @Binds
    Words words(FourLetterWords words);

    @Binds
    HttpSite site(AdminSite site);

    /** The one the runtime fills and the words show. */
    @Provides
    @Singleton
    static ServerStatus status(
            ServerSettings settings,
            ServerState state,
            WatchTable<ClientConnection> watches,
            ServerMetrics metrics,
            Clock clock) {
        return new ServerStatus(settings, state, watches, metrics, clock);
    }
}
