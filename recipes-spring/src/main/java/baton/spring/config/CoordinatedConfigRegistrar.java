package baton.spring.config;

import baton.core.NodePath;
import baton.spring.StartRefusedException;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
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
        RootBeanDefinition live = new RootBeanDefinition(LiveNode.class);
        live.setTargetType(ResolvableType.forClassWithGenerics(LiveNode.class, type));
        live.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
        live.getConstructorArgumentValues().addIndexedArgumentValue(1, pathOf(type));
        live.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
        registry.registerBeanDefinition(name, live);
    }

    private String pathOf(Class<?> type) {
        CoordinatedConfig annotation =
                Objects.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(type, CoordinatedConfig.class));
        if (!type.isRecord()) {
            throw new StartRefusedException(
                    type.getName() + " carries @CoordinatedConfig but is no record.",
                    "Make it a record: each version of the configuration becomes a new value.");
        }
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
