package baton.spring.autoconfigure;

import baton.spring.StartRefusedException;
import baton.spring.guard.GuardRule;
import baton.spring.leader.LeaderOnly;
import baton.spring.leader.OnLeader;
import baton.spring.lock.DistributedLock;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** While Baton is disabled: refuses beans whose methods ask for a guard, unless they are to run without. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "baton.enabled", havingValue = false)
@ConditionalOnProperty(name = "baton.disabled-guards", havingValue = "refuse", matchIfMissing = true)
public final class BatonDisabledAutoConfiguration {

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static BeanPostProcessor batonUnguardedMethods() {
        return new UnguardedMethods();
    }

    /** Refuses what nobody guards. */
    private static final class UnguardedMethods implements BeanPostProcessor {
        private static final List<Class<? extends Annotation>> GUARDS =
                List.of(LeaderOnly.class, OnLeader.class, DistributedLock.class);

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
            for (Class<? extends Annotation> guard : GUARDS) {
                if (AnnotationUtils.isCandidateClass(type, guard)) {
                    refuseGuarded(beanName, type, guard);
                }
            }
            return bean;
        }

        private static void refuseGuarded(String bean, Class<?> type, Class<? extends Annotation> guard) {
            boolean whole = AnnotatedElementUtils.hasAnnotation(type, guard);
            Map<Method, Boolean> methods =
                    MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<@Nullable Boolean>)
                            method -> whole || AnnotatedElementUtils.hasAnnotation(method, guard) ? true : null);
            methods.keySet().stream().findFirst().ifPresent(method -> {
                throw new StartRefusedException(
                        new GuardRule.GuardedMethod(bean, type, method) + " carries @" + guard.getSimpleName()
                                + ", and with baton.enabled=false nothing guards it.",
                        "Enable Baton, or let such methods run unguarded: baton.disabled-guards=run.");
            });
        }
    }
}
