package baton.spring.autoconfigure;

import baton.recipes.CoordinationClient;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceProvider;
import baton.recipes.registry.ServiceRegistry;
import baton.spring.EventDelivery;
import baton.spring.StartRefusedException;
import baton.spring.registry.ApplicationRegistration;
import baton.spring.registry.RegistrationSettings;
import baton.spring.registry.ServiceClient;
import baton.spring.registry.ServiceClients;
import baton.spring.registry.ServiceMetadata;
import baton.spring.registry.ServiceProviderCustomizer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Announces this application as a service, and gives providers of others. */
@AutoConfiguration(after = BatonAutoConfiguration.class)
@ConditionalOnBean(CoordinationClient.class)
public final class BatonRegistryAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ServiceRegistry<ServiceMetadata> batonServiceRegistry(CoordinationClient client, BatonProperties properties) {
        String path = properties.registry().path();
        return ServiceRegistry.builder(client, path.startsWith("/") ? path : "/" + path, ServiceMetadata.codec())
                .build()
                .start();
    }

    @Bean
    @ConditionalOnMissingBean
    ServiceClients batonServiceClients(
            ServiceRegistry<ServiceMetadata> registry,
            ObjectProvider<ServiceProviderCustomizer> customizers,
            EventDelivery events) {
        return new ServiceClients(registry, customizers.orderedStream().toList(), events);
    }

    @Bean
    @ConditionalOnMissingBean
    ApplicationRegistration batonApplicationRegistration(
            ServiceRegistry<ServiceMetadata> registry,
            CoordinationClient client,
            BatonProperties properties,
            Environment environment) {
        BatonProperties.Registry settings = properties.registry();
        String name = settings.name() == null ? environment.getProperty("spring.application.name") : settings.name();
        requireName(settings, name);
        return new ApplicationRegistration(
                registry,
                new RegistrationSettings(
                        Optional.ofNullable(settings.enabled()),
                        Optional.ofNullable(name)
                                .filter(StringUtils::hasText)
                                .map(service ->
                                        instance(service, client.settings().clientId(), settings)),
                        Optional.ofNullable(settings.port()),
                        properties.shutdown().deregisterDelay()),
                environment);
    }

    /** The provider of the service that the injection point names. */
    @Bean(destroyMethod = "")
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    @ConditionalOnMissingBean
    ServiceProvider<ServiceMetadata> batonServiceProvider(
            InjectionPoint point, ServiceClients clients, Environment environment) {
        ServiceClient client = point.getAnnotation(ServiceClient.class);
        if (client == null) {
            throw new StartRefusedException(
                    point.getMember() + " injects a ServiceProvider without saying of which service.",
                    "Add @ServiceClient(\"the-service\") to the injection point.");
        }
        return clients.provider(environment.resolveRequiredPlaceholders(client.value()));
    }

    private static void requireName(BatonProperties.Registry settings, @Nullable String name) {
        if (Boolean.TRUE.equals(settings.enabled()) && !StringUtils.hasText(name)) {
            throw new StartRefusedException(
                    "baton.registry.enabled=true, and the service has no name.",
                    "Set baton.registry.name or spring.application.name.");
        }
    }

    private static ServiceInstance<ServiceMetadata> instance(
            String name, String clientId, BatonProperties.Registry settings) {
        try {
            ServiceInstance.Builder<ServiceMetadata> builder = ServiceInstance.<ServiceMetadata>builder(name)
                    .id(settings.id() == null ? clientId.replace('/', '-') : settings.id())
                    .address(
                            settings.address() == null
                                    ? LocalAddress.find().text(settings.preferIp())
                                    : settings.address())
                    .weight(settings.weight())
                    .zone(settings.zone())
                    .version(settings.version())
                    .tags(settings.tags())
                    .payload(new ServiceMetadata(settings.metadata()));
            if (settings.sslPort() != null) {
                builder.sslPort(settings.sslPort());
            }
            return builder.build();
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    "This application cannot be announced: " + malformed.getMessage() + ".",
                    "Correct the properties below baton.registry.");
        }
    }
}
