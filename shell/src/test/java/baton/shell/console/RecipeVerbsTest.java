package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.client.ZnodeCore;
import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.RevocationRequest;
import baton.recipes.barrier.DistributedBarrier;
import baton.recipes.config.ConfigFiles;
import baton.recipes.config.ConfigPublisher;
import baton.recipes.config.FilesCodec;
import baton.recipes.json.Json;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.membership.GroupMembership;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceRegistry;
import baton.recipes.survey.Survey;
import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes as the shell shows them. */
class RecipeVerbsTest {
    private ShellOnServer shell;
    private ZnodeCore core;
    private CoordinationClient first;
    private CoordinationClient second;

    @BeforeEach
    void start() throws StartFailedException {
        shell = ShellOnServer.start();
        core = ZnodeCore.connect(shell.address());
        first = CoordinationClient.builder(core).clientId("first").build().start();
        second = CoordinationClient.builder(core).clientId("second").build().start();
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
        core.close();
        shell.close();
    }

    @Test
    void locksShowHolderWaitersSinceAndToken() throws Exception {
        LockGrant grant = new InterProcessMutex(first, "/ledger").acquireAsync().get(20, TimeUnit.SECONDS);
        new InterProcessMutex(second, "/ledger").acquireAsync();

        await().untilAsserted(() -> assertThat(shell.linesOf("locks")).hasSize(3));
        List<String> lines = shell.linesOf("locks");

        assertThat(lines.get(0)).isEqualTo("/ledger");
        assertThat(lines.get(1))
                .matches("  holds      first on \\S+ pid \\d+ \\(.*\\)  since 20\\S+Z  token "
                        + grant.token().value() + "  session 0x[0-9a-f]+");
        assertThat(lines.get(2)).startsWith("  waits      second on ");
    }

    @Test
    void ticketsOfOtherLibrariesAreShownAsSuchNotAskedForAndTakenAway() throws Exception {
        String name = "0a1b2c3d4e5f60718293a4b5c6d7e8f9__lock__";
        shell.given("create /jobs", "create -e -s /jobs/" + name + " worker-1", "create -e -s /jobs/" + name);

        List<String> lines = shell.linesOf("locks");

        assertThat(lines.get(0)).isEqualTo("/jobs  (kazoo)");
        assertThat(lines.get(1)).startsWith("  holds      worker-1  since ");
        assertThat(lines.get(2)).startsWith("  waits      somebody  since ");
        assertThat(shell.run("locks revoke --yes /jobs")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err())
                .contains("/jobs/" + name + "0000000000 is a ticket of kazoo: nobody there listens to such requests");
        assertThat(shell.linesOf("locks")).hasSize(3);
        assertThat(shell.run("locks force --yes /jobs")).isEqualTo(ExitCode.OK);
        assertThat(shell.linesOf("locks")).hasSize(2);
    }

    @Test
    void leadersShowWhoWouldBeNext() throws Exception {
        try (LeaderLatch leader = new LeaderLatch(first, "/leader", "one");
                LeaderLatch next = new LeaderLatch(second, "/leader", "two")) {
            leader.start();
            assertThat(leader.await(20, TimeUnit.SECONDS)).isTrue();
            next.start();

            await().untilAsserted(
                            () -> assertThat(shell.linesOf("leaders /leader")).hasSize(3));

            assertThat(shell.outOf("leaders"))
                    .containsPattern("/leader\n  leads      one  since 20\\S+Z  token \\d+\n  waits      two  since ");
        }
    }

    @Test
    void servicesMembersAndQueuesAreShown() throws Exception {
        ServiceRegistry<String> registry = ServiceRegistry.builder(first, "/services", Codec.utf8())
                .build()
                .start();
        registry.register(ServiceInstance.<String>builder("mail")
                        .id("m1")
                        .address("10.0.0.1")
                        .port(25)
                        .sslPort(465)
                        .zone("north")
                        .build())
                .awaitRegistered()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        new GroupMembership(first, "/group", "w1", Payload.utf8("hello"))
                .start()
                .join()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        try (MasterWorkerQueue<String, String> queue = MasterWorkerQueue.builder(
                        first, "/jobs", Codec.utf8(), Codec.utf8())
                .build()) {
            queue.start();
            queue.submitter().submit("one").toCompletableFuture().get(20, TimeUnit.SECONDS);

            assertThat(shell.outOf("services"))
                    .matches("/services/mail\n  up         m1  10.0.0.1:25  tls 465  since 20\\S+Z  zone north\n");
            assertThat(shell.outOf("members /group"))
                    .matches("/group\n  member     w1  since 20\\S+Z  revision \\d+  session 0x[0-9a-f]+  hello\n");
            await().untilAsserted(() -> assertThat(shell.outOf("queues"))
                    .matches("/jobs\n  master     first  since 20\\S+Z"
                            + "  pending 1  assigned 0  finished 0  dead 0\n"));
        }
    }

    @Test
    void scriptsGetTheSameAsObjects() throws Exception {
        try (ShellOnServer json = ShellOnServer.printingJson();
                ZnodeCore other = ZnodeCore.connect(json.address());
                CoordinationClient client =
                        CoordinationClient.builder(other).clientId("c").build().start()) {
            LockGrant grant = new InterProcessMutex(client, "/l").acquireAsync().get(20, TimeUnit.SECONDS);

            Map<String, ?> sight = Json.readObject(json.outOf("locks"));

            assertThat(sight.get("recipe")).isEqualTo("lock");
            assertThat(sight.get("path")).isEqualTo("/l");
            assertThat(sight.get("tickets"))
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .singleElement(InstanceOfAssertFactories.MAP)
                    .containsEntry("role", "holds")
                    .containsEntry("token", Long.toString(grant.token().value()))
                    .containsKeys("who", "since", "session", "kind", "node");
        }
    }

    @Test
    void whatOnlyCuratorHasIsShownToo() throws InterruptedException {
        String uuid = "2f5ab7d1-0000-4000-8000-000000000001";
        shell.given(
                "create /slots",
                "create /slots/leases",
                "create -e -s /slots/leases/_c_" + uuid + "-lease- 10.0.0.1",
                "create /meeting",
                "create -e /meeting/" + uuid + " 10.0.0.2",
                "create /letters",
                "create -s /letters/queue- a",
                "create -s /letters/queue- b");

        assertThat(shell.outOf("locks"))
                .matches("/slots\n  holds      lease 10.0.0.1  since 20\\S+Z  token \\d+  session 0x\\S+\n");
        assertThat(shell.outOf("barriers")).matches("/meeting\n  waits      10.0.0.2  since 20\\S+Z  session 0x\\S+\n");
        assertThat(shell.outOf("queues")).matches("/letters\n  items      pending 2  since 20\\S+Z\n");
        assertThat(shell.run("barriers /letters/none")).isEqualTo(ExitCode.OK);
    }

    @Test
    void whereThereIsNothingThatIsSaidBesideTheResults() throws InterruptedException {
        shell.given("create /bare");

        assertThat(shell.run("queues /bare")).isEqualTo(ExitCode.OK);

        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).isEqualTo("no queues below /bare\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"locks", "leaders", "services", "members", "queues", "workers", "tasks"})
    void aPlaceThatIsNotThereIsRefused(String view) throws InterruptedException {
        assertThat(shell.run(view + " /none")).isEqualTo(ExitCode.PROBLEM);

        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).isEqualTo("Node does not exist: /none\n");
    }

    @Test
    void aLockIsAskedForOrTakenAwayAfterAYes() throws Exception {
        InterProcessMutex lock = new InterProcessMutex(first, "/ledger");
        List<RevocationRequest> asked = new CopyOnWriteArrayList<>();
        lock.makeRevocable((which, request) -> asked.add(request));
        LockGrant grant = lock.acquireAsync().get(20, TimeUnit.SECONDS);

        assertThat(shell.outOf("locks force --dry-run /ledger")).isEqualTo("would take it away from first\n");
        assertThat(shell.run("locks revoke /ledger")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.err()).isEqualTo("to ask first to let go, add --yes; nothing was changed\n");
        assertThat(grant.isValid()).isTrue();
        assertThat(shell.outOf("locks revoke --yes /ledger 'too slow'")).startsWith("Asked first to let go");
        await().untilAsserted(() -> assertThat(asked).hasSize(1));
        assertThat(asked.get(0).reason()).isEqualTo("too slow");
        assertThat(grant.isValid()).isTrue();

        assertThat(shell.outOf("locks force --yes /ledger")).startsWith("Took it away from first");
        await().untilAsserted(() -> assertThat(grant.isValid()).isFalse());
        assertThat(shell.run("locks force --yes /ledger/nobody")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("locks revoke")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.run("locks /ledger /other")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aLeadershipIsTakenAway() throws Exception {
        try (LeaderLatch leader = new LeaderLatch(first, "/leader", "one");
                LeaderLatch next = new LeaderLatch(second, "/leader", "two")) {
            leader.start();
            assertThat(leader.await(20, TimeUnit.SECONDS)).isTrue();
            next.start();
            await().untilAsserted(
                            () -> assertThat(shell.linesOf("leaders /leader")).hasSize(3));

            assertThat(shell.outOf("leaders relinquish --yes /leader")).startsWith("Asked one to let go");
            assertThat(shell.outOf("leaders relinquish --yes --force /leader")).startsWith("Took it away from one");

            assertThat(next.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(shell.run("leaders relinquish --yes /none")).isEqualTo(ExitCode.PROBLEM);
        }
    }

    @Test
    void aConfigurationHasAHistoryAndGoesBack() throws Exception {
        ConfigPublisher<String> publisher = ConfigPublisher.builder(first, "/config", Codec.utf8())
                .versioned()
                .build();
        String good = publisher.publishNow("good", "ann", "the first").name();
        publisher.publishNow("bad", "bob", "");

        assertThat(shell.linesOf("config history /config"))
                .hasSize(2)
                .last(InstanceOfAssertFactories.STRING)
                .matches(good + "  20\\S+Z  ann  the first");
        assertThat(shell.run("config rollback /config " + good)).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.outOf("config rollback --yes /config " + good))
                .matches("Published v-\\S+, with the value of " + good + "\n");

        assertThat(shell.linesOf("config history /config"))
                .hasSize(3)
                .first(InstanceOfAssertFactories.STRING)
                .contains("shell  rollback to " + good);
        assertThat(shell.run("config rollback --yes /config v-none")).isEqualTo(ExitCode.PROBLEM);
        assertThat(shell.run("config nonsense")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aConfigurationOfFilesGoesBack() throws Exception {
        ConfigPublisher<ConfigFiles> publisher =
                ConfigPublisher.files(first, "/files", FilesCodec.plain()).build();
        String good = publisher
                .publishNow(ConfigFiles.of(Map.of("a", Payload.utf8("1"), "b", Payload.utf8("2"))), "ann", "")
                .name();
        publisher.publishNow(ConfigFiles.of(Map.of("a", Payload.utf8("3"))), "bob", "");

        shell.given("config rollback --yes /files " + good);

        String now = shell.outOf("get /files/current").strip();
        assertThat(now).isNotEqualTo(good);
        assertThat(shell.outOf("ls /files/versions/" + now)).isEqualTo("[a, b]\n");
        assertThat(shell.outOf("get /files/versions/" + now + "/b")).isEqualTo("2\n");
    }

    @Test
    void ofABarrierThatNobodyMayReadTheRefusalIsTold() throws InterruptedException {
        shell.given("create /gate '' world:anyone:cdwa");

        assertThat(shell.run("barriers /gate")).isEqualTo(ExitCode.DENIED);
        assertThat(shell.err()).contains("/gate", "NO_AUTH");
    }

    @Test
    void whatMayNotBeReadIsLeftOutOfAViewAndTold() throws Exception {
        shell.given("create /aa-closed '' world:anyone:c", "create /aa-closed/below", "create /ab-closed");
        shell.given("setAcl /ab-closed world:anyone:c");
        LockGrant unused =
                new InterProcessMutex(first, "/ledger").acquireAsync().get(20, TimeUnit.SECONDS);

        assertThat(shell.run("locks /")).isEqualTo(ExitCode.DENIED);

        assertThat(shell.out()).startsWith("/ledger\n  holds ");
        assertThat(shell.err()).isEqualTo("Insufficient permission : /aa-closed (left out, and 1 more)\n");
    }

    @Test
    void whatIsBelowATicketThatMayNotBeReadIsShown() throws Exception {
        shell.given("create /app", "create /app/closed '' world:anyone:c");
        new GroupMembership(first, "/app/team", "w1", Payload.utf8("hello"))
                .start()
                .join()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);

        assertThat(shell.run("members /app")).isEqualTo(ExitCode.DENIED);

        assertThat(shell.out()).startsWith("/app/team\n  member     w1 ");
        assertThat(shell.err()).isEqualTo("Insufficient permission : /app (left out, and 1 more)\n");
    }

    @Test
    void aViewThatIsCutShortSaysSoThoughSomethingWasDeniedToo() {
        RecipeVerbs.Seen seen = new RecipeVerbs.Seen(1, new Survey.Extent(true, 1, Optional.of(NodePath.of("/a"))));

        assertThatThrownBy(() -> RecipeVerbs.note(seen, "locks", new Arguments(Map.of(), List.of("/")), shell.shell()))
                .hasMessage("Insufficient permission : /a (left out)");

        assertThat(shell.err()).isEqualTo("stopped after 100000 directories: begin further down than /\n");
    }

    @Test
    void aBarrierIsClosedOrOpen() throws Exception {
        DistributedBarrier barrier = new DistributedBarrier(first, "/gate");
        assertThat(shell.outOf("barriers /gate")).isEqualTo("/gate\n  open     \n");

        barrier.setBarrier();

        assertThat(shell.outOf("barriers /gate")).matches("/gate\n  closed     since 20\\S+Z  generation \\d+\n");
    }
}
