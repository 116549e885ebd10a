package baton.server.sim.history;

import static baton.server.sim.history.Script.OTHER;
import static baton.server.sim.history.Script.TIME;
import static baton.server.sim.history.Script.createRequest;
import static baton.server.sim.history.Script.created;
import static baton.server.sim.history.Script.fresh;
import static baton.server.sim.history.Script.stat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.server.sim.history.Operation.Form;
import baton.server.txn.Txn;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories in which one answer to a read is wrong that a server could give. */
class BadReadsTest {
    private static final CreateMode PLAIN = CreateMode.PERSISTENT;

    private final Script script = new Script();

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
        long hidden = script.hide("/a");
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

    private static List<Acl> guarded() {
        return List.of(
                new Acl(Permission.READ, "world", "anyone"), new Acl(Permission.ALL, "digest", Caller.idOf("ann:1")));
    }
}
