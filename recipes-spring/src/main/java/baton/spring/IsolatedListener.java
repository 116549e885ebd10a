package baton.spring;

import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ApplicationListenerMethodAdapter;

/** A listener of Baton's events: what it throws is logged under its name, and the listeners after it are called. */
public class IsolatedListener extends ApplicationListenerMethodAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(IsolatedListener.class);

    private final String name;

    public IsolatedListener(String bean, Class<?> type, Method method) {
        super(bean, type, method);
        this.name = bean + "." + method.getName();
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        try {
            super.onApplicationEvent(event);
        } catch (RuntimeException failure) {
            LOG.warn("listener failed listener={}", name, failure);
        }
    }
}
