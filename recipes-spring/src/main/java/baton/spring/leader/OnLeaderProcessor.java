package baton.spring.leader;

import baton.recipes.latch.Leadership;
import baton.spring.StartRefusedException;
import baton.spring.guard.GuardRule.GuardedMethod;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** Collects {@link OnLeader} methods while beans are made; a lazy bean may bring one later. */
public final class OnLeaderProcessor implements BeanPostProcessor, Ordered {
    private final DeclaredRoles roles;
    private final UnaryOperator<String> placeholders;
    private final Map<String, OnLeader> settings = new LinkedHashMap<>();
    private final List<OnLeaderMethod> methods = new ArrayList<>();
    private @Nullable Consumer<OnLeaderMethod> newcomers;

    public OnLeaderProcessor(DeclaredRoles roles, UnaryOperator<String> placeholders) {
        this.roles = roles;
        this.placeholders = placeholders;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
        if (AnnotationUtils.isCandidateClass(type, OnLeader.class)) {
            Map<Method, OnLeader> found =
                    MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<@Nullable OnLeader>)
                            method -> AnnotatedElementUtils.findMergedAnnotation(method, OnLeader.class));
            found.forEach((method, annotation) -> add(new GuardedMethod(beanName, type, method), bean, annotation));
        }
        return bean;
    }

    /** After all that make proxies. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    /** The methods so far; those that follow are handed to {@code later}. */
    synchronized List<OnLeaderMethod> drainTo(Consumer<OnLeaderMethod> later) {
        newcomers = later;
        return List.copyOf(methods);
    }

    private synchronized void add(GuardedMethod declared, Object bean, OnLeader annotation) {
        String role = placeholders.apply(annotation.role());
        LeaderOnlyRule.requireRole(declared, role);
        requireCallable(declared);
        OnLeader other = settings.putIfAbsent(role, annotation);
        if (other != null
                && (other.whenDone() != annotation.whenDone() || other.onFailure() != annotation.onFailure())) {
            throw new StartRefusedException(
                    declared + " claims the role " + role + " with whenDone=" + annotation.whenDone()
                            + " and onFailure="
                            + annotation.onFailure() + ", another method with whenDone=" + other.whenDone()
                            + " and onFailure=" + other.onFailure() + ".",
                    "Give both the same settings, or roles of their own.");
        }
        Method invocable = AopUtils.selectInvocableMethod(declared.method(), bean.getClass());
        ReflectionUtils.makeAccessible(invocable);
        OnLeaderMethod method = new OnLeaderMethod(declared.toString(), role, bean, invocable, annotation);
        methods.add(method);
        roles.add(role);
        if (newcomers != null) {
            newcomers.accept(method);
        }
    }

    private static void requireCallable(GuardedMethod declared) {
        Class<?>[] parameters = declared.method().getParameterTypes();
        boolean fits = parameters.length == 0 || parameters.length == 1 && parameters[0] == Leadership.class;
        if (!fits || Modifier.isStatic(declared.method().getModifiers())) {
            throw new StartRefusedException(
                    declared + " carries @OnLeader but is static or takes other parameters than a Leadership.",
                    "Make it a method of the bean that takes nothing or one Leadership.");
        }
        if (AnnotatedElementUtils.hasAnnotation(declared.method(), Scheduled.class)) {
            throw new StartRefusedException(
                    declared + " carries @OnLeader and @Scheduled: the scheduler would run it on every instance.",
                    "Write @LeaderOnly beside @Scheduled, or @OnLeader alone.");
        }
    }
}
