package baton.server.sim.history;

import static baton.server.sim.history.Script.OTHER;
import static baton.server.sim.history.Script.SESSION;
import static baton.server.sim.history.Script.TIME;
import static baton.server.sim.history.Script.createRequest;
import static baton.server.sim.history.Script.created;
import static baton.server.sim.history.Script.fresh;
import static baton.server.sim.history.Script.setRequest;
import static baton.server.sim.history.Script.stat;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatcherType;
import baton.server.sim.history.Operation.Form;
import baton.server.txn.LogSpace.Level;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Histories in which one thing is wrong that a server could do wrong, beside those of {@link HistoryCheckTest}. */
class BadHistoriesTest {
    private static final CreateMode PLAIN = CreateMode.PERSISTENT;

    private final Script script = new Script();

    // What was written.

    @Test
    void aNodeThatIsCreatedTwice() {
        script.create("/a", PLAIN);
        Operation again = script.ask(createRequest("/a", PLAIN));
        script.answer(again, script.log(again.xid(), created("/a", PLAIN)), new Response.Created("/a"));

        script.isBroken("HC-2");
    }

    @Test
    void aNodeWithoutAParent() {
        Operation asked = script.ask(createRequest("/a/b", PLAIN));
        script.log(asked.xid(), created("/a/b", PLAIN));

        script.isBroken("HC-2");
    }

    @Test
    void aChildOfAnEphemeral() {
        script.create("/a", CreateMode.EPHEMERAL);
        Operation asked = script.ask(createRequest("/a/b", PLAIN));
        script.log(asked.xid(), created("/a/b", PLAIN));

        script.isBroken("HC-2");
    }

    @Test
    void aWriteThatNamesAnotherVersion() {
        script.create("/a", PLAIN);
        Operation asked = script.ask(new Request.SetData("/a", Bytes.utf8("2"), 7));
        script.log(asked.xid(), new Txn.SetData("/a", Bytes.utf8("2"), 8));

        script.isBroken("HC-2");
    }

    @Test
    void aDeletedNodeWithChildren() {
        script.create("/a", PLAIN);
        script.create("/a/b", PLAIN);
        Operation asked = script.ask(new Request.Delete("/a", -1));
        script.log(asked.xid(), new Txn.Delete("/a"));

        script.isBroken("HC-2");
    }

    @Test
    void aWriteThatTheListForbids() {
        script.create("/a", PLAIN);
        Operation list = script.ask(new Request.SetAcl("/a", Acl.READ_ONLY, -1));
        script.log(list.xid(), new Txn.SetAcl("/a", Acl.READ_ONLY, 1));
        script.set("/a", "2", 1);

        script.isBroken("HC-2");
    }

    @Test
    void aRefusalWithoutAReason() {
        script.create("/a", PLAIN);
        Operation asked = script.ask(setRequest("/a", "2"));
        script.refuse(asked, script.log(asked.xid(), new Txn.Failed(ErrorCode.BAD_VERSION)), ErrorCode.BAD_VERSION);

        script.isBroken("HC-2");
    }

    @Test
    void aRefusalForAnotherReason() {
        Operation asked = script.ask(setRequest("/a", "2"));
        script.refuse(asked, script.log(asked.xid(), new Txn.Failed(ErrorCode.BAD_VERSION)), ErrorCode.BAD_VERSION);

        script.isBroken("HC-2");
    }

    @Test
    void aSequenceNumberThatIsGivenAgain() {
        for (int i = 0; i < 2; i++) {
            Operation asked = script.ask(createRequest("/a", CreateMode.PERSISTENT_SEQUENTIAL));
            long at = script.log(asked.xid(), created("/a0000000000", PLAIN));
            script.answer(asked, at, new Response.Created("/a0000000000"));
        }

        script.isBroken("HC-2");
    }

    @Test
    void anAnswerWithTheZxidOfAnotherWrite() {
        Operation one = script.ask(createRequest("/a", PLAIN));
        script.log(one.xid(), created("/a", PLAIN));
        Operation other = script.ask(createRequest("/b", PLAIN));
        script.answer(one, script.log(other.xid(), created("/b", PLAIN)), new Response.Created("/a"));

        script.isBroken("HC-2");
    }

    @Test
    void aCreatedNodeThatIsOlderThanItself() {
        Operation asked =
                script.ask(new Request.Create(OpCode.CREATE2, "/a", Bytes.utf8("1"), Acl.OPEN, PLAIN.flags()));
        long at = script.log(asked.xid(), created("/a", PLAIN));
        script.answer(asked, at, new Response.CreatedWithStat("/a", stat(1, 1, 0, 0)));

        script.isBroken("HC-2");
    }

    @Test
    void aMultiThatAnswersForItsPartsInAnotherOrder() {
        Operation asked =
                script.ask(new Request.Multi(List.of(createRequest("/a", PLAIN), createRequest("/b", PLAIN))));
        long at = script.log(asked.xid(), new Txn.Multi(List.of(created("/a", PLAIN), created("/b", PLAIN))));
        script.answer(
                asked,
                at,
                new Response.Multi(List.of(
                        MultiResult.Done.of(OpCode.CREATE, new Response.Created("/b")),
                        MultiResult.Done.of(OpCode.CREATE, new Response.Created("/a")))));

        script.isBroken("HC-2");
    }

    @Test
    void aWriteOfASessionUnderTheNameOfAnother() {
        script.openOther();
        Operation asked = script.ask(createRequest("/a", PLAIN));
        script.logOf(OTHER, asked.xid(), created("/a", PLAIN), null);

        script.isBroken("HC-2");
    }

    @Test
    void aContainerThatVanishesThoughItWasNeverUsed() {
        Operation asked = script.ask(new Request.Create(
                OpCode.CREATE_CONTAINER, "/a", Bytes.utf8("1"), Acl.OPEN, CreateMode.CONTAINER.flags()));
        script.log(asked.xid(), new Txn.CreateContainer("/a", Bytes.utf8("1"), Acl.OPEN, 1));
        script.logOf(0, 0, new Txn.DeleteContainer("/a"), null);

        script.isBroken("HC-2");
    }

    @Test
    void aNodeThatVanishesBeforeItsTime() {
        Operation asked = script.ask(
                new Request.CreateTtl("/a", Bytes.utf8("1"), Acl.OPEN, CreateMode.PERSISTENT_WITH_TTL.flags(), 1_000));
        script.log(asked.xid(), new Txn.CreateTtl("/a", Bytes.utf8("1"), Acl.OPEN, 1, 1_000));
        script.pass(900);
        script.logAt(TIME + 1_000_000, 0, 0, new Txn.DeleteContainer("/a"), null);

        script.isBroken("CLK-2");
    }

    @Test
    void aTreeThatIsNotWhatTheLogSays() {
        Operation asked = script.ask(createRequest("/a", PLAIN));
        script.logOf(SESSION, asked.xid(), created("/a", PLAIN), new TxnDigest(4711));

        script.isBroken("INV-8");
    }

    @Test
    void aWriteThatWasRefusedForSpaceAndYetHappened() {
        Operation asked = script.ask(createRequest("/a", PLAIN));
        long at = script.log(asked.xid(), created("/a", PLAIN));
        script.refuse(asked, at, ErrorCode.QUOTA_EXCEEDED);

        script.isBroken("HC-8");
    }

    @Test
    void aWriteInDoubtThatHappenedBeforeItWasSent() {
        script.openOther();
        script.create("/a", PLAIN);
        Operation read = script.askOf(OTHER, new Request.Sync("/"));
        script.answer(read, 5, new Response.Synced("/"));
        Operation late = script.ask(createRequest("/b", PLAIN));
        script.log(late.xid(), created("/b", PLAIN));
        script.logOf(OTHER, 0, new Txn.CloseSession(List.of()), null);

        script.isBroken("HC-3");
    }

    @Test
    void aListForItsCreatorThatNobodyKnows() {
        Operation asked =
                script.ask(new Request.Create(OpCode.CREATE, "/a", Bytes.utf8("1"), Acl.CREATOR_ALL, PLAIN.flags()));
        script.log(asked.xid(), created("/a", PLAIN));

        script.isBroken("HC-2");
    }

    @Test
    void aRefusalOfSomebodyWhoHasProvedThatHeMay() {
        script.prove("ann:1");
        Operation list = script.ask(new Request.SetAcl("/", Acl.CREATOR_ALL, -1));
        List<Acl> anns = List.of(new Acl(Permission.ALL, "digest", Caller.idOf("ann:1")));
        script.log(list.xid(), new Txn.SetAcl("/", anns, 1));
        Operation asked = script.ask(createRequest("/a", PLAIN));
        script.refuse(asked, script.log(asked.xid(), new Txn.Failed(ErrorCode.NO_AUTH)), ErrorCode.NO_AUTH);

        script.isBroken("HC-2");
    }

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

    @Test
    void aWriteWhoseRequestWasCutShort() {
        Operation asked = script.spoil(createRequest("/a", PLAIN), Form.CUT_SHORT);
        script.log(asked.xid(), created("/a", PLAIN));

        script.isBroken("BI-23");
    }

    @Test
    void aWriteBehindWhatEndsItsConnection() {
        Operation asked = script.spoil(createRequest("/a", PLAIN), Form.TOO_LATE);
        script.log(asked.xid(), created("/a", PLAIN));

        script.isBroken("BI-23");
    }

    // What was read.

    @Test
    void anAnswerToARequestThatWasCutShort() {
        Operation asked = script.spoil(new Request.Exists("/", false), Form.CUT_SHORT);
        script.answer(asked, 1, new Response.StatOnly(stat(0, 0, 0, 0)));

        script.isBroken("BI-23");
    }

    @Test
    void anAnswerBehindWhatEndsItsConnection() {
        Operation asked = script.spoil(new Request.WhoAmI(), Form.TOO_LATE);
        script.answer(asked, 1, new Response.Identities(List.of()));

        script.isBroken("BI-23");
    }

    @Test
    void contentThatTheListForbids() {
        long at = script.create("/a", PLAIN);
        long hidden = hide("/a");
        Stat stat = new Stat(at, at, TIME, TIME, 0, 0, 1, 0, 1, 0, at);
        script.answer(
                script.ask(new Request.GetData("/a", false)), hidden, new Response.Content(Bytes.utf8("1"), stat));

        script.isBroken("HC-5");
    }

    @Test
    void aHashThatIsShownToSomebodyElse() {
        long at = script.create("/a", PLAIN);
        Operation list = script.ask(new Request.SetAcl("/a", guarded(), -1));
        long guarded = script.log(list.xid(), new Txn.SetAcl("/a", guarded(), 1));
        Stat stat = new Stat(at, at, TIME, TIME, 0, 0, 1, 0, 1, 0, at);
        script.answer(script.ask(new Request.GetAcl("/a")), guarded, new Response.AclList(guarded(), stat));

        script.isBroken("HC-5");
    }

    @Test
    void anIdentityThatWasNeverProved() {
        script.answer(
                script.ask(new Request.WhoAmI()),
                1,
                new Response.Identities(
                        List.of(new ClientIdentity("ip", "10.0.0.1"), new ClientIdentity("digest", "ann"))));

        script.isBroken("HC-5");
    }

    @Test
    void anAccountThatIsNotWhatThereIs() {
        script.createRaw("/zookeeper/quota/a", null);
        script.createRaw("/zookeeper/quota/a/zookeeper_limits", "count=5,bytes=-1");
        long account = script.createRaw("/zookeeper/quota/a/zookeeper_stats", null);
        long at = script.create("/a", PLAIN);
        Stat stat = new Stat(account, account, TIME, TIME, 0, 0, 0, 0, 15, 0, account);
        script.answer(
                script.ask(new Request.GetData("/zookeeper/quota/a/zookeeper_stats", false)),
                at,
                new Response.Content(Bytes.utf8("count=0,bytes=0"), stat));

        script.isBroken("HC-5");
    }

    /** Hides a node from everybody. */
    private long hide(String path) {
        List<Acl> nobody = List.of(new Acl(Permission.WRITE, "world", "anyone"));
        Operation list = script.ask(new Request.SetAcl(path, nobody, -1));
        return script.log(list.xid(), new Txn.SetAcl(path, nobody, 1));
    }

    private static List<Acl> guarded() {
        return List.of(
                new Acl(Permission.READ, "world", "anyone"), new Acl(Permission.ALL, "digest", Caller.idOf("ann:1")));
    }

    @Test
    void contentThatNobodyWrote() {
        long at = script.create("/a", PLAIN);
        script.answer(
                script.ask(new Request.GetData("/a", false)),
                at,
                new Response.Content(Bytes.utf8("3"), stat(at, at, 0, 0)));

        script.isBroken("HC-5");
    }

    @Test
    void contentOfBeforeUnderAZxidOfAfter() {
        long before = script.create("/a", PLAIN);
        long after = script.set("/a", "2", 1);
        script.answer(script.ask(new Request.GetData("/a", false)), after, fresh(before));

        script.isBroken("HC-5");
    }

    @Test
    void aNodeThatIsNotSeen() {
        long at = script.create("/a", PLAIN);
        script.refuse(script.ask(new Request.Exists("/a", false)), at, ErrorCode.NO_NODE);

        script.isBroken("HC-5");
    }

    @Test
    void aChildThatIsMissing() {
        long at = script.create("/a", PLAIN);
        script.answer(
                script.ask(new Request.GetChildren2("/a", false)),
                script.create("/a/b", PLAIN),
                new Response.ChildrenWithStat(List.of(), stat(at, at, 0, 0)));

        script.isBroken("HC-5");
    }

    @Test
    void aCountOfChangesThatIsNotTheNodes() {
        long at = script.create("/a", PLAIN);
        Stat off = new Stat(at, at, TIME, TIME, 0, 1, 0, 0, 1, 0, at);
        script.answer(script.ask(new Request.Exists("/a", false)), at, new Response.StatOnly(off));

        script.isBroken("HC-5");
    }

    @Test
    void anOwnerThatIsNotTheNodes() {
        long at = script.create("/a", CreateMode.EPHEMERAL);
        script.answer(script.ask(new Request.Exists("/a", false)), at, new Response.StatOnly(stat(at, at, 0, OTHER)));

        script.isBroken("HC-5");
    }

    @Test
    void aReadOfSeveralStates() {
        long at = script.create("/a", PLAIN);
        script.set("/a", "2", 1);
        long last = script.create("/b", PLAIN);
        Request.GetData one = new Request.GetData("/a", false);
        Request.GetData other = new Request.GetData("/b", false);
        script.answer(
                script.ask(new Request.MultiRead(List.of(one, other))),
                last,
                new Response.Multi(List.of(
                        MultiResult.Done.of(OpCode.GET_DATA, fresh(at)),
                        MultiResult.Done.of(OpCode.GET_DATA, fresh(last)))));

        script.isBroken("HC-5");
    }

    @Test
    void anEphemeralOfSomebodyElse() {
        long at = script.create("/a", PLAIN);
        script.answer(script.ask(new Request.GetEphemerals("")), at, new Response.Ephemerals(List.of("/a")));

        script.isBroken("HC-5");
    }

    @Test
    void aReadOfTheFuture() {
        long at = script.create("/a", PLAIN);
        script.answer(script.ask(new Request.GetData("/a", false)), at + 1, fresh(at));

        script.isBroken("HC-5");
    }

    @Test
    void aSessionThatIsSaidToBeGoneAndIsNot() {
        script.refuse(script.ask(new Request.GetData("/", false)), 1, ErrorCode.SESSION_EXPIRED);

        script.isBroken("HC-5");
    }

    @Test
    void aReadBehindASyncThatSeesLess() {
        script.openOther();
        Operation written = script.askOf(OTHER, createRequest("/a", PLAIN));
        long at = script.logOf(OTHER, written.xid(), created("/a", PLAIN), null);
        script.answer(written, at, new Response.Created("/a"));
        script.answer(script.ask(new Request.Sync("/")), at, new Response.Synced("/"));
        script.refuse(script.ask(new Request.Exists("/a", false)), at - 1, ErrorCode.NO_NODE);

        script.isBroken("HC-4");
    }

    // How sessions end.

    @Test
    void aSessionThatTakesTheNodeOfAnotherWithIt() {
        script.openOther();
        script.create("/a", CreateMode.EPHEMERAL);
        script.logOf(OTHER, 0, new Txn.CloseSession(List.of("/a")), null);

        script.isBroken("G-18");
    }

    @Test
    void aSessionThatNobodyOpened() {
        Operation asked = script.askOf(OTHER, createRequest("/a", PLAIN));
        script.logOf(OTHER, asked.xid(), created("/a", PLAIN), null);

        script.isBroken("G-18");
    }

    // What watchers are told.

    @Test
    void anEventThatNeverComes() {
        watched("/a");
        long changed = script.set("/a", "2", 1);
        script.answer(script.ask(Request.Ping.INSTANCE), changed, Response.Empty.INSTANCE);

        script.isBroken("G-16");
    }

    @Test
    void anEventOfWhatTheWatcherMayNotKnow() {
        watched("/a");
        hide("/a");
        script.told(script.set("/a", "2", 1), EventType.NODE_DATA_CHANGED, "/a");

        script.isBroken("G-16");
    }

    @Test
    void aWatchThatIsFoundThoughItHasFired() {
        watched("/a");
        long changed = script.set("/a", "2", 1);
        script.told(changed, EventType.NODE_DATA_CHANGED, "/a");
        script.answer(script.ask(new Request.CheckWatches("/a", WatcherType.DATA)), changed, Response.Empty.INSTANCE);

        script.isBroken("G-16");
    }

    @Test
    void aReadOfWhatWasThereBeforeAnEvent() {
        long made = watched("/a");
        script.told(script.set("/a", "2", 1), EventType.NODE_DATA_CHANGED, "/a");
        script.answer(script.ask(new Request.GetData("/a", false)), made, fresh(made));

        script.isBroken("G-5");
    }

    @Test
    void aWatchThatTheServerHasForgotten() {
        long made = watched("/a");
        script.conversation.looked(made, (path, type) -> false, 0);

        script.isBroken("INV-13");
    }

    @Test
    void aWatchThatTheServerHoldsThoughItHasFired() {
        watched("/a");
        long changed = script.set("/a", "2", 1);
        script.conversation.looked(changed, (path, type) -> type == WatcherType.DATA, 1);

        script.isBroken("INV-13");
    }

    @Test
    void aWatchOfWhatNobodyHasAskedFor() {
        long made = watched("/a");
        script.conversation.looked(made, (path, type) -> type == WatcherType.DATA, 2);

        script.isBroken("INV-13");
    }

    @Test
    void anEventOfAnotherKind() {
        watched("/a");
        script.told(script.set("/a", "2", 1), EventType.NODE_DELETED, "/a");

        script.isBroken("G-16");
    }

    @Test
    void anEventOfAnotherNode() {
        watched("/a");
        script.create("/b", PLAIN);
        script.told(script.set("/b", "2", 1), EventType.NODE_DATA_CHANGED, "/b");

        script.isBroken("G-16");
    }

    @Test
    void anEventUnderAnotherZxid() {
        watched("/a");
        script.told(script.set("/a", "2", 1) - 1, EventType.NODE_DATA_CHANGED, "/a");

        script.isBroken("G-16");
    }

    @Test
    void eventsInAnotherOrder() {
        watched("/a");
        watched("/b");
        long one = script.set("/a", "2", 1);
        long other = script.set("/b", "2", 1);
        script.told(other, EventType.NODE_DATA_CHANGED, "/b");
        script.told(one, EventType.NODE_DATA_CHANGED, "/a");

        script.isBroken("G-16");
    }

    @Test
    void anEventForAReadThatFailed() {
        script.refuse(script.ask(new Request.GetData("/a", true)), 1, ErrorCode.NO_NODE);
        Operation asked = script.ask(createRequest("/a", PLAIN));
        script.told(script.log(asked.xid(), created("/a", PLAIN)), EventType.NODE_CREATED, "/a");

        script.isBroken("G-16");
    }

    @Test
    void aChildThatItsRecursiveWatcherIsNotTold() {
        long at = script.create("/a", PLAIN);
        script.answer(
                script.ask(new Request.AddWatch("/a", AddWatchMode.PERSISTENT_RECURSIVE)), at, Response.Empty.INSTANCE);
        script.create("/a/b", PLAIN);

        script.isBroken("G-16");
    }

    @Test
    void aChangeThatAClientMissedAndIsNotTold() {
        long at = script.create("/a", PLAIN);
        long changed = script.set("/a", "2", 1);
        script.answer(script.ask(comeBack(at)), changed, Response.Empty.INSTANCE);

        script.isBroken("G-16");
    }

    @Test
    void aChangeThatAnOldClientMissedAndIsNotTold() {
        long at = script.create("/a", PLAIN);
        Operation deleted = script.ask(new Request.Delete("/a", -1));
        long gone = script.log(deleted.xid(), new Txn.Delete("/a"));
        script.answer(
                script.ask(new Request.SetWatches(at, List.of(), List.of(), List.of("/a"))),
                gone,
                Response.Empty.INSTANCE);

        script.isBroken("G-16");
    }

    @Test
    void aChangeThatAClientIsToldThoughItMissedNothing() {
        long at = script.create("/a", PLAIN);
        Operation back = script.ask(comeBack(at));
        script.told(-1, EventType.NODE_DATA_CHANGED, "/a");
        script.answer(back, at, Response.Empty.INSTANCE);

        script.isBroken("G-16");
    }

    @Test
    void partsOfAMultiThatAreToldAtTwoZxids() {
        watched("/a");
        watched("/b");
        Operation asked = script.ask(new Request.Multi(List.of(setRequest("/a", "2"), setRequest("/b", "2"))));
        long at = script.log(
                asked.xid(),
                new Txn.Multi(
                        List.of(new Txn.SetData("/a", Bytes.utf8("2"), 1), new Txn.SetData("/b", Bytes.utf8("2"), 1))));
        script.told(at, EventType.NODE_DATA_CHANGED, "/a");
        script.told(at + 1, EventType.NODE_DATA_CHANGED, "/b");

        script.isBroken("G-16");
    }

    private static Request comeBack(long seenZxid) {
        return new Request.SetWatches2(seenZxid, List.of("/a"), List.of(), List.of(), List.of(), List.of());
    }

    /** Makes a node, reads it with a watch, and returns its zxid. */
    private long watched(String path) {
        long at = script.create(path, PLAIN);
        script.answer(script.ask(new Request.GetData(path, true)), at, fresh(at));
        return at;
    }
}
