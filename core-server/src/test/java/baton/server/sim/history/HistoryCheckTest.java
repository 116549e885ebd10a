package baton.server.sim.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Histories made by hand: a good one, and for each rule one that breaks it and nothing else. */
class HistoryCheckTest {
    private static final long SESSION = 0x100000000000001L;
    private static final long TIME = 1_790_000_000_000L;
    private static final Request CREATE =
            new Request.Create(OpCode.CREATE, "/a", Bytes.utf8("1"), Acl.OPEN, CreateMode.EPHEMERAL.flags());
    private static final Txn CREATED = new Txn.Create(OpCode.CREATE, "/a", Bytes.utf8("1"), Acl.OPEN, true, 1);
    private static final Request SET = new Request.SetData("/a", Bytes.utf8("2"), -1);
    private static final Txn SET_DONE = new Txn.SetData("/a", Bytes.utf8("2"), 1);
    private static final Request READ = new Request.GetData("/a", true);

    private final History history = new History();
    private final Conversation conversation = history.converse(SESSION);
    private int xid;
    private long zxid;

    HistoryCheckTest() {
        log(0, new Txn.CreateSession(4000));
    }

    @Test
    void aGoodHistoryPasses() {
        answer(ask(CREATE), log(1, CREATED), new Response.Created("/a"));
        answer(ask(READ), 2, content("1", 2, 0));
        Operation set = ask(SET);
        long changed = log(3, SET_DONE);
        conversation.told(changed, new WatchEvent(EventType.NODE_DATA_CHANGED, "/a"));
        answer(set, changed, new Response.StatOnly(stat(changed, 1)));
        answer(ask(READ), changed, content("2", changed, 1));
        ask(Request.CloseSession.INSTANCE);
        log(5, new Txn.CloseSession(List.of("/a")));

        assertEquals(1, HistoryCheck.run(history).doneInDoubt());
    }

    @Test
    void anAcknowledgedWriteThatIsNotThereIsFound() {
        answer(ask(CREATE), 1, new Response.Created("/a"));

        broken("HC-2");
    }

    @Test
    void aWriteThatNobodyAskedForIsFound() {
        log(1, CREATED);

        broken("HC-2");
    }

    @Test
    void anAnswerThatIsNotWhatHappenedIsFound() {
        answer(ask(CREATE), log(1, CREATED), new Response.Created("/b"));

        broken("HC-2");
    }

    @Test
    void aWriteBehindOneThatWasAnsweredLaterIsFound() {
        Operation early = ask(CREATE);
        answer(ask(new Request.Sync("/")), 3, new Response.Synced("/"));
        Operation late = ask(SET);
        log(early.xid(), CREATED);
        log(late.xid(), SET_DONE);

        broken("HC-3");
    }

    @Test
    void aSessionThatGoesBackInTimeIsFound() {
        answer(ask(CREATE), log(1, CREATED), new Response.Created("/a"));
        answer(ask(Request.Ping.INSTANCE), 1, Response.Empty.INSTANCE);

        broken("HC-4");
    }

    @Test
    void aReadOfWhatWasNotThereYetIsFound() {
        answer(ask(new Request.Exists("/a", false)), 1, new Response.StatOnly(stat(2, 0)));
        ask(CREATE);
        log(2, CREATED);

        broken("HC-5");
    }

    @Test
    void aSyncThatDoesNotSeeWhatWasAnsweredIsFound() {
        answer(ask(CREATE), log(1, CREATED), new Response.Created("/a"));
        answer(ask(new Request.Sync("/")), 1, new Response.Synced("/"));

        broken("HC-6");
    }

    @Test
    void aWriteThatHappensTwiceIsFound() {
        ask(CREATE);
        log(1, CREATED);
        log(1, new Txn.Failed(ErrorCode.NODE_EXISTS));

        broken("HC-7");
    }

    @Test
    void writesOfASessionOutOfOrderAreFound() {
        ask(new Request.Delete("/none", -1));
        ask(CREATE);
        log(2, CREATED);
        log(1, new Txn.Failed(ErrorCode.NO_NODE));

        broken("HC-7");
    }

    @Test
    void anErrorForWhatHappenedIsFound() {
        refuse(ask(CREATE), log(1, CREATED), ErrorCode.NODE_EXISTS);

        broken("HC-8");
    }

    @Test
    void anEventThatComesAfterTheAnswerIsFound() {
        answer(ask(CREATE), log(1, CREATED), new Response.Created("/a"));
        answer(ask(READ), 2, content("1", 2, 0));
        answer(ask(SET), log(3, SET_DONE), new Response.StatOnly(stat(3, 1)));
        conversation.told(3, new WatchEvent(EventType.NODE_DATA_CHANGED, "/a"));

        broken("G-16");
    }

    @Test
    void anEventThatNothingCausedIsFound() {
        conversation.told(1, new WatchEvent(EventType.NODE_DELETED, "/a"));

        broken("G-16");
    }

    @Test
    void anEventThatComesTwiceIsFound() {
        answer(ask(CREATE), log(1, CREATED), new Response.Created("/a"));
        answer(ask(READ), 2, content("1", 2, 0));
        ask(SET);
        log(3, SET_DONE);
        conversation.told(3, new WatchEvent(EventType.NODE_DATA_CHANGED, "/a"));
        conversation.told(3, new WatchEvent(EventType.NODE_DATA_CHANGED, "/a"));

        broken("G-16");
    }

    @Test
    void anEphemeralThatOutlivesItsSessionIsFound() {
        ask(CREATE);
        log(1, CREATED);
        log(0, new Txn.CloseSession(List.of()));

        broken("G-18");
    }

    @Test
    void aWriteOfASessionThatHasEndedIsFound() {
        log(0, new Txn.CloseSession(List.of()));
        ask(CREATE);
        log(1, CREATED);

        broken("G-18");
    }

    @Test
    void aSessionThatBeginsTwiceIsFound() {
        log(0, new Txn.CloseSession(List.of()));
        log(0, new Txn.CreateSession(4000));

        broken("G-18");
    }

    @Test
    void aHoleInTheLogIsFound() {
        zxid++;

        broken("HC-1", () -> log(1, CREATED));
    }

    @Test
    void whatIsShownBeforeItIsDurableIsFound() {
        broken("G-12", () -> history.chronicle().seen(2));
    }

    @Test
    void whatIsLostInARestartIsFound() {
        broken("G-12", () -> history.chronicle().recovered(0));
    }

    @Test
    void whatNobodyWroteIsFoundAfterARestart() {
        broken("INV-11", () -> history.chronicle().recovered(2));
    }

    private void broken(String rule) {
        broken(rule, () -> HistoryCheck.run(history));
    }

    private static void broken(String rule, Executable judged) {
        assertEquals(rule, assertThrows(Violation.class, judged).rule());
    }

    private Operation ask(Request request) {
        Operation operation = new Operation(SESSION, ++xid, request, history.nextMoment());
        history.sent(operation);
        return operation;
    }

    private void answer(Operation operation, long at, Response response) {
        finish(operation, at, ErrorCode.OK, response);
    }

    private void refuse(Operation operation, long at, ErrorCode error) {
        finish(operation, at, error, null);
    }

    private void finish(Operation operation, long at, ErrorCode error, @Nullable Response response) {
        operation.returned(new ReplyHeader(operation.xid(), at, error), response, history.nextMoment());
        conversation.answered(operation);
    }

    private long log(int cxid, Txn txn) {
        history.chronicle().appended(TxnEntry.of(SESSION, cxid, ++zxid, TIME, txn, null));
        history.chronicle().forced(zxid);
        return zxid;
    }

    private static Response content(String value, long mzxid, int version) {
        return new Response.Content(Bytes.utf8(value), stat(mzxid, version));
    }

    private static Stat stat(long mzxid, int version) {
        return new Stat(2, mzxid, TIME, TIME, version, 0, 0, SESSION, 1, 0, 2);
    }
}
