package baton.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.EventListenerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Makes {@link IsolatedListener}s of the {@code @EventListener} methods that take an event of Baton's. */
public final class IsolatedListenerFactory implements EventListenerFactory, Ordered {
    /** Before the one that takes whatever nobody wants. */
    private static final int ORDER = 100;

    @Override
    public boolean supportsMethod(Method method) {
        EventListener listener = AnnotatedElementUtils.findMergedAnnotation(method, EventListener.class);
        Stream<Class<?>> named = listener == null ? Stream.empty() : Arrays.stream(listener.classes());
        return Stream.concat(Arrays.stream(method.getParameterTypes()), named)
                .anyMatch(type -> type.getName().startsWith(getClass().getPackageName() + "."));
    }

    @Override
    public ApplicationListener<?> createApplicationListener(String beanName, Class<?> type, Method method) {
        return new IsolatedListener(beanName, type, method);
    }

    @Override
    public int getOrder() {
        return ORDER;
    }
}
