package baton.spring.config;

import baton.core.NodePath;
import baton.recipes.config.ConfigPublisher;
import baton.spring.StartRefusedException;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Finds {@link CoordinatedConfig} records in the packages of the application, and registers a {@link Live} bean for
 * each.
 *
 * <p>The beans are plain definitions of a class with constructor arguments and a target type: those can be injected by
 * their generic type, and processed ahead of time.
 */
public final class CoordinatedConfigRegistrar implements ImportBeanDefinitionRegistrar {
    /** The bean that makes publishers. */
    public static final String PUBLISHERS = "batonConfigPublishers";
    /** The bean that gives values to those who do not want them live. */
    public static final String VALUES = "batonInjectedValues";

    private final BeanFactory beans;
    private final Environment environment;
    private final ResourceLoader resources;

    public CoordinatedConfigRegistrar(BeanFactory beans, Environment environment, ResourceLoader resources) {
        this.beans = beans;
        this.environment = environment;
        this.resources = resources;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        if (!AutoConfigurationPackages.has(beans)) {
            return;
        }
        ClassPathScanningCandidateComponentProvider scanner =
                new ClassPathScanningCandidateComponentProvider(false, environment);
        scanner.setResourceLoader(resources);
        scanner.addIncludeFilter(new AnnotationTypeFilter(CoordinatedConfig.class));
        List<String> packages = AutoConfigurationPackages.get(beans);
        for (String each : packages) {
            for (BeanDefinition found : scanner.findCandidateComponents(each)) {
                register(
                        ClassUtils.resolveClassName(
                                Objects.requireNonNull(found.getBeanClassName()), resources.getClassLoader()),
                        registry);
            }
        }
    }

    private void register(Class<?> type, BeanDefinitionRegistry registry) {
        String name = "live-" + type.getName();
        if (registry.containsBeanDefinition(name)) {
            return;
        }
        CoordinatedConfig annotation =
                Objects.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(type, CoordinatedConfig.class));
        requireOneSource(type, annotation);
        if (annotation.prefix().isBlank()) {
            String path = pathOf(type, annotation);
            registry.registerBeanDefinition(name, live(LiveNode.class, type, path, annotation.versioned()));
            registerPublisher(type, path, annotation.versioned(), registry);
        } else {
            registry.registerBeanDefinition(name, live(LiveBinding.class, type, prefixOf(type, annotation)));
        }
        registerValue(type, name, registry);
    }

    private static RootBeanDefinition live(Class<?> kind, Class<?> type, Object... settings) {
        RootBeanDefinition live = new RootBeanDefinition(kind);
        live.setTargetType(ResolvableType.forClassWithGenerics(kind, type));
        live.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
        for (int at = 0; at < settings.length; at++) {
            live.getConstructorArgumentValues().addIndexedArgumentValue(at + 1, settings[at]);
        }
        live.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
        return live;
    }

    private static void registerPublisher(
            Class<?> type, String path, boolean versioned, BeanDefinitionRegistry registry) {
        RootBeanDefinition publisher = new RootBeanDefinition();
        publisher.setTargetType(ResolvableType.forClassWithGenerics(ConfigPublisher.class, type));
        publisher.setFactoryBeanName(PUBLISHERS);
        publisher.setFactoryMethodName("of");
        publisher.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
        publisher.getConstructorArgumentValues().addIndexedArgumentValue(1, path);
        publisher.getConstructorArgumentValues().addIndexedArgumentValue(2, versioned);
        publisher.setLazyInit(true);
        registry.registerBeanDefinition("publisher-" + type.getName(), publisher);
    }

    /** The record itself, for those who inject it. */
    private static void registerValue(Class<?> type, String live, BeanDefinitionRegistry registry) {
        RootBeanDefinition value = new RootBeanDefinition();
        value.setTargetType(type);
        value.setFactoryBeanName(VALUES);
        value.setFactoryMethodName("of");
        value.getConstructorArgumentValues().addIndexedArgumentValue(0, new RuntimeBeanReference(live));
        value.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
        value.setScope(BeanDefinition.SCOPE_PROTOTYPE);
        registry.registerBeanDefinition("value-" + type.getName(), value);
    }

    private static void requireOneSource(Class<?> type, CoordinatedConfig annotation) {
        if (!type.isRecord()) {
            throw new StartRefusedException(
                    type.getName() + " carries @CoordinatedConfig but is no record.",
                    "Make it a record: each version of the configuration becomes a new value.");
        }
        if (annotation.path().isBlank() == annotation.prefix().isBlank()) {
            throw new StartRefusedException(
                    type.getName() + " carries @CoordinatedConfig with "
                            + (annotation.path().isBlank()
                                    ? "neither a path nor a prefix."
                                    : "both a path and a prefix."),
                    "Give it the path of a node, such as /config/limits.yaml, or a prefix of keys, such as limits.");
        }
    }

    private static String prefixOf(Class<?> type, CoordinatedConfig annotation) {
        if (!ConfigurationPropertyName.isValid(annotation.prefix())) {
            throw new StartRefusedException(
                    type.getName() + " is bound to \"" + annotation.prefix() + "\", which is no prefix of keys.",
                    "Write it in lower case, with dashes and dots, such as orders.limits.");
        }
        return annotation.prefix();
    }

    private String pathOf(Class<?> type, CoordinatedConfig annotation) {
        String path = environment.resolvePlaceholders(annotation.path());
        try {
            return NodePath.of(path).toString();
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    type.getName() + " is bound to a node by @CoordinatedConfig: " + malformed.getMessage() + ".",
                    "Give it a path such as /config/limits.yaml.");
        }
    }
}
