package baton.spring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.config.ConfigPublisher;
import baton.recipes.config.ConfigSnapshot;
import baton.recipes.config.NotReadyException;
import baton.spring.SharedStore;
import baton.spring.StartRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

class LiveConfigTest {
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
    void theLastGoodValueStaysWhenABadOneIsPublished() {
        application().run(context -> {
            Api api = context.getBean(Api.class);
            publish("per-second: 10\nburst: 20\n");
            assertThat(api.limits.awaitReady(Duration.ofSeconds(30))).isTrue();
            assertThat(api.limits.get()).isEqualTo(new Limits(10, 20));

            publish("per-second: many\nburst: 1\n");
            await().until(() -> api.rejected.size() == 1);
            assertThat(api.limits.get()).isEqualTo(new Limits(10, 20));
            assertThat(api.rejected.get(0).type()).isEqualTo(Limits.class);
            assertThat(api.rejected.get(0).reason()).contains("per-second").doesNotContain("many");

            publish("per-second: 0\nburst: 1\n");
            await().until(() -> api.rejected.size() == 2);
            assertThat(api.rejected.get(1).reason()).contains("greater than or equal to 1");

            publish("per-second: 11\nburst: 21\n");
            await().until(() -> api.changes.size() == 1);
            assertThat(api.limits.get()).isEqualTo(new Limits(11, 21));
            ConfigChange<Limits> change = api.changes.get(0);
            assertThat(change.previous()).isEqualTo(new Limits(10, 20));
            assertThat(change.current()).isEqualTo(new Limits(11, 21));
            assertThat(change.revision()).isEqualTo(api.limits.revision());
            assertThat(change)
                    .hasToString("ConfigChange[type=Limits, source=/config/limits.yaml, revision=" + change.revision()
                            + ", keys=[burst, per-second]]");
        });
    }

    @Test
    void aPublisherWritesWhatTheRecordReads() {
        application().withBean(Office.class).run(context -> {
            Office office = context.getBean(Office.class);
            office.limits.publishNow(new Limits(8, 9), "me", "first");
            office.greetings.publishNow(new Greeting("a = b: \u00fc"), "me", "first");

            Api api = context.getBean(Api.class);
            await().until(() ->
                    api.limits.awaitReady(Duration.ZERO) && api.limits.get().equals(new Limits(8, 9)));
            await().until(() -> api.greeting.get().equals(new Greeting("a = b: \u00fc")));
            assertThat(shared.store()
                            .node("/config/limits.yaml")
                            .orElseThrow()
                            .data()
                            .utf8())
                    .isEqualTo("{\"per-second\":8,\"burst\":9}");
        });
    }

    @Test
    void listenersOfOneValueHearItsChangesUntilTheyAreClosed() {
        application().run(context -> {
            Live<Limits> limits = context.getBean(Api.class).limits;
            publish("per-second: 1\nburst: 1\n");
            assertThat(limits.awaitReady(Duration.ofSeconds(30))).isTrue();
            List<Object> heard = new CopyOnWriteArrayList<>();
            limits.onChange(change -> {
                throw new IllegalStateException("on purpose");
            });
            Live.Registration registration = limits.onChange(change -> heard.add(change.keys()));

            publish("per-second: 2\nburst: 1\n");
            await().until(() -> heard.equals(List.of(Set.of("per-second"))));

            registration.close();
            publish("per-second: 3\nburst: 3\n");
            await().until(() -> context.getBean(Api.class).changes.size() == 2);
            assertThat(heard).hasSize(1);
        });
    }

    @Test
    void aRecordThatIsInjectedItselfKeepsItsValueUnlessThatIsRefused() {
        ApplicationContextRunner frozen = application().withBean(Frozen.class);
        shared.store().put(NodePath.of("/config/greeting.properties"), Payload.utf8("text=early"));

        frozen.withPropertyValues("baton.config.strict=true")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(StartRefusedException.class)
                        .hasMessageContaining("Frozen")
                        .hasMessageContaining("Live<"));
    }

    @Test
    void readersNeverSeeAMixOfTwoVersions() {
        application().run(context -> {
            Live<Limits> limits = context.getBean(Api.class).limits;
            publish("per-second: 1\nburst: 1\n");
            assertThat(limits.awaitReady(Duration.ofSeconds(30))).isTrue();
            AtomicBoolean done = new AtomicBoolean();
            Set<Limits> torn = ConcurrentHashMap.newKeySet();
            Thread reader = new Thread(() -> {
                while (!done.get()) {
                    Limits seen = limits.get();
                    if (seen.perSecond() != seen.burst()) {
                        torn.add(seen);
                    }
                }
            });
            reader.start();

            for (int version = 2; version <= 200; version++) {
                publish("per-second: " + version + "\nburst: " + (version % 7 == 0 ? "bad" : version) + "\n");
            }

            await().until(() -> limits.get().perSecond() == 200);
            done.set(true);
            reader.join();
            assertThat(torn).isEmpty();
        });
    }

    @Test
    void aRecordOfDefaultsHasAValueBeforeThereIsANode() {
        application().run(context -> {
            Live<Greeting> greeting = context.getBean(Api.class).greeting;
            assertThat(greeting.awaitReady(Duration.ofSeconds(30))).isTrue();
            assertThat(greeting.get()).isEqualTo(new Greeting("hello"));

            shared.publish("/config/greeting.properties", "text=good day");

            await().until(() -> greeting.get().equals(new Greeting("good day")));
        });
    }

    @Test
    void pathsMayHavePlaceholders() {
        application().withPropertyValues("greeting.file=salute").run(context -> {
            Live<Greeting> greeting = context.getBean(Api.class).greeting;
            shared.publish("/config/salute.properties", "text=ahoy");

            assertThat(greeting.awaitReady(Duration.ofSeconds(30))).isTrue();
            await().until(() -> greeting.get().equals(new Greeting("ahoy")));
        });
    }

    @Test
    void withoutAValueItSaysSoInsteadOfInventingOne() {
        application()
                .run(context -> assertThatThrownBy(
                                () -> context.getBean(Api.class).limits.get())
                        .isInstanceOf(NotReadyException.class)
                        .hasMessageContaining("/config/limits.yaml"));
    }

    @Test
    void keepsTheValueWhileTheStoreIsAwayAndCatchesUp() {
        application().run(context -> {
            Api api = context.getBean(Api.class);
            publish("per-second: 1\nburst: 1\n");
            assertThat(api.limits.awaitReady(Duration.ofSeconds(30))).isTrue();

            shared.store().faults().expire("one");
            assertThat(api.limits.get()).isEqualTo(new Limits(1, 1));
            publish("per-second: 2\nburst: 2\n");

            await().until(() -> api.limits.get().equals(new Limits(2, 2)));
            await().until(() -> api.changes.size() == 1);
        });
    }

    @Test
    void startsWithTheLastGoodCopyOnDiskWhileTheStoreIsAway(@TempDir Path directory) {
        ApplicationContextRunner keeping = application().withPropertyValues("baton.config.disk-snapshot=" + directory);
        keeping.run(context -> {
            publish("per-second: 3\nburst: 4\n");
            assertThat(context.getBean(Api.class).limits.awaitReady(Duration.ofSeconds(30)))
                    .isTrue();
            await().until(() -> Files.exists(directory.resolve("config%2Flimits.yaml")));
        });
        shared.store().faults().restart(Duration.ofMinutes(10));

        keeping.run(context -> {
            Live<Limits> limits = context.getBean(Api.class).limits;
            assertThat(limits.awaitReady(Duration.ofSeconds(30))).isTrue();
            assertThat(limits.get()).isEqualTo(new Limits(3, 4));
            assertThat(limits.snapshot().source()).isEqualTo(ConfigSnapshot.Source.DISK);
        });
    }

    private ApplicationContextRunner application() {
        return shared.instance("one")
                .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
                .withUserConfiguration(Application.class)
                .withBean(Api.class);
    }

    private void publish(String text) throws Exception {
        shared.publish("/config/limits.yaml", text);
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage
    static class Application {}

    static class Office {
        final ConfigPublisher<Limits> limits;
        final ConfigPublisher<Greeting> greetings;

        Office(ConfigPublisher<Limits> limits, ConfigPublisher<Greeting> greetings) {
            this.limits = limits;
            this.greetings = greetings;
        }
    }

    static class Frozen {
        Frozen(Greeting greeting) {}
    }

    static class Api {
        final Live<Limits> limits;
        final Live<Greeting> greeting;
        final List<ConfigChange<Limits>> changes = new CopyOnWriteArrayList<>();
        final List<ConfigRejectedEvent> rejected = new CopyOnWriteArrayList<>();

        Api(Live<Limits> limits, Live<Greeting> greeting) {
            this.limits = limits;
            this.greeting = greeting;
        }

        @ConfigListener
        void changed(ConfigChange<Limits> change) {
            changes.add(change);
        }

        @EventListener
        void rejected(ConfigRejectedEvent event) {
            rejected.add(event);
        }
    }
}
