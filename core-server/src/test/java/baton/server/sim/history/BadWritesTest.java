package baton.server.sim.history;

import static baton.server.sim.history.Script.OTHER;
import static baton.server.sim.history.Script.SESSION;
import static baton.server.sim.history.Script.TIME;
import static baton.server.sim.history.Script.createRequest;
import static baton.server.sim.history.Script.created;
import static baton.server.sim.history.Script.setRequest;
import static baton.server.sim.history.Script.stat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.sim.history.Operation.Form;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories in which one thing is wrong with what was written, or with whose it was, that a server could do wrong. */
class BadWritesTest {
    private static final CreateMode PLAIN = CreateMode.PERSISTENT;

    private final Script script = new Script();

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
}
