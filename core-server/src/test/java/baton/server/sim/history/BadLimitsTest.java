package baton.server.sim.history;

import static baton.server.sim.history.Script.OTHER;
import static baton.server.sim.history.Script.TIME;
import static baton.server.sim.history.Script.createRequest;
import static baton.server.sim.history.Script.created;
import static baton.server.sim.history.Script.fresh;
import static baton.server.sim.history.Script.stat;

import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.server.txn.LogSpace.Level;
import baton.server.txn.Txn;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Histories in which too much was let in, or too little: of what quotas, limits and the space there is allow. */
class BadLimitsTest {
    private static final CreateMode PLAIN = CreateMode.PERSISTENT;

    private final Script script = new Script();

    @Test
    void aNodeMoreThanTheQuotaAllows() {
        script.createRaw("/zookeeper/quota/a", null);
        script.createRaw("/zookeeper/quota/a/zookeeper_limits", "count=-1,bytes=-1=;countHardLimit=1");
        script.createRaw("/zookeeper/quota/a/zookeeper_stats", null);
        script.create("/a", PLAIN);
        for (int i = 0; i < 50; i++) {
            script.set("/a", "2", i + 1);
        }
        Operation asked = script.ask(createRequest("/a/b", PLAIN));
        script.log(asked.xid(), created("/a/b", PLAIN));

        script.isBroken("HC-2");
    }

    @Test
    void aNodeMoreThanAQuotaInsideAnotherAllows() {
        script.createRaw("/zookeeper/quota/a", null);
        script.createRaw("/zookeeper/quota/a/zookeeper_limits", "count=-1,bytes=-1=;countHardLimit=90");
        script.createRaw("/zookeeper/quota/a/zookeeper_stats", null);
        script.createRaw("/zookeeper/quota/a/b", null);
        script.createRaw("/zookeeper/quota/a/b/zookeeper_limits", "count=-1,bytes=-1=;countHardLimit=1");
        script.createRaw("/zookeeper/quota/a/b/zookeeper_stats", null);
        script.create("/a", PLAIN);
        script.create("/a/b", PLAIN);
        for (int i = 0; i < 50; i++) {
            script.set("/a", "2", i + 1);
        }
        Operation asked = script.ask(createRequest("/a/b/c", PLAIN));
        script.log(asked.xid(), created("/a/b/c", PLAIN));

        script.isBroken("HC-2");
    }

    @Test
    void aRefusalForWhatBelongsToAQuotaInside() {
        script.createRaw("/zookeeper/quota/a", null);
        script.createRaw("/zookeeper/quota/a/zookeeper_limits", "count=-1,bytes=-1=;countHardLimit=3");
        script.createRaw("/zookeeper/quota/a/zookeeper_stats", null);
        script.createRaw("/zookeeper/quota/a/b", null);
        script.createRaw("/zookeeper/quota/a/b/zookeeper_limits", "count=-1,bytes=-1");
        script.createRaw("/zookeeper/quota/a/b/zookeeper_stats", null);
        script.create("/a", PLAIN);
        script.create("/a/b", PLAIN);
        script.create("/a/b/c", PLAIN);
        script.create("/a/b/d", PLAIN);
        Operation asked = script.ask(createRequest("/a/c", PLAIN));
        script.refuse(
                asked, script.log(asked.xid(), new Txn.Failed(ErrorCode.QUOTA_EXCEEDED)), ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("HC-2");
    }

    @Test
    void anAccountThatCountsWhatBelongsToAQuotaInside() {
        script.createRaw("/zookeeper/quota/a", null);
        script.createRaw("/zookeeper/quota/a/zookeeper_limits", "count=5,bytes=-1");
        long account = script.createRaw("/zookeeper/quota/a/zookeeper_stats", null);
        script.createRaw("/zookeeper/quota/a/b", null);
        script.createRaw("/zookeeper/quota/a/b/zookeeper_limits", "count=5,bytes=-1");
        script.create("/a", PLAIN);
        long at = script.create("/a/b", PLAIN);
        Stat stat = new Stat(account, account, TIME, TIME, 0, 0, 0, 0, 15, 0, account);
        script.answer(
                script.ask(new Request.GetData("/zookeeper/quota/a/zookeeper_stats", false)),
                at,
                new Response.Content(Bytes.utf8("count=2,bytes=2"), stat));

        script.isBroken("HC-5");
    }

    @Test
    void anEphemeralMoreThanASessionMayOwn() {
        script.create("/a", CreateMode.EPHEMERAL);
        script.create("/b", CreateMode.EPHEMERAL);

        script.isBroken("LIM-8", owning(1));
    }

    @Test
    void anEphemeralRefusedThoughTheSessionOwnsFewer() {
        script.create("/a", CreateMode.EPHEMERAL);
        script.refuse(script.ask(createRequest("/b", CreateMode.EPHEMERAL)), 2, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("LIM-8", owning(2));
    }

    @Test
    void anEphemeralRefusedThoughTheSessionNoLongerOwnsAnother() {
        script.create("/a", CreateMode.EPHEMERAL);
        Operation deleted = script.ask(new Request.Delete("/a", -1));
        long gone = script.log(deleted.xid(), new Txn.Delete("/a"));
        script.refuse(script.ask(createRequest("/b", CreateMode.EPHEMERAL)), gone, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("LIM-8", owning(1));
    }

    @Test
    void anEphemeralRefusedForWhatAnotherSessionOwns() {
        script.openOther();
        Operation others = script.askOf(OTHER, createRequest("/a", CreateMode.EPHEMERAL));
        long at = script.logOf(OTHER, others.xid(), created("/a", CreateMode.EPHEMERAL), null);
        script.refuse(script.ask(createRequest("/b", CreateMode.EPHEMERAL)), at, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("LIM-8", owning(1));
    }

    @Test
    void anEphemeralRefusedForWhatWasOwnedOnce() {
        script.openOther();
        long owned = script.create("/a", CreateMode.EPHEMERAL);
        Operation deleted = script.ask(new Request.Delete("/a", -1));
        long gone = script.log(deleted.xid(), new Txn.Delete("/a"));
        script.answer(script.askOf(OTHER, new Request.Sync("/")), gone, new Response.Synced("/"));
        script.refuse(script.ask(createRequest("/b", CreateMode.EPHEMERAL)), owned, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("HC-3", owning(1));
    }

    @Test
    void anEphemeralTooManyWhoseRefusalTakesAZxid() {
        script.create("/a", CreateMode.EPHEMERAL);
        Operation asked = script.ask(createRequest("/b", CreateMode.EPHEMERAL));
        script.refuse(
                asked, script.log(asked.xid(), new Txn.Failed(ErrorCode.QUOTA_EXCEEDED)), ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("LIM-8", owning(1));
    }

    @Test
    void aMultiRefusedThoughTheSessionMayOwnAllOfIt() {
        refuse(twoEphemerals(), ErrorCode.OK, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("LIM-8", owning(2));
    }

    @Test
    void aMultiRefusedForAPartBeforeTheOneTooMany() {
        refuse(twoEphemerals(), ErrorCode.QUOTA_EXCEEDED, ErrorCode.RUNTIME_INCONSISTENCY);

        script.isBroken("LIM-8", owning(1));
    }

    @Test
    void aMultiWithAnEphemeralTooManyWhoseRefusalTakesAZxid() {
        Operation asked = twoEphemerals();
        script.log(
                asked.xid(),
                new Txn.Multi(List.of(new Txn.Failed(ErrorCode.OK), new Txn.Failed(ErrorCode.QUOTA_EXCEEDED))));

        script.isBroken("LIM-8", owning(1));
    }

    @Test
    void aDeleteRefusedWithoutATraceThoughTheDiskIsNotFull() {
        script.refuse(script.ask(new Request.Delete("/a", -1)), 1, ErrorCode.NO_NODE);

        script.isBroken("HC-2");
    }

    private Operation twoEphemerals() {
        return script.ask(new Request.Multi(
                List.of(createRequest("/a", CreateMode.EPHEMERAL), createRequest("/b", CreateMode.EPHEMERAL))));
    }

    private void refuse(Operation asked, ErrorCode... errors) {
        List<MultiResult> results =
                Stream.of(errors).<MultiResult>map(MultiResult.Failed::new).toList();
        script.answer(asked, 1, new Response.Multi(results));
    }

    @Test
    void aWatchMoreThanAConnectionMaySet() {
        long at = script.create("/a", PLAIN);
        script.answer(script.ask(new Request.GetData("/a", true)), at, fresh(at));
        script.refuse(script.ask(new Request.Exists("/b", true)), at, ErrorCode.NO_NODE);

        script.isBroken("LIM-9", bounds(100, 1, 10_000));
    }

    @Test
    void aWatchRefusedThoughThereIsRoom() {
        long at = script.create("/a", PLAIN);
        script.refuse(script.ask(new Request.GetData("/a", true)), at, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("LIM-9", bounds(100, 1, 10_000));
    }

    @Test
    void aListThatIsTooLong() {
        long at = script.create("/a", PLAIN);
        script.answer(
                script.ask(new Request.GetChildren("/", false)), at, new Response.Children(List.of("a", "zookeeper")));

        script.isBroken("HC-5", bounds(100, 100, 100));
    }

    @Test
    void aDeleteRefusedForWantOfMemory() {
        script.refuse(script.ask(new Request.Delete("/a", -1)), 1, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("HC-2", bounds(100, 100, 10_000));
    }

    @Test
    void aNodeThatIsMadeThoughTheTreeIsFull() {
        script.create("/a", PLAIN);

        script.isBroken("LIM-12", boundsOfTree(100));
    }

    @Test
    void aNodeRefusedForWantOfMemoryThatIsThere() {
        script.refuse(script.ask(createRequest("/a", PLAIN)), 1, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("LIM-12", boundsOfTree(10_000));
    }

    @Test
    void aNodeRefusedForWantOfSpaceThatIsThere() {
        script.history.spaceTakenUp(Level.AMPLE, Level.AMPLE);
        script.refuse(script.ask(createRequest("/a", PLAIN)), 1, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("DP-11", boundsOfDisk());
    }

    @Test
    void aDeleteRefusedThoughSpaceIsNoMoreThanLow() {
        script.history.spaceTakenUp(Level.AMPLE, Level.LOW);
        script.refuse(script.ask(new Request.Delete("/a", -1)), 1, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("DP-11", boundsOfDisk());
    }

    @Test
    void aNodeThatIsMadeThoughSpaceIsLow() {
        script.history.spaceTakenUp(Level.LOW, Level.SPENT);
        script.create("/a", PLAIN);

        script.isBroken("DP-11", boundsOfDisk());
    }

    private static ModelBounds boundsOfDisk() {
        return new ModelBounds(true, 100, 100, 10_000, Long.MAX_VALUE, ModelBounds.Space.ANYTHING, 1);
    }

    private static ModelBounds owning(int ephemeralsMax) {
        return new ModelBounds(true, ephemeralsMax, 100, 10_000, Long.MAX_VALUE, ModelBounds.Space.NOTHING, 1);
    }

    private static ModelBounds boundsOfTree(long bytesMax) {
        return new ModelBounds(true, 100, 100, 10_000, bytesMax, ModelBounds.Space.GROWTH, 1);
    }

    private static ModelBounds bounds(int ephemeralsMax, int watchesMax, int listBytesMax) {
        return new ModelBounds(
                true, ephemeralsMax, watchesMax, listBytesMax, Long.MAX_VALUE, ModelBounds.Space.GROWTH, 1);
    }
}
