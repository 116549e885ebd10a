package baton.server.sim.history;

import static baton.server.sim.history.Script.createRequest;
import static baton.server.sim.history.Script.created;
import static baton.server.sim.history.Script.fresh;
import static baton.server.sim.history.Script.setRequest;

import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatcherType;
import baton.server.txn.Txn;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories in which one thing is wrong with what watchers are told, or with what they watch. */
class BadWatchesTest {
    private static final CreateMode PLAIN = CreateMode.PERSISTENT;

    private final Script script = new Script();

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
        script.hide("/a");
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
