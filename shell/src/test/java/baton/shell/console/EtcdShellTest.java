package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.Payload;
import baton.core.testkit.EtcdServer;
import baton.etcd.EtcdCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.membership.GroupMembership;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceRegistry;
import baton.shell.exit.ExitCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the shell can do where there are no znodes. */
class EtcdShellTest {
    private EtcdServer server;
    private EtcdCore core;
    private CoordinationClient client;
    private RecordedShell shell;

    @BeforeEach
    void start() {
        server = EtcdServer.start();
        core = EtcdCore.connect(server.connectString() + "/shop");
        client = CoordinationClient.builder(core).clientId("first").build().start();
        shell = RecordedShell.at(ShellSettings.of(server.connectString() + "/shop"));
    }

    @AfterEach
    void stop() {
        if (server == null) {
            return; // Skipped: there is no etcd here.
        }
        shell.close();
        client.close();
        core.close();
        server.close();
    }

    @Test
    void locksShowHolderAndToken() throws Exception {
        LockGrant grant = soon(new InterProcessMutex(client, "/orders/42").acquireAsync());

        assertThat(shell.outOf("locks"))
                .matches("/orders/42\n  holds      first on \\S+ pid \\d+ \\(.*\\)  since 20\\S+Z  token "
                        + grant.token().value() + "  session \\S+\n");
    }

    @Test
    void leadersShowWhoWouldBeNext() throws Exception {
        try (LeaderLatch leader = new LeaderLatch(client, "/leader", "one");
                LeaderLatch next = new LeaderLatch(client, "/leader", "two")) {
            leader.start();
            assertThat(leader.await(20, TimeUnit.SECONDS)).isTrue();
            next.start();

            await().untilAsserted(() -> assertThat(shell.outOf("leaders"))
                    .matches("/leader\n  leads      one  token \\d+\n  waits      two  token \\d+\n"));
        }
    }

    @Test
    void servicesMembersAndQueuesAreShown() throws Exception {
        ServiceRegistry<String> registry = ServiceRegistry.builder(client, "/services", Codec.utf8())
                .build()
                .start();
        soon(registry.register(ServiceInstance.<String>builder("mail")
                        .id("m1")
                        .address("10.0.0.1")
                        .port(25)
                        .build())
                .awaitRegistered());
        soon(new GroupMembership(client, "/group", "w1", Payload.utf8("hello"))
                .start()
                .join());
        try (MasterWorkerQueue<String, String> queue = MasterWorkerQueue.builder(
                        client, "/jobs", Codec.utf8(), Codec.utf8())
                .build()) {
            queue.start();
            soon(queue.submitter().submit("one"));

            assertThat(shell.outOf("services"))
                    .matches("/services/mail\n  up         m1  10.0.0.1:25  since 20\\S+Z\n");
            assertThat(shell.outOf("members /group"))
                    .matches("/group\n  member     w1  revision \\d+  session \\S+  hello\n");
            await().untilAsserted(() -> assertThat(shell.outOf("queues"))
                    .matches("/jobs\n  master     first  pending 1  assigned 0  finished 0  dead 0\n"));
        }
    }

    @Test
    void watchPrintsWhatHappensAndEndsAfterAsManyChangesAsItIsTold() throws Exception {
        CompletableFuture<ExitCode> ended = CompletableFuture.supplyAsync(() -> {
            try {
                return shell.run("watch -n 2 /orders");
            } catch (InterruptedException interrupt) {
                throw new AssertionError(interrupt);
            }
        });
        await().until(() -> shell.err().contains("following, changes from now on are shown"));

        InterProcessMutex mutex = new InterProcessMutex(client, "/orders/42");
        mutex.acquire();
        await().until(() -> shell.out().contains("created  /orders/42/"));
        mutex.release();

        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
        assertThat(shell.out().lines()).hasSize(2);
        assertThat(shell.out()).contains("deleted  /orders/42/");
    }

    @Test
    void commandsAboutZnodesSayWhyThereAreNone() throws InterruptedException {
        for (String line : new String[] {"get /orders", "ls /", "create /x", "deleteall /x", "tree", "top"}) {
            shell.given();

            assertThat(shell.run(line)).as(line).isEqualTo(ExitCode.PROBLEM);

            assertThat(shell.err())
                    .as(line)
                    .startsWith("there are no znodes in etcd: watch and what is about recipes works here");
        }
        assertThat(shell.out()).isEmpty();
    }

    @Test
    void anAddressThatIsNoneIsAMatterOfUsage() throws InterruptedException {
        assertThat(shell.run("connect etcd://127.0.0.1:port")).isEqualTo(ExitCode.USAGE);
    }

    private static <T> T soon(CompletionStage<T> answer) throws Exception {
        return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
