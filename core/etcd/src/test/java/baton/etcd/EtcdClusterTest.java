package baton.etcd;

import static baton.core.testkit.Stages.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.ArmMode;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.Phase;
import baton.core.SessionOptions;
import baton.core.TriggerReason;
import baton.core.testkit.EtcdCluster;
import baton.core.testkit.EtcdServer;
import baton.core.testkit.ObservedSession;
import baton.core.testkit.Stages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three members, of which some are killed or hang. */
class EtcdClusterTest {
    private static final NodePath NODE = NodePath.of("/e");

    private EtcdCluster cluster;
    private EtcdCore core;

    @BeforeEach
    void start() {
        EtcdServer.assumeInstalled();
        cluster = EtcdCluster.start(3);
        core = EtcdCore.connect(cluster.connectString());
    }

    @AfterEach
    void stop() {
        if (core != null) {
            core.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aSessionOutlivesEveryMemberInTurn() {
        ObservedSession.Opened opened = ObservedSession.open(core, Duration.ofSeconds(10));
        CoreSession session = opened.session();
        value(session.create(CreateSpec.plain(NODE, Payload.EMPTY, Lifetime.EPHEMERAL)));
        List<TriggerReason> fired = new CopyOnWriteArrayList<>();
        value(session.readAndArm(NODE, ArmMode.ANY_CHANGE, fired::add));

        for (EtcdServer member : cluster.members()) {
            member.kill();
            awaitContact(session);
            member.startAgain();
        }

        assertThat(value(session.read(NODE)).orElseThrow().stat().ownedBy(session.id()))
                .isTrue();
        assertThat(fired).isEmpty();
        value(session.write(NODE, Payload.EMPTY, Expect.ANY));
        await().atMost(Stages.PATIENCE).untilAsserted(() -> assertThat(fired).containsExactly(TriggerReason.CHANGED));
        assertThat(opened.observer().heard()).contains("disconnected", "reconnected");
    }

    @Test
    void aMemberThatHangsIsLeftForAnother() {
        CoreSession session = ObservedSession.open(core, Duration.ofSeconds(6)).session();
        value(session.create(CreateSpec.plain(NODE, Payload.EMPTY, Lifetime.EPHEMERAL)));

        for (EtcdServer member : cluster.members()) {
            member.pause();
            // Two thirds of the timeout are enough to notice, and some for an election.
            awaitExtensions(session, 3);
            member.resume();
            member.awaitService();
        }

        assertThat(value(session.read(NODE)).orElseThrow().stat().ownedBy(session.id()))
                .isTrue();
    }

    @Test
    void withoutALeaderTheSessionIsGivenUpAndNoneOpensUntilThereIsOne() {
        ObservedSession.Opened opened = ObservedSession.open(core, Duration.ofSeconds(2));
        EtcdServer first = cluster.members().get(0);
        EtcdServer second = cluster.members().get(1);

        first.kill();
        second.kill();

        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(opened.observer().heard()).endsWith("disconnected", "ended GIVEN_UP"));
        CompletionStage<CoreSession> opening =
                core.openSession(SessionOptions.withTimeout(Duration.ofSeconds(2)), opened.observer());
        assertThat(opening.toCompletableFuture()).isNotDone();
        first.launchAgain();
        second.launchAgain();
        value(value(opening).end());
    }

    private static void awaitContact(CoreSession session) {
        await().atMost(Stages.PATIENCE).ignoreExceptions().until(() -> {
            value(session.verifyAlive());
            return session.phase() == Phase.LIVE;
        });
    }

    private static void awaitExtensions(CoreSession session, int count) {
        for (int i = 0; i < count; i++) {
            long before = session.leaseDeadlineNanos();
            await().atMost(Stages.PATIENCE).until(() -> session.leaseDeadlineNanos() - before > 0);
        }
    }
}
