package baton.server.sim.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories made by hand: a good one, and for each rule one that breaks it and nothing else. */
class HistoryCheckTest {
    private static final Request CREATE =
            new Request.Create(OpCode.CREATE, "/a", Bytes.utf8("1"), Acl.OPEN, CreateMode.EPHEMERAL.flags());
    private static final Txn CREATED = new Txn.Create(OpCode.CREATE, "/a", Bytes.utf8("1"), Acl.OPEN, true, 1);
    private static final Request SET = new Request.SetData("/a", Bytes.utf8("2"), -1);
    private static final Txn SET_DONE = new Txn.SetData("/a", Bytes.utf8("2"), 1);
    private static final Request READ = new Request.GetData("/a", true);

    private final Script script = new Script();

    @Test
    void aGoodHistoryPasses() {
        script.answer(script.ask(CREATE), script.log(1, CREATED), new Response.Created("/a"));
        script.answer(script.ask(READ), 2, content("1", 2, 0));
        script.conversation.looked(2, (path, type) -> type == WatcherType.DATA, 1);
        Operation set = script.ask(SET);
        long changed = script.log(3, SET_DONE);
        // Still on its way.
        script.conversation.looked(changed, (path, type) -> false, 0);
        script.conversation.told(changed, new WatchEvent(EventType.NODE_DATA_CHANGED, "/a"));
        script.answer(set, changed, new Response.StatOnly(stat(changed, 1)));
        script.answer(script.ask(READ), changed, content("2", changed, 1));
        script.ask(Request.CloseSession.INSTANCE);
        script.log(5, new Txn.CloseSession(List.of("/a")));

        assertEquals(
                1,
                new HistoryCheck(script.history, ModelBounds.ONLY_QUOTAS).run().doneInDoubt());
    }

    @Test
    void aQuotaThatIsOnItsWayStandsInNobodysWayThoughAnotherRefusesALaterPart() {
        script.createRaw("/zookeeper/quota/a", null);
        script.createRaw("/zookeeper/quota/a/zookeeper_limits", "count=-1,bytes=-1=;countHardLimit=1");
        script.createRaw("/zookeeper/quota/a/zookeeper_stats", null);
        script.create("/a", CreateMode.PERSISTENT);
        script.create("/b", CreateMode.PERSISTENT);
        script.createRaw("/zookeeper/quota/b", null);
        script.createRaw("/zookeeper/quota/b/zookeeper_limits", "count=-1,bytes=-1=;countHardLimit=0");
        script.createRaw("/zookeeper/quota/b/zookeeper_stats", null);
        Operation asked = script.ask(new Request.Multi(List.of(
                Script.createRequest("/b/x", CreateMode.PERSISTENT),
                Script.createRequest("/a/x", CreateMode.PERSISTENT))));
        Txn refused = new Txn.Multi(
                List.of(Script.created("/b/x", CreateMode.PERSISTENT), new Txn.Failed(ErrorCode.QUOTA_EXCEEDED)));
        script.answer(
                asked,
                script.log(asked.xid(), refused),
                new Response.Multi(List.of(
                        new MultiResult.Failed(ErrorCode.OK), new MultiResult.Failed(ErrorCode.QUOTA_EXCEEDED))));

        assertEquals(
                6,
                new HistoryCheck(script.history, ModelBounds.ONLY_QUOTAS).run().doneInDoubt());
    }

    @Test
    void ephemeralsTooManyAreRefusedWithoutATrace() {
        ModelBounds bounds = new ModelBounds(true, 2, 100, 10_000, Long.MAX_VALUE, ModelBounds.Space.NOTHING, 1);
        long one = script.create("/1", CreateMode.EPHEMERAL);
        List<Request.MultiOp> two = List.of(
                Script.createRequest("/2", CreateMode.EPHEMERAL), Script.createRequest("/3", CreateMode.EPHEMERAL));
        script.answer(
                script.ask(new Request.Multi(two)),
                one,
                new Response.Multi(List.of(
                        new MultiResult.Failed(ErrorCode.OK), new MultiResult.Failed(ErrorCode.QUOTA_EXCEEDED))));
        long other = script.create("/2", CreateMode.EPHEMERAL);
        script.refuse(script.ask(two.get(1)), other, ErrorCode.QUOTA_EXCEEDED);
        script.create("/plain", CreateMode.PERSISTENT);

        assertEquals(0, new HistoryCheck(script.history, bounds).run().doneInDoubt());
    }

    @Test
    void whatEverythingWasReplacedByIsThereAndNothingElse() {
        long kept = script.create("/kept", CreateMode.PERSISTENT);
        script.create("/later", CreateMode.PERSISTENT);
        script.replaceBy(kept);
        script.openOther();
        long now = script.history.chronicle().lastZxid();
        script.answer(readByOther("/kept"), now, Script.fresh(kept));
        script.refuse(readByOther("/later"), now, ErrorCode.NO_NODE);

        for (Era each : script.history.eras()) {
            assertEquals(
                    0, new HistoryCheck(each, ModelBounds.ONLY_QUOTAS).run().doneInDoubt());
        }
    }

    @Test
    void whatWasReplacedAndIsStillThereIsFound() {
        long kept = script.create("/kept", CreateMode.PERSISTENT);
        long later = script.create("/later", CreateMode.PERSISTENT);
        script.replaceBy(kept);
        script.openOther();
        script.answer(readByOther("/later"), script.history.chronicle().lastZxid(), Script.fresh(later));

        script.isBroken("HC-5");
    }

    @Test
    void aNodeOfASessionThatOutlivesARestoreIsFound() {
        long kept = script.create("/mine", CreateMode.EPHEMERAL);
        script.replaceBy(kept);
        script.openOther();
        Stat stat = Script.stat(kept, kept, 0, Script.SESSION);
        script.answer(
                readByOther("/mine"),
                script.history.chronicle().lastZxid(),
                new Response.Content(Bytes.utf8("1"), stat));

        script.isBroken("HC-5");
    }

    @Test
    void aRestoreThatTakesZxidsASecondTimeIsFound() {
        long kept = script.create("/kept", CreateMode.PERSISTENT);

        Script.isBroken("HC-3", () -> script.history.replaced(new Era.Moment(script.history.era(), kept), kept));
    }

    private Operation readByOther(String path) {
        return script.askOf(Script.OTHER, new Request.GetData(path, false));
    }

    @Test
    void anAcknowledgedWriteThatIsNotThereIsFound() {
        script.answer(script.ask(CREATE), 1, new Response.Created("/a"));

        script.isBroken("HC-2");
    }

    @Test
    void aWriteThatNobodyAskedForIsFound() {
        script.log(1, CREATED);

        script.isBroken("HC-2");
    }

    @Test
    void anAnswerThatIsNotWhatHappenedIsFound() {
        script.answer(script.ask(CREATE), script.log(1, CREATED), new Response.Created("/b"));

        script.isBroken("HC-2");
    }

    @Test
    void aWriteBehindOneThatWasAnsweredLaterIsFound() {
        Operation early = script.ask(CREATE);
        script.answer(script.ask(new Request.Sync("/")), 3, new Response.Synced("/"));
        Operation late = script.ask(SET);
        script.log(early.xid(), CREATED);
        script.log(late.xid(), SET_DONE);

        script.isBroken("HC-3");
    }

    @Test
    void aSessionThatGoesBackInTimeIsFound() {
        script.answer(script.ask(CREATE), script.log(1, CREATED), new Response.Created("/a"));
        script.answer(script.ask(Request.Ping.INSTANCE), 1, Response.Empty.INSTANCE);

        script.isBroken("HC-4");
    }

    @Test
    void aReadOfWhatWasNotThereYetIsFound() {
        script.answer(script.ask(new Request.Exists("/a", false)), 1, new Response.StatOnly(stat(2, 0)));
        script.ask(CREATE);
        script.log(2, CREATED);

        script.isBroken("HC-5");
    }

    @Test
    void aSyncThatDoesNotSeeWhatWasAnsweredIsFound() {
        script.answer(script.ask(CREATE), script.log(1, CREATED), new Response.Created("/a"));
        script.answer(script.ask(new Request.Sync("/")), 1, new Response.Synced("/"));

        script.isBroken("HC-6");
    }

    @Test
    void aWriteThatHappensTwiceIsFound() {
        script.ask(CREATE);
        script.log(1, CREATED);
        script.log(1, new Txn.Failed(ErrorCode.NODE_EXISTS));

        script.isBroken("HC-7");
    }

    @Test
    void writesOfASessionOutOfOrderAreFound() {
        script.ask(new Request.Delete("/none", -1));
        script.ask(CREATE);
        script.log(2, CREATED);
        script.log(1, new Txn.Failed(ErrorCode.NO_NODE));

        script.isBroken("HC-7");
    }

    @Test
    void anErrorForWhatHappenedIsFound() {
        script.refuse(script.ask(CREATE), script.log(1, CREATED), ErrorCode.NODE_EXISTS);

        script.isBroken("HC-8");
    }

    @Test
    void anEventThatComesAfterTheAnswerIsFound() {
        script.answer(script.ask(CREATE), script.log(1, CREATED), new Response.Created("/a"));
        script.answer(script.ask(READ), 2, content("1", 2, 0));
        script.answer(script.ask(SET), script.log(3, SET_DONE), new Response.StatOnly(stat(3, 1)));
        script.conversation.told(3, new WatchEvent(EventType.NODE_DATA_CHANGED, "/a"));

        script.isBroken("G-16");
    }

    @Test
    void anEventThatNothingCausedIsFound() {
        script.conversation.told(1, new WatchEvent(EventType.NODE_DELETED, "/a"));

        script.isBroken("G-16");
    }

    @Test
    void anEventThatComesTwiceIsFound() {
        script.answer(script.ask(CREATE), script.log(1, CREATED), new Response.Created("/a"));
        script.answer(script.ask(READ), 2, content("1", 2, 0));
        script.ask(SET);
        script.log(3, SET_DONE);
        script.conversation.told(3, new WatchEvent(EventType.NODE_DATA_CHANGED, "/a"));
        script.conversation.told(3, new WatchEvent(EventType.NODE_DATA_CHANGED, "/a"));

        script.isBroken("G-16");
    }

    @Test
    void anEphemeralThatOutlivesItsSessionIsFound() {
        script.ask(CREATE);
        script.log(1, CREATED);
        script.log(0, new Txn.CloseSession(List.of()));

        script.isBroken("G-18");
    }

    @Test
    void aWriteOfASessionThatHasEndedIsFound() {
        script.log(0, new Txn.CloseSession(List.of()));
        script.ask(CREATE);
        script.log(1, CREATED);

        script.isBroken("G-18");
    }

    @Test
    void aSessionThatBeginsTwiceIsFound() {
        script.log(0, new Txn.CloseSession(List.of()));
        script.log(0, new Txn.CreateSession(4000));

        script.isBroken("G-18");
    }

    @Test
    void aHoleInTheLogIsFound() {
        script.skipZxid();

        script.isBroken("HC-1", () -> script.log(1, CREATED));
    }

    @Test
    void whatIsShownBeforeItIsDurableIsFound() {
        script.isBroken("G-12", () -> script.history.chronicle().seen(2));
    }

    @Test
    void whatIsLostInARestartIsFound() {
        script.isBroken("G-12", () -> script.history.chronicle().recovered(0));
    }

    @Test
    void whatNobodyWroteIsFoundAfterARestart() {
        script.isBroken("INV-11", () -> script.history.chronicle().recovered(2));
    }

    @Test
    void aSnapshotWithTheDigestOfAnotherZxidIsFound() {
        script.logOf(Script.OTHER, 0, new Txn.CreateSession(4000), new TxnDigest(7));

        script.isBroken("INV-8", () -> script.history.chronicle().snapshotTaken(1, 2, 8));
    }

    @Test
    void aSnapshotWithTheDigestOfWhatMayBeLostIsFound() {
        script.isBroken("INV-8", () -> script.history.chronicle().snapshotTaken(1, 2, 0));
    }

    private static Response content(String value, long mzxid, int version) {
        return new Response.Content(Bytes.utf8(value), stat(mzxid, version));
    }

    private static Stat stat(long mzxid, int version) {
        return Script.stat(2, mzxid, version, Script.SESSION);
    }
}
