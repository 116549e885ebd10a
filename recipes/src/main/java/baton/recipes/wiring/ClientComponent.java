package baton.recipes.wiring;

import baton.recipes.CoordinationClient;
import dagger.Component;
import jakarta.inject.Singleton;

/** One client over one core. */
@Singleton
@Component(modules = {CoreModule.class, SettingsModule.class, ClientModule.class})
public interface ClientComponent {
    CoordinationClient client();

    /** Takes the two modules that have state. */
    @Component.Factory
    interface Factory {
        ClientComponent create(CoreModule core, SettingsModule settings);
    }
}
