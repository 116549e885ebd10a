package baton.spring.guard;

import baton.spring.StartRefusedException;
import baton.spring.guard.GuardRule.GuardedMethod;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Puts one family of guards around the beans that ask for it, and refuses beans it could not guard.
 *
 * <p>Its advisor goes in front of those a bean has already: with the order of the processors, leader outside of lock,
 * lock outside of transactions.
 */
public final class GuardPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {
    private static final long serialVersionUID = 1L;

    private final transient Guards<?> guards;
    private final transient Set<Class<?>> checked = ConcurrentHashMap.newKeySet();

    private GuardPostProcessor(Guards<?> guards, MethodInterceptor interceptor, int order, boolean proxyTargetClass) {
        this.guards = guards;
        this.advisor = new DefaultPointcutAdvisor(new GuardPointcut(guards.lookup), interceptor);
        setBeforeExistingAdvisors(true);
        setProxyTargetClass(proxyTargetClass);
        setOrder(order);
    }

    /**
     * A processor for one annotation.
     *
     * @param rule checks each guarded method beyond what no guard can do
     * @param order a higher one comes later, and so puts its guard further out
     */
    public static <A extends Annotation> GuardPostProcessor of(
            GuardLookup<A> lookup,
            GuardRule<A> rule,
            MethodInterceptor interceptor,
            int order,
            boolean proxyTargetClass) {
        return new GuardPostProcessor(new Guards<>(lookup, rule), interceptor, order, proxyTargetClass);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
        if (guards.lookup.isCandidate(type) && checked.add(type)) {
            guards.check(beanName, type);
        }
        return super.postProcessAfterInitialization(bean, beanName);
    }

    /** The two go together by their annotation. */
    private record Guards<A extends Annotation>(GuardLookup<A> lookup, GuardRule<A> rule) {

        void check(String bean, Class<?> type) {
            ReflectionUtils.doWithMethods(
                    type,
                    method -> lookup.find(method, type)
                            .ifPresent(guard -> check(new GuardedMethod(bean, type, method), guard)),
                    method -> !method.isBridge() && !method.isSynthetic() && isMeant(method, type));
        }

        /** An annotation on a class means its public methods; one on a method that method, whatever it is. */
        private boolean isMeant(Method method, Class<?> type) {
            return Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
                    || AnnotatedElementUtils.hasAnnotation(method, lookup.annotation());
        }

        private void check(GuardedMethod guarded, A guard) {
            Method method = guarded.method();
            int modifiers = method.getModifiers();
            if (Modifier.isPrivate(modifiers)) {
                throw refused(guarded, "is private", "Make it visible to its package at least.");
            }
            if (Modifier.isStatic(modifiers)) {
                throw refused(guarded, "is static", "Make it a method of the bean.");
            }
            if (Modifier.isFinal(modifiers)) {
                throw refused(guarded, "is final", "Remove final from the method.");
            }
            Class<?> type = guarded.type();
            if (Modifier.isFinal(type.getModifiers()) && ClassUtils.getAllInterfacesForClass(type).length == 0) {
                throw refused(
                        guarded,
                        "belongs to a final class without an interface",
                        "Remove final from the class, or let it implement an interface.");
            }
            if (Results.outlivesCall(method.getReturnType())) {
                throw refused(
                        guarded,
                        "returns " + method.getReturnType().getSimpleName()
                                + ", whose work could go on after the guard was given back",
                        "Return Mono, Flux or a CompletionStage, or guard the method that does the work.");
            }
            if (method.getParameterCount() > 0 && AnnotatedElementUtils.hasAnnotation(method, Scheduled.class)) {
                throw new StartRefusedException(
                        guarded + " carries @" + lookup.annotation().getSimpleName()
                                + " and @Scheduled, but takes parameters, which no scheduler passes.",
                        "Take none: BatonGuards.currentToken() and currentGrant() give what the guard holds.");
            }
            rule.check(guarded, guard);
        }

        private StartRefusedException refused(GuardedMethod guarded, String why, String remedy) {
            return new StartRefusedException(
                    guarded + " carries @" + lookup.annotation().getSimpleName() + " but " + why
                            + ", so no guard can be put around it.",
                    remedy);
        }
    }

    /** Matches methods that carry the annotation, or whose class does. */
    private static final class GuardPointcut extends StaticMethodMatcherPointcut {
        private final GuardLookup<?> lookup;

        GuardPointcut(GuardLookup<?> lookup) {
            this.lookup = lookup;
            setClassFilter(new CandidateFilter(lookup));
        }

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            return lookup.find(method, targetClass).isPresent();
        }
    }

    private record CandidateFilter(GuardLookup<?> lookup) implements ClassFilter {
        @Override
        public boolean matches(Class<?> type) {
            return lookup.isCandidate(type);
        }
    }
}
