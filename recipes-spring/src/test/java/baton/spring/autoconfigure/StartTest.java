package baton.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.CoordinationCore;
import baton.embedded.EmbeddedCore;
import baton.recipes.CoordinationClient;
import baton.spring.leader.Elections;
import baton.spring.leader.LeaderOnly;
import baton.spring.leader.LeadershipGrantedEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** Whole applications, as {@code main} starts them. */
@ExtendWith(OutputCaptureExtension.class)
class StartTest {
    @Test
    void startsWithoutAnyConfigurationAndSaysThatItIsAlone(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBean(CoordinationCore.class)).isInstanceOf(EmbeddedCore.class);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> context.getBean(Elections.class).isLeader("start"));
        }
        assertThat(output).containsOnlyOnce("coordinates one process only");
    }

    @Test
    void saysThatItIsAloneWhenTheCoreWasNeededForItsConfigurationToo(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--spring.config.import=baton:")) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> context.getBean(Elections.class).isLeader("start"));
        }
        assertThat(output).containsOnlyOnce("coordinates one process only");
    }

    @Test
    void refusesProductionForItsConfigurationToo(CapturedOutput output) {
        assertThatThrownBy(() -> start("--spring.config.import=baton:", "--spring.profiles.active=production"))
                .isInstanceOf(Exception.class);

        assertThat(output).contains("APPLICATION FAILED TO START", "in profile production", "baton.core=embedded");
    }

    @Test
    void refusesProductionWithoutServersAndNamesBothWaysOut(CapturedOutput output) {
        assertThatThrownBy(() -> start("--spring.profiles.active=production")).isInstanceOf(Exception.class);

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START", "in profile production", "baton.connect=", "baton.core=embedded")
                .doesNotContain("StartRefusedException:");
    }

    @Test
    void startsInProductionIfTheEmbeddedCoreIsWrittenDown(CapturedOutput output) {
        try (ConfigurableApplicationContext context =
                start("--spring.profiles.active=production", "--baton.core=embedded")) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> context.getBean(CoordinationClient.class).isConnected());
        }
        assertThat(output).doesNotContain("coordinates one process only");
    }

    @Test
    void saysWhichPropertyWasMeant(CapturedOutput output) {
        assertThatThrownBy(() -> start("--baton.session-timout=5s")).isInstanceOf(Exception.class);

        assertThat(output).contains("Did you mean baton.session-timeout?");
    }

    @Test
    void twoApplicationsOfOneServerHaveOneLeader() {
        try (ConfigurableApplicationContext first = start("--spring.application.name=orders")) {
            Elections leader = first.getBean(Elections.class);
            await().atMost(Duration.ofSeconds(30)).until(() -> leader.isLeader("start"));
            String server = ((EmbeddedCore) first.getBean(CoordinationCore.class)).connectString();
            try (ConfigurableApplicationContext second =
                    start("--spring.application.name=orders", "--baton.connect=" + server)) {
                Elections follower = second.getBean(Elections.class);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> follower.latch("start").getParticipants().size() == 2);
                assertThat(follower.isLeader("start")).isFalse();

                leader.stop();

                await().atMost(Duration.ofSeconds(30)).until(() -> follower.isLeader("start"));
            }
        }
    }

    @Test
    void tellsOfLeadershipOnlyWhenTheApplicationIsReady() {
        try (ConfigurableApplicationContext context = start("--baton.start.wait=10s")) {
            Diary diary = context.getBean(Diary.class);

            await().atMost(Duration.ofSeconds(30)).until(() -> diary.entries.size() == 2);

            assertThat(diary.entries).containsExactly("ready", "leads start");
        }
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(arguments);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Diary.class, Worker.class})
    static class Application {}

    static class Worker {
        @LeaderOnly("start")
        public void work() {}
    }

    static class Diary {
        final List<String> entries = new CopyOnWriteArrayList<>();

        @EventListener
        void ready(ApplicationReadyEvent event) {
            entries.add("ready");
        }

        @EventListener
        void granted(LeadershipGrantedEvent event) {
            entries.add("leads " + event.role());
        }
    }
}
