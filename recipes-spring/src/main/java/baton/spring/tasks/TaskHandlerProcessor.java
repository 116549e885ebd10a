package baton.spring.tasks;

import baton.core.NodePath;
import baton.spring.StartRefusedException;
import baton.spring.guard.GuardRule.GuardedMethod;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** Collects {@link TaskHandler} methods while beans are made. */
public final class TaskHandlerProcessor implements BeanPostProcessor, Ordered {
    private final UnaryOperator<String> placeholders;
    private final Map<String, TaskMethod> methods = new LinkedHashMap<>();

    public TaskHandlerProcessor(UnaryOperator<String> placeholders) {
        this.placeholders = placeholders;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
        if (AnnotationUtils.isCandidateClass(type, TaskHandler.class)) {
            Map<Method, TaskHandler> found =
                    MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<@Nullable TaskHandler>)
                            method -> AnnotatedElementUtils.findMergedAnnotation(method, TaskHandler.class));
            found.forEach((method, annotation) -> add(new GuardedMethod(beanName, type, method), bean, annotation));
        }
        return bean;
    }

    /** After all that make proxies. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    synchronized List<TaskMethod> methods() {
        return List.copyOf(methods.values());
    }

    private synchronized void add(GuardedMethod declared, Object bean, TaskHandler annotation) {
        String queue = placeholders.apply(annotation.queue());
        requireQueue(declared, queue);
        requireCallable(declared);
        Method invocable = AopUtils.selectInvocableMethod(declared.method(), bean.getClass());
        ReflectionUtils.makeAccessible(invocable);
        TaskMethod method = new TaskMethod(
                declared.toString(), queue, bean, invocable, annotation, pause(declared, annotation.retryAfter()));
        TaskMethod other = methods.putIfAbsent(queue, method);
        if (other != null) {
            throw new StartRefusedException(
                    declared + " handles the queue " + queue + ", and so does " + other.name() + ".",
                    "Let one method handle all tasks of a queue, or give the other a queue of its own.");
        }
    }

    private Duration pause(GuardedMethod declared, String text) {
        try {
            return DurationStyle.detectAndParse(placeholders.apply(text));
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    declared + " retries after \"" + text + "\", which is no duration.",
                    "Write a number and a unit, such as 500ms, 5s or 2m.");
        }
    }

    static void requireQueue(Object asking, String queue) {
        try {
            NodePath.ROOT.child(queue);
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    asking + " names the queue \"" + queue + "\": " + malformed.getMessage() + ".",
                    "A queue is one path segment, such as thumbnails.");
        }
    }

    private static void requireCallable(GuardedMethod declared) {
        long tasks = Arrays.stream(declared.method().getParameterTypes())
                .filter(type -> !TaskMethod.isFilled(type))
                .count();
        if (tasks != 1 || Modifier.isStatic(declared.method().getModifiers())) {
            throw new StartRefusedException(
                    declared + " carries @TaskHandler but is static, or does not take exactly one task.",
                    "Make it a method of the bean that takes the task and, if it likes, a TaskContext and a FencingToken.");
        }
        if (declared.method().getReturnType().isPrimitive() && declared.method().getReturnType() != void.class) {
            throw new StartRefusedException(
                    declared + " returns a primitive "
                            + declared.method().getReturnType().getSimpleName() + ", which is no type of results.",
                    "Return the class instead, such as Integer.");
        }
    }
}
