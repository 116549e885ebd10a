package baton.spring.autoconfigure;

import baton.core.CoordinationCore;
import baton.recipes.CoordinationClient;
import baton.spring.CoordinationClientCustomizer;
import baton.spring.CoordinationConnectionEvent;
import baton.spring.EventDelivery;
import baton.spring.IsolatedListenerFactory;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Makes the coordination core and the client, and publishes what becomes of the connection. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "baton.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BatonProperties.class)
@Import(EmbeddedCoreConfiguration.class)
public final class BatonAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    EventDelivery batonEventDelivery(ConfigurableApplicationContext context, BatonProperties properties) {
        return new EventDelivery(context, properties.events().beforeReady());
    }

    @Bean
    @ConditionalOnMissingBean
    static IsolatedListenerFactory batonListenerFactory() {
        return new IsolatedListenerFactory();
    }

    /** Core and client, unless the application brings a client of its own. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(CoordinationClient.class)
    static class ClientConfiguration {

        @Bean
        ClientAssembly batonClientAssembly(BatonProperties properties, Environment environment) {
            return new ClientAssembly(
                    properties,
                    environment.getProperty("spring.application.name"),
                    Threading.VIRTUAL.isActive(environment));
        }

        @Bean
        @ConditionalOnMissingBean
        CoordinationCore batonCore(
                BatonProperties properties,
                ClientAssembly assembly,
                Environment environment,
                ObjectProvider<BootstrapClient> earlier,
                ObjectProvider<CoordinationConnectionDetails> connection,
                ObjectProvider<EmbeddedCores> embedded,
                ObjectProvider<SslBundles> bundles,
                ObjectProvider<ZnodeCoreCustomizer> customizers) {
            BootstrapClient opened = earlier.getIfAvailable();
            if (opened != null) {
                // Before the context there is no log that anybody reads.
                opened.choice().ifPresent(CoreChoice::warnIfAlone);
                opened.tls().ifPresent(tls -> bundles.ifAvailable(tls::follow));
                return opened.core();
            }
            Optional<CoordinationConnectionDetails> details =
                    properties.core() == null ? Optional.ofNullable(connection.getIfAvailable()) : Optional.empty();
            List<String> servers =
                    details.map(CoordinationConnectionDetails::servers).orElse(properties.connect());
            CoreChoice choice =
                    CoreChoice.of(properties, servers, Surroundings.of(environment), embedded.getIfAvailable() != null);
            choice.warnIfAlone();
            return assembly.core(
                    choice,
                    servers,
                    details.flatMap(BundledTls::of)
                            .or(() -> BundledTls.of(choice, properties.ssl(), bundles.getIfAvailable())),
                    customizers.orderedStream().toList(),
                    Optional.ofNullable(embedded.getIfAvailable()));
        }

        @Bean
        CoordinationClient batonClient(
                CoordinationCore core,
                ClientAssembly assembly,
                ObjectProvider<BootstrapClient> earlier,
                ObjectProvider<CoordinationClientCustomizer> customizers) {
            BootstrapClient opened = earlier.getIfAvailable();
            return opened != null
                    ? opened.client()
                    : assembly.client(core, customizers.orderedStream().toList());
        }

        @Bean
        ClientLifecycle batonClientLifecycle(
                CoordinationClient client, BatonProperties properties, ObjectProvider<BootstrapClient> earlier) {
            return new ClientLifecycle(client, properties.start(), earlier.getIfAvailable() != null);
        }
    }

    /** Turns what the client says of its connection into events. */
    @Bean
    @ConditionalOnBean(CoordinationClient.class)
    @ConditionalOnMissingBean(name = "batonConnectionEvents")
    SmartInitializingSingleton batonConnectionEvents(CoordinationClient client, EventDelivery events) {
        return () -> client.getConnectionStateListenable()
                .add(event -> events.publish(
                        "connection",
                        new CoordinationConnectionEvent(event.state(), event.epoch(), event.newSession())));
    }
}
