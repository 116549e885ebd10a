package baton.spring.config;

import baton.spring.IsolatedListener;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.EventListenerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.PatternMatchUtils;

/** Makes listeners of {@link ConfigListener} methods. */
public final class ConfigListenerFactory implements EventListenerFactory, Ordered {
    /** Before the factory of other listeners of Baton's events. */
    private static final int ORDER = 90;

    private static final Object[] NOTHING = new Object[0];

    @Override
    public boolean supportsMethod(Method method) {
        return AnnotatedElementUtils.hasAnnotation(method, ConfigListener.class);
    }

    @Override
    public ApplicationListener<?> createApplicationListener(String beanName, Class<?> type, Method method) {
        ConfigListener annotation = AnnotatedElementUtils.findMergedAnnotation(method, ConfigListener.class);
        String[] keys = annotation == null ? new String[0] : annotation.keys();
        return new KeyedListener(beanName, type, method, keys);
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    /** Gives a method what it asks for, if the event has it. */
    private static final class KeyedListener extends IsolatedListener {
        private final String[] patterns;
        private final ResolvableType wanted;

        KeyedListener(String bean, Class<?> type, Method method, String[] patterns) {
            super(bean, type, method);
            this.patterns = patterns.clone();
            this.wanted = method.getParameterCount() == 0
                    ? ResolvableType.NONE
                    : ResolvableType.forMethodParameter(method, 0, type);
        }

        /** Null if the method is not to be called. */
        @Override
        protected @Nullable Object @Nullable [] resolveArguments(ApplicationEvent event) {
            if (!(event instanceof PayloadApplicationEvent<?> carrier)) {
                return null;
            }
            Object payload = carrier.getPayload();
            if (payload instanceof ConfigChangedEvent changed) {
                boolean fits = wanted == ResolvableType.NONE || wanted.isAssignableFrom(ConfigChangedEvent.class);
                return fits && isMeant(changed.keys()) ? arguments(changed) : null;
            }
            return payload instanceof ConfigChange<?> change && isMeant(change.keys()) ? argumentsOf(change) : null;
        }

        private @Nullable Object @Nullable [] argumentsOf(ConfigChange<?> change) {
            if (wanted == ResolvableType.NONE) {
                // Those of the environment were told with the import that brought them.
                return change.source().startsWith("/") ? NOTHING : null;
            }
            if (wanted.isAssignableFrom(change.getResolvableType())) {
                return arguments(change);
            }
            return wanted.isAssignableFrom(change.type()) ? arguments(change.current()) : null;
        }

        private @Nullable Object[] arguments(Object value) {
            return wanted == ResolvableType.NONE ? NOTHING : new Object[] {value};
        }

        private boolean isMeant(Set<String> keys) {
            return patterns.length == 0 || keys.stream().anyMatch(key -> PatternMatchUtils.simpleMatch(patterns, key));
        }
    }
}
