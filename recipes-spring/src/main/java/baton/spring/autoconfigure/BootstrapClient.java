package baton.spring.autoconfigure;

import baton.core.CoordinationCore;
import baton.recipes.CoordinationClient;
import baton.spring.CoordinationClientCustomizer;
import baton.spring.config.ImportedConfig;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.boot.bootstrap.BootstrapContextClosedEvent;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.util.ClassUtils;

/**
 * The client that is opened before there is a context, because configuration is imported from the store. The context
 * takes it over: there is no second one.
 *
 * @param core it uses
 * @param client started
 * @param imports through it
 * @param choice that led to the core; empty if the application brought it
 * @param tls of the core, if it is encrypted by a bundle
 */
record BootstrapClient(
        CoordinationCore core,
        CoordinationClient client,
        ImportedConfig imports,
        Optional<CoreChoice> choice,
        Optional<BundledTls> tls)
        implements AutoCloseable {
    private static final String BEAN = "batonBootstrapClient";

    /** The one client of an application that starts; the first call opens it. */
    static BootstrapClient of(ConfigurableBootstrapContext bootstrap, Binder binder, List<String> profiles) {
        if (!bootstrap.isRegistered(BootstrapClient.class)) {
            BootstrapClient opened = open(bootstrap, binder, profiles);
            bootstrap.register(BootstrapClient.class, context -> opened);
            bootstrap.addCloseListener(closed -> handOver(opened, closed));
        }
        return Objects.requireNonNull(bootstrap.get(BootstrapClient.class));
    }

    /** Idempotent, as all that it closes is. */
    @Override
    public void close() {
        imports.close();
        client.close();
        core.close();
    }

    private static BootstrapClient open(ConfigurableBootstrapContext bootstrap, Binder binder, List<String> profiles) {
        BatonProperties properties = binder.bindOrCreate("baton", BatonProperties.class);
        String name = binder.bind("spring.application.name", String.class).orElse(null);
        boolean virtual =
                binder.bind("spring.threads.virtual.enabled", Boolean.class).orElse(false);
        ClientAssembly assembly = new ClientAssembly(properties, name, virtual);
        Optional<CoreChoice> choice = bootstrap.isRegistered(CoordinationCore.class)
                ? Optional.empty()
                : Optional.of(CoreChoice.of(
                        properties, properties.connect(), Surroundings.of(binder, profiles), isEmbeddedPresent()));
        Optional<BundledTls> tls =
                choice.flatMap(chosen -> BundledTls.of(chosen, properties.ssl(), EarlySslBundles.of(binder)));
        CoordinationCore core = choice.map(chosen -> core(assembly, properties, chosen, tls))
                .orElseGet(() -> Objects.requireNonNull(bootstrap.get(CoordinationCore.class)));
        Optional<CoordinationClientCustomizer> customizer =
                Optional.ofNullable(bootstrap.getOrElse(CoordinationClientCustomizer.class, null));
        CoordinationClient client =
                assembly.client(core, customizer.stream().toList()).start();
        BatonProperties.Config config = properties.config();
        ImportedConfig imports = ImportedConfig.through(
                client.inNamespace(Namespaces.ofConfig(config)), config.debounce(), config.snapshots());
        return new BootstrapClient(core, client, imports, choice, tls);
    }

    private static CoordinationCore core(
            ClientAssembly assembly, BatonProperties properties, CoreChoice choice, Optional<BundledTls> tls) {
        return assembly.core(
                choice,
                properties.connect(),
                tls,
                List.of(),
                isEmbeddedPresent() ? Optional.of(EmbeddedCoreConfiguration::open) : Optional.empty());
    }

    private static boolean isEmbeddedPresent() {
        return ClassUtils.isPresent("baton.embedded.EmbeddedCore", BootstrapClient.class.getClassLoader());
    }

    private static void handOver(BootstrapClient opened, BootstrapContextClosedEvent closed) {
        var beans = closed.getApplicationContext().getBeanFactory();
        beans.registerSingleton(BEAN, opened);
        if (beans instanceof DefaultSingletonBeanRegistry registry) {
            // The first to be registered is the last to be destroyed.
            registry.registerDisposableBean(BEAN, opened::close);
        }
    }
}
