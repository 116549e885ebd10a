package baton.spring.registry;

import baton.recipes.registry.Registration;
import baton.recipes.registry.RegistrationState;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceRegistry;
import baton.spring.LifecyclePhases;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/**
 * Announces this application as a service, once its web server listens and it accepts traffic.
 *
 * <p>While it refuses traffic it is out of service. When the context stops, it is taken out of service first, others
 * get time to notice, then it is removed, and only then does the web server stop. Safe for use by many threads.
 */
public final class ApplicationRegistration
        implements SmartLifecycle, ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {
    private static final Logger LOG = LoggerFactory.getLogger(ApplicationRegistration.class);
    /** What the store may take to confirm; a store that is down does not hold up the stop for longer. */
    private static final Duration CONFIRMATION = Duration.ofSeconds(2);

    private final ServiceRegistry<ServiceMetadata> registry;
    private final RegistrationSettings settings;
    private final Environment environment;
    private @Nullable Registration<ServiceMetadata> registration;
    private boolean running;
    private boolean accepting;

    /**
     * Announces nothing yet.
     *
     * @param environment knows the port of the web server when that listens
     */
    public ApplicationRegistration(
            ServiceRegistry<ServiceMetadata> registry, RegistrationSettings settings, Environment environment) {
        this.registry = registry;
        this.settings = settings;
        this.environment = environment;
    }

    /** What is announced; empty if nothing is. */
    public synchronized Optional<ServiceInstance<ServiceMetadata>> instance() {
        return Optional.ofNullable(registration).map(Registration::instance);
    }

    /** What has become of it; empty if nothing was announced. */
    public synchronized Optional<RegistrationState> state() {
        return Optional.ofNullable(registration).map(Registration::state);
    }

    @Override
    public synchronized void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
        accepting = event.getState() == ReadinessState.ACCEPTING_TRAFFIC;
        follow();
    }

    @Override
    public synchronized void start() {
        running = true;
        follow();
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable done) {
        Registration<ServiceMetadata> leaving;
        synchronized (this) {
            running = false;
            leaving = registration;
            registration = null;
        }
        if (leaving == null) {
            done.run();
            return;
        }
        long atMost = settings.deregisterDelay().plus(CONFIRMATION).toMillis();
        leaving.drain(settings.deregisterDelay())
                .toCompletableFuture()
                .orTimeout(atMost, TimeUnit.MILLISECONDS)
                .whenComplete((gone, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "service not unregistered in time id={}",
                                leaving.instance().id());
                        leaving.close();
                    }
                    done.run();
                });
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.REGISTRATION;
    }

    private void follow() {
        if (registration != null) {
            registration.setEnabled(accepting);
        } else if (running && accepting) {
            toBeAnnounced().ifPresent(instance -> {
                registration = registry.register(instance);
                LOG.info("service announced name={} id={}", instance.name(), instance.id());
            });
        }
    }

    private Optional<ServiceInstance<ServiceMetadata>> toBeAnnounced() {
        Optional<Integer> port = settings.port()
                .or(() -> Optional.ofNullable(environment.getProperty("local.server.port", Integer.class)));
        boolean wanted = settings.enabled().orElse(port.isPresent());
        return wanted
                ? settings.instance()
                        .map(instance -> port.map(number ->
                                        instance.toBuilder().port(number).build())
                                .orElse(instance))
                : Optional.empty();
    }
}
