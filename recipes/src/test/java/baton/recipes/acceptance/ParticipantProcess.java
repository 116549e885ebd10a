package baton.recipes.acceptance;

import baton.core.CoordinationCore;
import baton.core.CreateSpec;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.Grant;
import baton.recipes.GrantLostException;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.membership.GroupMembership;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.TaskId;
import baton.recipes.queue.Worker;
import baton.recipes.queue.WorkerListener;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceRegistry;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes part in a recipe until it is killed, and prints what it sees.
 *
 * <p>Times are the machine's monotonic clock, which all processes share.
 */
final class ParticipantProcess {
    /** Id of its member, instance or worker. */
    static final String ID = "process";

    private ParticipantProcess() {}

    public static void main(String[] arguments) throws Exception {
        CoordinationClient client = CoordinationClient.builder(CoordinationCore.connect(arguments[0]))
                .sessionTimeout(Duration.ofMillis(Long.parseLong(arguments[1])))
                .clientId(ID)
                .build()
                .start();
        String path = arguments[3];
        switch (arguments[2]) {
            case "holder" -> hold(client, path);
            case "member" -> join(client, path);
            case "provider" -> provide(client, path);
            case "master" -> queue(client, path).build().start();
            case "worker" -> work(client, path);
            default -> throw new IllegalArgumentException("role " + arguments[2]);
        }
        new Semaphore(0).acquire();
    }

    /** A queue as every participant of it has to build it. */
    static MasterWorkerQueue.Builder<String, String> queue(CoordinationClient client, String root) {
        return MasterWorkerQueue.builder(client, root, Codec.utf8(), Codec.utf8())
                .backoff(Duration.ofMillis(50), Duration.ofMillis(200));
    }

    /** Prints {@code granted latch TOKEN}, {@code invalid latch NANOS}, and what a late write came to; the same of lock. */
    private static void hold(CoordinationClient client, String path) throws Exception {
        LeaderLatch latch = new LeaderLatch(client, path + "/latch", ID).start();
        Grant lock =
                new InterProcessMutex(client, path + "/lock").acquireAsync().get();
        Grant leadership = latch.await();
        new Thread(() -> outlive(client, "lock", lock)).start();
        outlive(client, "latch", leadership);
    }

    private static void outlive(CoordinationClient client, String what, Grant grant) {
        System.out.println("granted " + what + " " + grant.token().value());
        while (grant.isValid()) {
            LockSupport.parkNanos(1_000_000);
        }
        // A handler that does not listen: the worker interrupts it when the task is taken away.
        Thread.interrupted();
        System.out.println("invalid " + what + " " + System.nanoTime());
        System.out.println("late write of " + what + " " + writeUnder(client, grant));
    }

    private static String writeUnder(CoordinationClient client, Grant grant) {
        try {
            client.transaction()
                    .guard(grant)
                    .create(CreateSpec.plain(NodePath.of("/late"), Payload.EMPTY, Lifetime.PERSISTENT))
                    .commitNow();
            return "went through";
        } catch (GrantLostException refused) {
            return "refused";
        } catch (InterruptedException interrupted) {
            return "interrupted";
        }
    }

    /** Its tasks run until they are taken away. Prints {@code running TASK TOKEN}, then {@code stale TASK COUNT}. */
    private static void work(CoordinationClient client, String path) {
        Worker<String, String> worker = queue(client, path)
                .masterCandidate(false)
                .build()
                .worker(ID, 2, (task, context) -> {
                    System.out.println(
                            "running " + context.id() + " " + context.token().value());
                    outlive(client, "task", context.guard());
                    return "too late";
                });
        worker.addListener(new WorkerListener() {
            @Override
            public void registered() {
                System.out.println("registered");
            }

            @Override
            public void stale(TaskId id) {
                System.out.println(
                        "stale " + id + " " + worker.describe().fields().get("staleCompletions"));
            }
        });
        worker.start();
    }

    private static void join(CoordinationClient client, String path) throws Exception {
        GroupMembership group = new GroupMembership(client, path, ID, Payload.EMPTY).start();
        group.join().toCompletableFuture().get();
        System.out.println("joined");
    }

    private static void provide(CoordinationClient client, String path) throws Exception {
        ServiceRegistry<String> registry =
                ServiceRegistry.builder(client, path, Codec.utf8()).build().start();
        registry.register(ServiceInstance.<String>builder("echo").id(ID).build())
                .awaitRegistered()
                .toCompletableFuture()
                .get();
        System.out.println("registered");
    }
}
