package baton.spring.autoconfigure;

import baton.recipes.CoordinationClient;
import baton.spring.EventDelivery;
import baton.spring.StartRefusedException;
import baton.spring.config.ConfigListenerFactory;
import baton.spring.config.ConfigPublishers;
import baton.spring.config.ConfigValue;
import baton.spring.config.CoordinatedConfigRegistrar;
import baton.spring.config.DocumentBinder;
import baton.spring.config.ImportedConfig;
import baton.spring.config.InjectedValues;
import baton.spring.config.Live;
import baton.spring.config.LiveEnvironment;
import baton.spring.config.LiveNodes;
import java.util.Optional;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.env.Environment;
import org.springframework.validation.Validator;

/** Gives live configuration: a {@code Live} bean for each {@code @CoordinatedConfig} record, and live values. */
@AutoConfiguration(after = BatonAutoConfiguration.class)
@ConditionalOnBean(CoordinationClient.class)
@Import(CoordinatedConfigRegistrar.class)
public final class BatonConfigAutoConfiguration {
    /** Boot's name for the validator it makes of Bean Validation. */
    private static final String VALIDATOR = "defaultValidator";

    @Bean
    @ConditionalOnMissingBean
    DocumentBinder batonDocumentBinder(Environment environment, ConfigurableListableBeanFactory beans) {
        ApplicationConversionService conversions = new ApplicationConversionService();
        BeanFactoryAnnotationUtils.qualifiedBeansOfType(beans, Converter.class, ConfigurationPropertiesBinding.VALUE)
                .values()
                .forEach(conversions::addConverter);
        Optional<Validator> validator = beans.containsBean(VALIDATOR)
                ? Optional.of(beans.getBean(VALIDATOR, Validator.class))
                : Optional.empty();
        return new DocumentBinder(environment, conversions, validator);
    }

    @Bean
    @ConditionalOnMissingBean
    LiveNodes batonLiveNodes(
            CoordinationClient client, DocumentBinder binder, EventDelivery events, BatonProperties properties) {
        BatonProperties.Config config = properties.config();
        return new LiveNodes(
                client.inNamespace(Namespaces.ofConfig(config)), binder, events, config.debounce(), config.snapshots());
    }

    @Bean
    LiveEnvironment batonLiveEnvironment(
            ObjectProvider<BootstrapClient> earlier, DocumentBinder binder, EventDelivery events) {
        BootstrapClient opened = earlier.getIfAvailable();
        return new LiveEnvironment(binder, opened == null ? ImportedConfig.none() : opened.imports(), events);
    }

    /** Tells of imported keys when the values that are bound to them have changed, so it comes after all of those. */
    @Bean
    SmartInitializingSingleton batonImportEvents(LiveEnvironment environment, EventDelivery events) {
        return () -> environment.imports().follow(new ImportEvents(environment.imports(), events));
    }

    /** The live value of the expression that the injection point names. */
    @Bean
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    Live<?> batonConfigValue(InjectionPoint point, LiveEnvironment environment) {
        ConfigValue value = point.getAnnotation(ConfigValue.class);
        ResolvableType type = point instanceof DependencyDescriptor descriptor
                ? descriptor.getResolvableType().as(Live.class).getGeneric(0)
                : ResolvableType.NONE;
        if (value == null || type.resolve() == null) {
            throw new StartRefusedException(
                    point.getMember() + " injects a Live<" + type + "> that nobody makes.",
                    "Let the record carry @CoordinatedConfig in a package of the application, or add"
                            + " @ConfigValue(\"${key:default}\") to the injection point.");
        }
        return environment.value(value.value(), type);
    }

    @Bean(CoordinatedConfigRegistrar.PUBLISHERS)
    ConfigPublishers batonConfigPublishers(LiveNodes application) {
        return new ConfigPublishers(application);
    }

    @Bean(CoordinatedConfigRegistrar.VALUES)
    InjectedValues batonInjectedValues(BatonProperties properties) {
        return new InjectedValues(properties.config().strict());
    }

    @Bean
    static ConfigListenerFactory batonConfigListenerFactory() {
        return new ConfigListenerFactory();
    }
}
