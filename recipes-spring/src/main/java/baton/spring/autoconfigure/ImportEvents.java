package baton.spring.autoconfigure;

import baton.spring.EventDelivery;
import baton.spring.config.ConfigChangedEvent;
import baton.spring.config.ConfigRejectedEvent;
import baton.spring.config.ImportedConfig;

/**
 * Turns what imports say into events.
 *
 * @param imports of the application
 * @param events where they are told
 */
record ImportEvents(ImportedConfig imports, EventDelivery events) implements ImportedConfig.Follower {
    @Override
    public void changed(ConfigChangedEvent change) {
        imports.telling().execute(() -> events.publish(change.source(), change));
    }

    @Override
    public void rejected(ConfigRejectedEvent rejection) {
        imports.telling().execute(() -> events.publish(rejection.source() + " refused", rejection));
    }
}
