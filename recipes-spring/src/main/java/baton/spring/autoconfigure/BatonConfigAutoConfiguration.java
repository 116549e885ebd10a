package baton.spring.autoconfigure;

import baton.recipes.CoordinationClient;
import baton.spring.EventDelivery;
import baton.spring.config.CoordinatedConfigRegistrar;
import baton.spring.config.DocumentBinder;
import baton.spring.config.LiveNodes;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.validation.Validator;

/** Gives a {@code Live} bean for each {@code @CoordinatedConfig} record of the application. */
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
        String directory = properties.config().diskSnapshot();
        return new LiveNodes(
                client,
                binder,
                events,
                StringUtils.hasText(directory) ? Optional.of(Path.of(directory)) : Optional.empty());
    }
}
