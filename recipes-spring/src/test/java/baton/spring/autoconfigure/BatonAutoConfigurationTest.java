package baton.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.CoordinationCore;
import baton.recipes.CoordinationClient;
import baton.spring.CoordinationClientCustomizer;
import baton.spring.SharedStore;
import baton.spring.leader.Elections;
import baton.spring.leader.LeaderOnly;
import baton.spring.lock.LockOperations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;

class BatonAutoConfigurationTest {
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
    void givesAClientAndWhatIsBuiltOnIt() {
        shared.instance("one").run(context -> {
            assertThat(context).hasSingleBean(CoordinationClient.class);
            assertThat(context).hasSingleBean(Elections.class);
            assertThat(context).hasSingleBean(LockOperations.class);
            CoordinationClient client = context.getBean(CoordinationClient.class);
            assertThat(client.blockUntilConnected(Duration.ofSeconds(10))).isTrue();
            assertThat(client.settings().namespace()).hasToString("/orders");
            assertThat(client.settings().clientId()).isEqualTo("one");
        });
    }

    @Test
    void bindsWhatIsWrittenDown() {
        shared.instance("one")
                .withPropertyValues(
                        "baton.namespace=/shop",
                        "baton.session-timeout=4s",
                        "baton.lease-policy=revoke-on-suspend",
                        "baton.scope-id=eu")
                .run(context -> {
                    var settings = context.getBean(CoordinationClient.class).settings();
                    assertThat(settings.namespace()).hasToString("/shop");
                    assertThat(settings.session().timeout()).isEqualTo(Duration.ofSeconds(4));
                    assertThat(settings.leasePolicy()).hasToString("REVOKE_ON_SUSPEND");
                    assertThat(settings.scopeId()).contains("eu");
                });
    }

    @Test
    void stepsBackForTheApplicationsOwnClient() {
        CoordinationCore core = shared.store().core("own");
        CoordinationClient own =
                CoordinationClient.builder(core).clientId("own").build().start();

        SharedStore.plain().withBean(CoordinationClient.class, () -> own).run(context -> {
            assertThat(context.getBean(CoordinationClient.class)).isSameAs(own);
            assertThat(context).doesNotHaveBean(CoordinationCore.class);
            assertThat(context).doesNotHaveBean(ClientLifecycle.class);
            assertThat(context).hasSingleBean(Elections.class);
        });
    }

    @Test
    void letsCustomizersHaveTheLastWord() {
        shared.instance("one")
                .withBean(CoordinationClientCustomizer.class, () -> builder -> builder.clientId("customized"))
                .run(context -> assertThat(context.getBean(CoordinationClient.class)
                                .settings()
                                .clientId())
                        .isEqualTo("customized"));
    }

    @Test
    void makesNothingWhenDisabled() {
        SharedStore.plain().withPropertyValues("baton.enabled=false").run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context).doesNotHaveBean(CoordinationClient.class);
            assertThat(context).doesNotHaveBean(Elections.class);
        });
    }

    @Test
    void refusesGuardedMethodsWhenDisabled() {
        ApplicationContextRunner disabled =
                SharedStore.plain().withBean(Guarded.class).withPropertyValues("baton.enabled=false");

        disabled.run(context -> assertThat(analysisOf(context.getStartupFailure()))
                .extracting(FailureAnalysis::getDescription, FailureAnalysis::getAction)
                .satisfiesExactly(
                        what -> assertThat(what).asString().contains("Guarded.work", "@LeaderOnly"),
                        remedy -> assertThat(remedy).asString().contains("baton.disabled-guards=run")));
        disabled.withPropertyValues("baton.disabled-guards=run")
                .run(context ->
                        assertThat(context.getBean(Guarded.class).work()).isEqualTo("done"));
    }

    @Test
    void saysWhichPropertyWasMeant() {
        shared.instance("one")
                .withPropertyValues("baton.session-timout=5s")
                .run(context -> assertThat(
                                analysisOf(context.getStartupFailure()).getDescription())
                        .contains("baton.session-timout")
                        .contains("Did you mean baton.session-timeout?"));
    }

    @Test
    void namesKeyValueAndRangeOfABadValue() {
        shared.instance("one").withPropertyValues("baton.session-timeout=10ms").run(context -> {
            FailureAnalysis analysis = analysisOf(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("baton.session-timeout is 10ms");
            assertThat(analysis.getAction()).contains("from 100ms to 86400s");
        });
    }

    @Test
    void refusesAnAddressThatDoesNotParse() {
        SharedStore.plain()
                .withPropertyValues("spring.application.name=orders", "baton.connect=host:port")
                .run(context -> assertThat(
                                analysisOf(context.getStartupFailure()).getDescription())
                        .contains("baton.connect")
                        .contains("host:port"));
    }

    @Test
    void saysWhatToAddForEtcd() {
        SharedStore.plain()
                .withClassLoader(
                        new FilteredClassLoader(new ClassPathResource("META-INF/services/baton.core.CoreProvider")))
                .withPropertyValues("spring.application.name=orders", "baton.connect=etcd://h1:2379,h2:2379")
                .run(context -> assertThat(
                                analysisOf(context.getStartupFailure()).getAction())
                        .contains("baton:baton-etcd"));
    }

    @Test
    void refusesToShareAStoreWithoutAName() {
        SharedStore.plain()
                .withPropertyValues("baton.connect=127.0.0.1:1")
                .run(context -> assertThat(
                                analysisOf(context.getStartupFailure()).getAction())
                        .contains("spring.application.name"));
    }

    @Test
    void saysWhatToAddWhenThereIsNoCore() {
        SharedStore.plain()
                .withClassLoader(new FilteredClassLoader("baton.embedded"))
                .run(context -> assertThat(
                                analysisOf(context.getStartupFailure()).getAction())
                        .contains("baton.connect=", "baton:baton-embedded"));
    }

    @Test
    void startsWhileTheStoreIsDown() {
        SharedStore.plain()
                .withPropertyValues("spring.application.name=orders", "baton.connect=127.0.0.1:1")
                .withBean(Guarded.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(CoordinationClient.class).isConnected())
                            .isFalse();
                    assertThat(context.getBean(Elections.class).isLeader("reports"))
                            .isFalse();
                });
    }

    @Test
    void stopsInTimeWhileTheStoreIsDown() {
        String[] roles = IntStream.range(0, 8)
                .mapToObj(role -> "baton.leader.roles.r" + role + ".path=leader/r" + role)
                .toArray(String[]::new);
        AtomicLong begun = new AtomicLong();
        shared.instance("one").withPropertyValues(roles).run(context -> {
            Elections elections = context.getBean(Elections.class);
            await().until(() -> elections.roles().stream().allMatch(elections::isLeader));
            shared.store().faults().restart(Duration.ofMinutes(10));
            begun.set(System.nanoTime());
        });

        // Five seconds for the latches, five for the client, whatever the number of roles; and a slow machine.
        assertThat(Duration.ofNanos(System.nanoTime() - begun.get())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void mayInsistOnAConnection() {
        SharedStore.plain()
                .withPropertyValues(
                        "spring.application.name=orders",
                        "baton.connect=127.0.0.1:1",
                        "baton.start.wait=100ms",
                        "baton.start.on-timeout=fail")
                .run(context -> assertThat(
                                analysisOf(context.getStartupFailure()).getDescription())
                        .contains("not reached within 100 ms"));
    }

    @Test
    void refusesCreatorAccessWithoutAnIdentity() {
        SharedStore.plain()
                .withPropertyValues("spring.application.name=orders", "baton.connect=127.0.0.1:1", "baton.acl=creator")
                .run(context -> assertThat(
                                analysisOf(context.getStartupFailure()).getAction())
                        .contains("baton.auth.digest.username"));
    }

    private static FailureAnalysis analysisOf(Throwable failure) {
        assertThat(failure).isNotNull();
        FailureAnalysis analysis = new StartRefusedFailureAnalyzer().analyze(failure);
        return analysis == null ? new UnknownPropertyFailureAnalyzer().analyze(failure) : analysis;
    }

    static class Guarded {
        @LeaderOnly(role = "reports", otherwise = baton.spring.guard.Otherwise.FAIL)
        public String work() {
            return "done";
        }
    }
}
