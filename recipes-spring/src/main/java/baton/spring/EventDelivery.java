package baton.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/**
 * Publishes events on the application context, and not before the application is ready.
 *
 * <p>Of what happened earlier the latest state of each subject is delivered when it becomes ready. An exception in a
 * listener of the application is logged here and changes nothing else. Safe for use by many threads; events of one
 * subject must come from one thread at a time and keep their order.
 */
public final class EventDelivery implements ApplicationListener<ApplicationReadyEvent>, Ordered {
    private static final Logger LOG = LoggerFactory.getLogger(EventDelivery.class);

    private final ConfigurableApplicationContext context;
    private final Map<String, Object> held = new LinkedHashMap<>();
    private boolean open;

    /**
     * Delivers to one context.
     *
     * @param context that gets the events
     * @param beforeReady whether to deliver from the start instead of holding back
     */
    public EventDelivery(ConfigurableApplicationContext context, boolean beforeReady) {
        this.context = context;
        this.open = beforeReady;
    }

    /** Publishes an event now, or holds it back as the subject's latest until the application is ready. */
    public void publish(String subject, Object event) {
        if (holdBack(subject, event)) {
            return;
        }
        deliver(event);
    }

    /** Publishes an event that ends what an earlier one began: if that one is still held back, nobody hears of either. */
    public void publishEnd(String subject, Object event) {
        synchronized (held) {
            if (!open) {
                held.remove(subject);
                return;
            }
        }
        deliver(event);
    }

    /** Publishes an event that is of no use later: before the application is ready nobody hears of it. */
    public void publishIfReady(Object event) {
        synchronized (held) {
            if (!open) {
                return;
            }
        }
        deliver(event);
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (ready.getApplicationContext() != context) {
            return;
        }
        // Delivered under the lock, so that nothing newer overtakes what was held back.
        synchronized (held) {
            held.values().forEach(this::deliver);
            held.clear();
            open = true;
        }
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    private boolean holdBack(String subject, Object event) {
        synchronized (held) {
            if (open) {
                return false;
            }
            held.remove(subject);
            held.put(subject, event);
            return true;
        }
    }

    private void deliver(Object event) {
        try {
            context.publishEvent(event);
        } catch (RuntimeException failure) {
            if (context.isClosed()) {
                LOG.debug("event came too late event={}", event.getClass().getSimpleName(), failure);
                return;
            }
            LOG.warn("listener failed event={}", event.getClass().getSimpleName(), failure);
        }
    }
}
