package baton.spring.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.CoordinationCore;
import baton.core.NodePath;
import baton.recipes.CoordinationClient;
import baton.spring.SharedStore;
import baton.spring.config.ConfigChange;
import baton.spring.config.ConfigChangedEvent;
import baton.spring.config.ConfigListener;
import baton.spring.config.ConfigRejectedEvent;
import baton.spring.config.ConfigValue;
import baton.spring.config.Live;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** Whole applications that import their configuration from a store in memory. */
@ExtendWith(OutputCaptureExtension.class)
class ConfigImportTest {
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
    void readsTheTreeWhatIsMoreSpecialOverWhatIsMoreGeneral() throws Exception {
        publish("/config/application/a", "all");
        publish("/config/application/b", "all");
        publish("/config/application/c", "all");
        publish("/config/application/d/e", "nested");
        publish("/config/application,eu/b", "all eu");
        publish("/config/application,eu/c", "all eu");
        publish("/config/orders/c", "orders");
        publish("/config/orders/f", "orders");
        publish("/config/orders,eu/f", "orders eu");

        try (ConfigurableApplicationContext context = start("baton:", "--spring.profiles.active=eu")) {
            var environment = context.getEnvironment();
            assertThat(List.of("a", "b", "c", "d.e", "f"))
                    .map(environment::getProperty)
                    .containsExactly("all", "all eu", "orders", "nested", "orders eu");
            var source = environment.getPropertySources().stream()
                    .filter(each -> each.getName().contains("/config/orders,eu"))
                    .findFirst()
                    .orElseThrow();
            assertThat(OriginLookup.getOrigin(source, "f")).asString().startsWith("node /config/orders,eu/f revision ");
        }
    }

    @Test
    void followsTheStoreAndTellsOfEachChangeOnce() throws Exception {
        publish("/config/orders/pace/per-second", "1");
        try (ConfigurableApplicationContext context = start("baton:")) {
            Ear ear = context.getBean(Ear.class);
            Binder earlier = Binder.get(context.getEnvironment());
            assertThat(ear.pace.get()).isEqualTo(new Pace(1, 20));

            publish("/config/orders/pace/per-second", "2");
            await().until(() -> ear.pace.get().equals(new Pace(2, 20)));
            assertThat(earlier.bind("pace.per-second", Integer.class).get()).isEqualTo(2);
            await().until(() -> ear.news.size() == 1);

            shared.store().deleteAll(NodePath.of("/config/orders/pace"));
            await().until(() -> ear.pace.get().equals(new Pace(10, 20)));
            await().until(() -> ear.news.size() == 2);
            assertThat(ear.news).extracting(ConfigChangedEvent::keys).containsOnly(Set.of("pace.per-second"));
            await().until(() -> ear.heard.size() == 8);
            assertThat(ear.heard)
                    .containsExactlyInAnyOrder(
                            "nothing",
                            "nothing",
                            "record 2",
                            "record 10",
                            "change 1 to 2",
                            "change 2 to 10",
                            "keys",
                            "keys");
        }
    }

    @Test
    void aListenerThatThrowsIsNamedAndTheOthersHear(CapturedOutput output) throws Exception {
        publish("/config/orders/pace/per-second", "1");
        try (ConfigurableApplicationContext context = start("baton:")) {
            publish("/config/orders/pace/per-second", "2");

            await().until(() -> context.getBean(Ear.class).heard.size() == 4);
            await().until(() -> output.getOut().contains("listener failed listener="));
            assertThat(output).contains("Ear.throwing");
        }
    }

    @Test
    void aReconnectWithoutADifferenceIsNoChange() throws Exception {
        publish("/config/orders/pace/per-second", "1");
        try (ConfigurableApplicationContext context = start("baton:")) {
            Ear ear = context.getBean(Ear.class);
            CoordinationClient client = context.getBean(CoordinationClient.class);
            for (int round = 0; round < 5; round++) {
                long before = client.runtime().liveSession().orElseThrow().epoch();
                shared.store().faults().expire("orders");
                await().until(() -> client.runtime()
                        .liveSession()
                        .filter(now -> now.epoch() > before)
                        .isPresent());
            }

            publish("/config/orders/pace/burst", "7");

            await().until(() -> ear.pace.get().equals(new Pace(1, 7)));
            await().until(() -> !ear.news.isEmpty());
            assertThat(ear.news).extracting(ConfigChangedEvent::keys).containsExactly(Set.of("pace.burst"));
        }
    }

    @Test
    void theLastGoodRecordStaysWhenABadValueIsPublished() throws Exception {
        publish("/config/orders.yaml", "pace:\n  per-second: 1\n  burst: 1\n");
        try (ConfigurableApplicationContext context = start("baton:/config/orders.yaml")) {
            Ear ear = context.getBean(Ear.class);
            assertThat(ear.pace.get()).isEqualTo(new Pace(1, 1));

            publish("/config/orders.yaml", "pace:\n  per-second: many\n  burst: 2\n");
            await().until(() -> ear.rejected.size() == 1);
            assertThat(ear.rejected.get(0).reason())
                    .contains("pace.per-second", "node /config/orders.yaml")
                    .doesNotContain("many");
            assertThat(ear.pace.get()).isEqualTo(new Pace(1, 1));

            publish("/config/orders.yaml", "pace:\n  per-second: 0\n  burst: 2\n");
            await().until(() -> ear.rejected.size() == 2);
            assertThat(ear.rejected.get(1).reason()).contains("greater than or equal to 1");

            publish("/config/orders.yaml", "pace: [\n");
            await().until(() -> ear.rejected.size() == 3);
            assertThat(context.getEnvironment().getProperty("pace.burst")).isEqualTo("2");

            publish("/config/orders.yaml", "pace:\n  per-second: 3\n  burst: 3\n");
            await().until(() -> ear.pace.get().equals(new Pace(3, 3)));
        }
    }

    @Test
    void readersNeverSeeAMixOfTwoVersions() throws Exception {
        publish("/config/orders.yaml", "pace:\n  per-second: 1\n  burst: 1\n");
        try (ConfigurableApplicationContext context =
                start("baton:/config/orders.yaml", "--baton.config.debounce=0ms")) {
            Live<Pace> pace = context.getBean(Ear.class).pace;
            AtomicBoolean done = new AtomicBoolean();
            Set<Pace> torn = ConcurrentHashMap.newKeySet();
            List<Thread> readers = new ArrayList<>();
            for (int reader = 0; reader < 4; reader++) {
                Thread thread = new Thread(() -> {
                    while (!done.get()) {
                        Pace seen = pace.get();
                        if (seen.perSecond() != seen.burst()) {
                            torn.add(seen);
                        }
                    }
                });
                thread.start();
                readers.add(thread);
            }

            for (int version = 2; version <= 200; version++) {
                String burst = version % 7 == 0 ? "bad" : String.valueOf(version);
                publish("/config/orders.yaml", "pace:\n  per-second: " + version + "\n  burst: " + burst + "\n");
            }

            await().until(() -> pace.get().perSecond() == 200);
            done.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(torn).isEmpty();
        }
    }

    @Test
    void obeysTheProfilesADocumentNames() throws Exception {
        publish("/config/orders.yaml", """
                greeting: hello
                ---
                spring.config.activate.on-profile: eu
                greeting: bonjour
                ---
                spring.config.activate.on-profile: "!eu"
                greeting: howdy
                """);

        try (ConfigurableApplicationContext context =
                start("baton:/config/orders.yaml", "--spring.profiles.active=eu")) {
            assertThat(context.getEnvironment().getProperty("greeting")).isEqualTo("bonjour");
        }
        try (ConfigurableApplicationContext context = start("baton:/config/orders.yaml")) {
            assertThat(context.getEnvironment().getProperty("greeting")).isEqualTo("howdy");
        }
    }

    @Test
    void aLiveValueFollowsItsExpression() throws Exception {
        try (ConfigurableApplicationContext context = start("baton:")) {
            Ear ear = context.getBean(Ear.class);
            assertThat(ear.wait.get()).isEqualTo(Duration.ofSeconds(5));

            publish("/config/orders/wait", "250ms");

            await().until(() -> ear.wait.get().equals(Duration.ofMillis(250)));
        }
    }

    @Test
    void aRecordThatIsInjectedItselfKeepsTheValueOfThatMoment(CapturedOutput output) throws Exception {
        publish("/config/orders/pace/burst", "4");
        try (ConfigurableApplicationContext context = start("baton:", "--logging.level.baton.spring.config=info")) {
            Frozen frozen = new Frozen();
            context.getAutowireCapableBeanFactory().autowireBean(frozen);
            assertThat(frozen.pace).isEqualTo(new Pace(10, 4));
            assertThat(output).contains("injected the value of this moment into=Frozen");

            publish("/config/orders/pace/burst", "5");
            await().until(() -> context.getBean(Ear.class).pace.get().burst() == 5);
            assertThat(frozen.pace).isEqualTo(new Pace(10, 4));
        }
    }

    @Test
    void theContextTakesTheClientOver() throws Exception {
        int before = shared.store().liveSessions();
        try (ConfigurableApplicationContext context = start("baton:")) {
            assertThat(shared.store().liveSessions()).isEqualTo(before + 1);
            CoordinationClient client = context.getBean(CoordinationClient.class);
            assertThat(client.settings().namespace()).hasToString("/orders");
            assertThat(client.isConnected()).isTrue();
        }
        await().until(() -> shared.store().liveSessions() == before);
    }

    @Test
    void refusesToStartWithoutWhatIsRequired(CapturedOutput output) {
        assertThatThrownBy(() -> start("baton:/config/absent.yaml")).isInstanceOf(Exception.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START", "there is no node /config/absent.yaml", "optional:baton:");
    }

    @Test
    void saysWhereADocumentDoesNotParse(CapturedOutput output) throws Exception {
        publish("/config/bad.yaml", "a: 1\nb: [\n");

        assertThatThrownBy(() -> start("baton:/config/bad.yaml")).isInstanceOf(Exception.class);

        assertThat(output).contains("APPLICATION FAILED TO START", "line 3", "Correct the document");
    }

    @Test
    void refusesToStartWhileTheStoreIsDown(CapturedOutput output) {
        shared.store().faults().restart(Duration.ofMinutes(10));

        assertThatThrownBy(() -> start("baton:", "--baton.config.import-timeout=100ms"))
                .isInstanceOf(Exception.class);
        assertThat(output).contains("was not reached within 100 ms", "Start the store");
    }

    @Test
    void startsWithoutAnOptionalImportWhileTheStoreIsDownAndTakesItLater() throws Exception {
        publish("/config/orders/pace/per-second", "3");
        shared.store().faults().restart(Duration.ofMinutes(10));

        try (ConfigurableApplicationContext context = start("optional:baton:", "--baton.config.import-timeout=100ms")) {
            Ear ear = context.getBean(Ear.class);
            assertThat(ear.pace.get()).isEqualTo(new Pace(10, 20));

            shared.store().faults().comeBack();
            await().until(() -> ear.pace.get().equals(new Pace(3, 20)));
            await().until(() -> ear.news.size() == 1);
        }
    }

    @Test
    void startsFromTheCopyOnDiskWhileTheStoreIsDown(@TempDir Path directory) throws Exception {
        publish("/config/orders.yaml", "pace.per-second: 4\n");
        String keep = "--baton.config.disk-snapshot=" + directory;
        start("baton:/config/orders.yaml", keep).close();
        await().until(() -> Files.exists(directory.resolve("import.config%2Forders.yaml")));
        shared.store().faults().restart(Duration.ofMinutes(10));

        try (ConfigurableApplicationContext context =
                start("baton:/config/orders.yaml", keep, "--baton.config.import-timeout=100ms")) {
            assertThat(context.getBean(Ear.class).pace.get()).isEqualTo(new Pace(4, 20));
        }
    }

    @Test
    void importsNothingWhenDisabled() {
        assertThat(shared.store().node("/config/orders")).isEmpty();
        try (ConfigurableApplicationContext context = new SpringApplication(Empty.class)
                .run("--spring.config.import=baton:/config/orders", "--baton.enabled=false")) {
            assertThat(context.getBeansOfType(CoordinationClient.class)).isEmpty();
        }
    }

    private ConfigurableApplicationContext start(String location, String... arguments) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.addBootstrapRegistryInitializer(registry -> registry.register(
                CoordinationCore.class, absent -> shared.store().core("orders")));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--spring.application.name=orders");
        all.add("--spring.config.import=" + location);
        return application.run(all.toArray(String[]::new));
    }

    private void publish(String path, String text) throws Exception {
        shared.publish(path, text);
    }

    @Configuration(proxyBeanMethods = false)
    static class Empty {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Ear.class)
    static class Application {}

    static class Frozen {
        @Autowired
        Pace pace;
    }

    static class Ear {
        final Live<Pace> pace;
        final Live<Duration> wait;
        final List<ConfigChangedEvent> news = new CopyOnWriteArrayList<>();
        final List<ConfigRejectedEvent> rejected = new CopyOnWriteArrayList<>();
        final List<String> heard = new CopyOnWriteArrayList<>();

        Ear(Live<Pace> pace, @ConfigValue("${wait:5s}") Live<Duration> wait) {
            this.pace = pace;
            this.wait = wait;
        }

        @EventListener
        void changed(ConfigChangedEvent event) {
            news.add(event);
        }

        @ConfigListener
        void throwing(ConfigChangedEvent event) {
            throw new IllegalStateException("on purpose");
        }

        @EventListener
        void rejected(ConfigRejectedEvent event) {
            rejected.add(event);
        }

        @ConfigListener
        void nothing() {
            heard.add("nothing");
        }

        @ConfigListener
        void record(Pace now) {
            heard.add("record " + now.perSecond());
        }

        @ConfigListener(keys = "pace.per-*")
        void change(ConfigChange<Pace> change) {
            heard.add("change " + change.previous().perSecond() + " to "
                    + change.current().perSecond());
        }

        @ConfigListener(keys = "pace.per-second")
        void keys() {
            heard.add("keys");
        }

        @ConfigListener(keys = "other.*")
        void others() {
            heard.add("others");
        }
    }
}
