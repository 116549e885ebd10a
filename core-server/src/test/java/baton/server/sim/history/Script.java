package baton.server.sim.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import baton.protocol.Xid;
import baton.protocol.Zxid;
import baton.server.sim.history.Operation.Form;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** A history that is made by hand: of one session, open since zxid 1, and of a second one if that is wanted. */
final class Script {
    static final long SESSION = 0x100000000000001L;
    static final long OTHER = 0x100000000000002L;
    static final long TIME = 1_790_000_000_000L;

    private long nanos;
    final History history = new History(() -> this.nanos, 1);
    private Caller caller = Caller.from("10.0.0.1");
    final Conversation conversation = history.converse("client", SESSION, caller);
    private int xid;
    private long zxid;

    Script() {
        log(0, new Txn.CreateSession(4000));
    }

    /** Opens the second session. */
    void openOther() {
        logOf(OTHER, 0, new Txn.CreateSession(4000), null);
    }

    /** Lets the client ask; nobody answers yet. */
    Operation ask(Request request) {
        return askOf(SESSION, request);
    }

    Operation askOf(long session, Request request) {
        return ask(session, request, Form.WHOLE);
    }

    /** Lets the client send what is no proper request. */
    Operation spoil(Request request, Form form) {
        return ask(SESSION, request, form);
    }

    private Operation ask(long session, Request request, Form form) {
        Operation operation = new Operation(session, caller, ++xid, request, form, history.nextMoment());
        history.sent(operation);
        return operation;
    }

    /** Lets the client prove who it is. */
    void prove(String userAndPassword) {
        Request.Auth auth = new Request.Auth(0, "digest", Bytes.utf8(userAndPassword));
        Operation proof = new Operation(SESSION, caller, Xid.AUTH, auth, Form.WHOLE, history.nextMoment());
        proof.returned(new ReplyHeader(Xid.AUTH, 0, ErrorCode.OK), null, history.nextMoment());
        conversation.answered(proof);
        caller = caller.proving(userAndPassword);
    }

    /** Lets time pass. */
    void pass(long millis) {
        nanos += millis * 1_000_000;
    }

    void answer(Operation operation, long at, Response response) {
        finish(operation, at, ErrorCode.OK, response);
    }

    void refuse(Operation operation, long at, ErrorCode error) {
        finish(operation, at, error, null);
    }

    private void finish(Operation operation, long at, ErrorCode error, @Nullable Response response) {
        operation.returned(new ReplyHeader(operation.xid(), at, error), response, history.nextMoment());
        if (operation.session() == SESSION) {
            conversation.answered(operation);
        }
    }

    /** Lets something happen, and returns its zxid. */
    long log(int cxid, Txn txn) {
        return logOf(SESSION, cxid, txn, null);
    }

    long logOf(long session, int cxid, Txn txn, @Nullable TxnDigest digest) {
        return logAt(TIME, session, cxid, txn, digest);
    }

    long logAt(long timeMillis, long session, int cxid, Txn txn, @Nullable TxnDigest digest) {
        history.chronicle().appended(TxnEntry.of(session, cxid, ++zxid, timeMillis, txn, digest));
        history.chronicle().forced(zxid);
        return zxid;
    }

    /** Leaves a zxid out. */
    void skipZxid() {
        zxid++;
    }

    /** Replaces everything by what was there right behind a transaction, when there was one session; that is over. */
    void replaceBy(long shown) {
        zxid = Zxid.pack(Zxid.epochOf(zxid) + 1, 1);
        history.replaced(new Era.Moment(history.era(), shown), zxid);
    }

    /** Asks for a node and gets it; returns the zxid. */
    long create(String path, CreateMode mode) {
        Operation asked = ask(createRequest(path, mode));
        long at = log(asked.xid(), created(path, mode));
        answer(asked, at, new Response.Created(path));
        return at;
    }

    /** Asks for a node with just that content, of which nobody hears; returns the zxid. */
    long createRaw(String path, @Nullable String content) {
        Bytes bytes = content == null ? null : Bytes.utf8(content);
        int flags = CreateMode.PERSISTENT.flags();
        Operation asked = ask(new Request.Create(OpCode.CREATE, path, bytes, Acl.OPEN, flags));
        return log(asked.xid(), new Txn.Create(OpCode.CREATE, path, bytes, Acl.OPEN, false, 1));
    }

    /** Asks for other content and gets it; returns the zxid. What watchers are told is up to the caller. */
    long set(String path, String value, int version) {
        Operation asked = ask(setRequest(path, value));
        return log(asked.xid(), new Txn.SetData(path, Bytes.utf8(value), version));
    }

    void told(long at, EventType type, String path) {
        conversation.told(at, new WatchEvent(type, path));
    }

    static Request.MultiOp createRequest(String path, CreateMode mode) {
        return new Request.Create(OpCode.CREATE, path, Bytes.utf8("1"), Acl.OPEN, mode.flags());
    }

    static Request.MultiOp setRequest(String path, String value) {
        return new Request.SetData(path, Bytes.utf8(value), -1);
    }

    static Txn.Sub created(String path, CreateMode mode) {
        return new Txn.Create(OpCode.CREATE, path, Bytes.utf8("1"), Acl.OPEN, mode.isEphemeral(), 1);
    }

    /** What is read of a node without children that {@link #create} has made and that was not changed since. */
    static Response.Content fresh(long czxid) {
        return new Response.Content(Bytes.utf8("1"), stat(czxid, czxid, 0, 0));
    }

    static Stat stat(long czxid, long mzxid, int version, long owner) {
        return new Stat(czxid, mzxid, TIME, TIME, version, 0, 0, owner, 1, 0, czxid);
    }

    void isBroken(String rule) {
        isBroken(rule, ModelBounds.ONLY_QUOTAS);
    }

    void isBroken(String rule, ModelBounds bounds) {
        isBroken(rule, () -> new HistoryCheck(history, bounds).run());
    }

    static void isBroken(String rule, Executable judged) {
        assertEquals(rule, assertThrows(Violation.class, judged).rule());
    }

    /** Hides a node from everybody. */
    long hide(String path) {
        List<Acl> nobody = List.of(new Acl(Permission.WRITE, "world", "anyone"));
        Operation list = ask(new Request.SetAcl(path, nobody, -1));
        return log(list.xid(), new Txn.SetAcl(path, nobody, 1));
    }
}
