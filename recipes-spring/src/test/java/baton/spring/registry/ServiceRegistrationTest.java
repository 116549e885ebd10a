package baton.spring.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.Payload;
import baton.recipes.registry.NoInstanceException;
import baton.recipes.registry.RegistrationState;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceProvider;
import baton.recipes.registry.ServiceRegistry;
import baton.spring.SharedStore;
import baton.spring.StartRefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

class ServiceRegistrationTest {
    private SharedStore shared;

    @BeforeEach
    void open() throws Exception {
        shared = new SharedStore();
    }

    @AfterEach
    void close() {
        shared.close();
    }

    @Test
    void announcesTheApplicationWhenItAcceptsTrafficAndNotBefore() {
        web("one")
                .withPropertyValues(
                        "baton.registry.address=10.0.0.7",
                        "baton.registry.weight=3",
                        "baton.registry.zone=a",
                        "baton.registry.tags=blue",
                        "baton.registry.metadata.build=17")
                .run(context -> {
                    ApplicationRegistration registration = context.getBean(ApplicationRegistration.class);
                    assertThat(registration.instance()).isEmpty();

                    turn(context, ReadinessState.ACCEPTING_TRAFFIC);

                    await().until(() -> registration.state().equals(Optional.of(RegistrationState.REGISTERED)));
                    assertThat(shared.store().node("/orders/services/orders/one"))
                            .isPresent();
                    ServiceInstance<ServiceMetadata> instance = seen(context).get(0);
                    assertThat(instance.address()).isEqualTo("10.0.0.7");
                    assertThat(instance.port()).hasValue(8080);
                    assertThat(instance.weight()).isEqualTo(3);
                    assertThat(instance.zone()).isEqualTo("a");
                    assertThat(instance.tags()).isEqualTo(Set.of("blue"));
                    assertThat(instance.payload()).contains(new ServiceMetadata(Map.of("build", "17")));
                });
    }

    @Test
    void isNotPickedWhileItRefusesTraffic() {
        web("one")
                .run(provider -> web("two").withBean(Front.class).run(consumer -> {
                    turn(provider, ReadinessState.ACCEPTING_TRAFFIC);
                    Front front = consumer.getBean(Front.class);
                    // The store may not have been heard of yet.
                    await().ignoreException(NoInstanceException.class).until(() -> front.orders.getInstance() != null);

                    turn(provider, ReadinessState.REFUSING_TRAFFIC);
                    await().until(() -> front.orders.getInstance() == null);
                    assertThat(shared.store().node("/orders/services/orders/one"))
                            .isPresent();

                    turn(provider, ReadinessState.ACCEPTING_TRAFFIC);
                    await().until(() -> front.orders.getInstance() != null);
                    await().until(() -> front.changes.stream()
                            .anyMatch(change -> change.toString().contains("added=[one]")));
                }));
    }

    @Test
    void leavesBeforeTheWebServerStops() {
        Web server =
                new Web(() -> shared.store().node("/orders/services/orders/one").isPresent());
        web("one").withBean(Web.class, () -> server).run(context -> {
            turn(context, ReadinessState.ACCEPTING_TRAFFIC);
            await().until(() ->
                    shared.store().node("/orders/services/orders/one").isPresent());
        });

        assertThat(server.stopped).isTrue();
        assertThat(server.announcedWhenStopped).isFalse();
    }

    @Test
    void announcesNothingWithoutAWebServerUnlessTold() {
        shared.instance("one").run(context -> {
            turn(context, ReadinessState.ACCEPTING_TRAFFIC);
            assertThat(context.getBean(ApplicationRegistration.class).instance())
                    .isEmpty();
        });
        shared.instance("one").withPropertyValues("baton.registry.enabled=true").run(context -> {
            turn(context, ReadinessState.ACCEPTING_TRAFFIC);
            await().until(() ->
                    shared.store().node("/orders/services/orders/one").isPresent());
        });
        web("one").withPropertyValues("baton.registry.enabled=false").run(context -> {
            turn(context, ReadinessState.ACCEPTING_TRAFFIC);
            assertThat(context.getBean(ApplicationRegistration.class).instance())
                    .isEmpty();
        });
    }

    @Test
    void isAnnouncedAgainUnderTheNextSession() {
        web("one").run(context -> {
            turn(context, ReadinessState.ACCEPTING_TRAFFIC);
            await().until(() ->
                    shared.store().node("/orders/services/orders/one").isPresent());
            long first = shared.store()
                    .node("/orders/services/orders/one")
                    .orElseThrow()
                    .stat()
                    .createRev();

            shared.store().faults().expire("one");

            await().until(() -> shared.store()
                    .node("/orders/services/orders/one")
                    .filter(node -> node.stat().createRev() > first)
                    .isPresent());
        });
    }

    @Test
    void readsWhatSpringCloudZookeeperWrites() {
        var codec = ServiceMetadata.codec();

        ServiceMetadata read = codec.decode(Payload.utf8("""
                {"@class":"org.springframework.cloud.zookeeper.discovery.ZookeeperInstance","id":"a","name":"orders",
                 "metadata":{"zone":"b","load":3}}"""));

        assertThat(read).isEqualTo(new ServiceMetadata(Map.of("zone", "b", "load", "3")));
        assertThat(codec.decode(codec.encode(read))).isEqualTo(read);
    }

    @Test
    void refusesAProviderOfNoService() {
        shared.instance("one")
                .withBean(Unnamed.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(StartRefusedException.class)
                        .hasMessageContaining("@ServiceClient"));
    }

    /** An instance that seems to have a web server. */
    private ApplicationContextRunner web(String name) {
        return shared.instance(name).withPropertyValues("local.server.port=8080");
    }

    private static void turn(ApplicationContext context, ReadinessState state) {
        AvailabilityChangeEvent.publish(context, state);
    }

    @SuppressWarnings("unchecked")
    private static List<ServiceInstance<ServiceMetadata>> seen(ApplicationContext context) throws Exception {
        ServiceRegistry<ServiceMetadata> registry = context.getBean(ServiceRegistry.class);
        return List.copyOf(registry.queryForInstances("orders"));
    }

    static class Front {
        final ServiceProvider<ServiceMetadata> orders;
        final List<ServiceInstancesChangedEvent> changes = new CopyOnWriteArrayList<>();

        Front(@ServiceClient("${consumed:orders}") ServiceProvider<ServiceMetadata> orders) {
            this.orders = orders;
        }

        @EventListener
        void changed(ServiceInstancesChangedEvent event) {
            changes.add(event);
        }
    }

    static class Unnamed {
        Unnamed(ServiceProvider<ServiceMetadata> provider) {}
    }

    /** In the phase of Boot's web server. */
    static final class Web implements SmartLifecycle {
        private final BooleanSupplier announced;
        private final AtomicBoolean running = new AtomicBoolean();
        volatile boolean stopped;
        volatile boolean announcedWhenStopped;

        Web(BooleanSupplier announced) {
            this.announced = announced;
        }

        @Override
        public void start() {
            running.set(true);
        }

        @Override
        public void stop() {
            running.set(false);
            stopped = true;
            announcedWhenStopped = announced.getAsBoolean();
        }

        @Override
        public boolean isRunning() {
            return running.get();
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE - 2048;
        }
    }
}
