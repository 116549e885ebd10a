package baton.server.request;

import static baton.server.request.Steps.create;
import static baton.server.request.Steps.delete;
import static baton.server.request.Steps.get;
import static baton.server.request.Steps.only;
import static baton.server.request.Steps.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReadRequestsTest {
    private final SimulatedServer server = new SimulatedServer();
    private final SimulatedConnection client = server.client();
    private final SimulatedConnection writer = server.client();

    private static Request.Create hidden(String path) {
        return create(path, only(Permission.ALL & ~Permission.READ, "world", "anyone"));
    }

    @Test
    void aReadWaitsForTheConnectionsOwnWritesOnly() {
        writer.send(create("/theirs"));
        int other = client.send(get("/theirs"));
        client.send(create("/mine"));
        int own = client.send(get("/mine"));
        assertThat(client.received()).extracting(each -> each.xid()).containsExactly(other);

        server.settle();

        assertThat(client.received().get(0).error()).isEqualTo(ErrorCode.NO_NODE.code());
        assertThat(client.received().get(2).xid()).isEqualTo(own);
        assertThat(client.received().get(2).error()).isZero();
    }

    @Test
    void aReadShowsTheLastZxidApplied() {
        client.done(create("/a"));
        writer.done(create("/b"));

        assertThat(client.call(get("/a")).zxid())
                .isEqualTo(server.state().tree().position().zxid());
    }

    @Test
    void aMultiReadWhoseAnswerWouldBeHugeIsRefused() {
        client.done(new Request.Create(OpCode.CREATE, "/large", Bytes.wrap(new byte[1_000_000]), Acl.OPEN, 0));
        Request.GetData large = new Request.GetData("/large", false);

        assertThat(client.call(new Request.MultiRead(Collections.nCopies(60, large)))
                        .error())
                .isZero();
        assertThat(client.error(new Request.MultiRead(Collections.nCopies(60_000, large))))
                .isEqualTo(ErrorCode.MARSHALLING_ERROR);
    }

    @Test
    void aListThatIsTooLongIsAnErrorAndSetsNoWatch() {
        String name = "x".repeat(50_000);
        client.done(create("/d"));
        for (int i = 0; i < 3; i++) {
            client.done(create("/d/" + name + i));
        }
        assertThat(client.call(new Request.GetChildren2("/d", false)).error()).isZero();
        client.done(create("/d/" + name));

        assertThat(client.error(new Request.GetChildren("/d", true))).isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(client.error(new Request.GetChildren2("/d", true))).isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(server.watches().count()).isZero();
        client.done(delete("/d/" + name));
        assertThat(client.call(new Request.GetChildren("/d", false)).error()).isZero();
    }

    @Test
    void aListOfEphemeralNodesThatIsTooLongIsAnError() {
        String name = "/" + "x".repeat(50_000);
        for (int i = 0; i < 4; i++) {
            client.done(new Request.Create(OpCode.CREATE, name + i, null, Acl.OPEN, CreateMode.EPHEMERAL.flags()));
        }

        assertThat(client.error(new Request.GetEphemerals("/"))).isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(client.error(new Request.GetEphemerals(name + 0))).isEqualTo(ErrorCode.OK);
        client.done(delete(name + 0));
        assertThat(client.error(new Request.GetEphemerals("/"))).isEqualTo(ErrorCode.OK);
    }

    @Test
    void aListThatIsLentIsTheSameAnswer() {
        client.done(create("/d"));
        client.done(create("/d/" + "first".repeat(5)));
        client.done(create("/d/" + "second".repeat(5)));
        List<Request> both = List.of(new Request.GetChildren2("/d", false), new Request.GetChildren("/d", false));

        for (Request each : both) {
            Response once = client.done(each);
            int before = server.reads().lent();
            for (int time = 0; time < 5; time++) {
                assertThat(client.done(each)).isEqualTo(once);
            }
            assertThat(server.reads().lent()).isGreaterThan(before);
        }
    }

    @Test
    void missingNodesAreOneErrorAndHiddenOnesAnother() {
        client.done(hidden("/h"));
        for (String path : List.of("/none", "/h")) {
            ErrorCode expected = path.equals("/h") ? ErrorCode.NO_AUTH : ErrorCode.NO_NODE;
            assertThat(client.error(get(path))).isEqualTo(expected);
            assertThat(client.error(new Request.Exists(path, false))).isEqualTo(expected);
            assertThat(client.error(new Request.GetChildren(path, false))).isEqualTo(expected);
            assertThat(client.error(new Request.GetChildren2(path, false))).isEqualTo(expected);
            assertThat(client.error(new Request.GetAllChildrenNumber(path))).isEqualTo(expected);
        }
        assertThat(client.error(new Request.Exists("/a\0", true))).isEqualTo(ErrorCode.BAD_ARGUMENTS);
    }

    @Test
    void aWatchIsSetOnSuccessAndByExistsAlsoOnNothing() {
        client.done(hidden("/h"));
        client.error(new Request.GetData("/none", true));
        client.error(new Request.GetChildren("/none", true));
        client.error(new Request.Exists("/h", true));
        assertThat(server.watches().count()).isZero();

        client.error(new Request.Exists("/none", true));
        assertThat(server.watches().count()).isEqualTo(1);
    }

    @Test
    void childrenAreNamesAndDescendantsANumber() {
        for (String path : List.of("/a", "/a/b", "/a/c", "/a/b/d")) {
            client.done(create(path));
        }

        assertThat(client.done(new Request.GetChildren("/a", false)))
                .isEqualTo(new Response.Children(List.of("b", "c")));
        assertThat(client.done(new Request.GetChildren2("/a", false)))
                .isEqualTo(new Response.ChildrenWithStat(
                        List.of("b", "c"),
                        server.state().tree().find("/a").state().stat()));
        assertThat(client.done(new Request.GetAllChildrenNumber("/a"))).isEqualTo(new Response.DescendantCount(3));
        assertThat(client.done(new Request.GetAllChildrenNumber("/"))).isEqualTo(new Response.DescendantCount(7));
    }

    @Test
    void aListIsShownToWhoMayReadOrAdministerIt() {
        SimulatedConnection owner = server.client().as("u:p");
        owner.done(create("/admin", only(Permission.ADMIN, "auth", "")));
        owner.done(create(
                "/read", List.of(new Acl(Permission.ADMIN, "auth", ""), new Acl(Permission.READ, "world", "anyone"))));

        assertThat(owner.error(new Request.GetAcl("/admin"))).isEqualTo(ErrorCode.OK);
        assertThat(client.error(new Request.GetAcl("/admin"))).isEqualTo(ErrorCode.NO_AUTH);
        assertThat(((Response.AclList) client.done(new Request.GetAcl("/read")))
                        .acl()
                        .get(0)
                        .id())
                .isEqualTo("u:x");
    }

    @Test
    void aPathIsFoundHoweverTheWireSpellsItsLetters() {
        String present = "/\u00e9\u4e16";
        String absent = "/\uD83D\uDE00";
        client.done(create(present));

        assertThat(client.error(new Request.Exists(present, true))).isEqualTo(ErrorCode.OK);
        assertThat(client.error(new Request.Exists(absent, true))).isEqualTo(ErrorCode.NO_NODE);
        for (String watched : List.of(present, absent)) {
            assertThat(client.error(new Request.CheckWatches(watched, WatcherType.DATA)))
                    .isEqualTo(ErrorCode.OK);
        }
    }

    @Test
    void theEmptyPathIsTheRootAndLongOnesAreJustNotThere() {
        client.done(create("/" + "n".repeat(5_000)));

        assertThat(client.error(new Request.GetData("", true))).isEqualTo(ErrorCode.OK);
        assertThat(client.error(get("/" + "n".repeat(5_000)))).isEqualTo(ErrorCode.OK);
        assertThat(client.error(get("/" + "n".repeat(5_001)))).isEqualTo(ErrorCode.NO_NODE);
    }

    @Test
    void ephemeralsAreThoseOfTheSessionByTextualPrefix() {
        for (String path : List.of("/a", "/ab", "/b")) {
            client.done(create(path, CreateMode.EPHEMERAL));
        }
        writer.done(create("/a2", CreateMode.EPHEMERAL));

        assertThat(client.done(new Request.GetEphemerals("/a")))
                .isEqualTo(new Response.Ephemerals(List.of("/a", "/ab")));
        for (String all : new String[] {null, "", " ", "/", " / "}) {
            assertThat(client.done(new Request.GetEphemerals(all)))
                    .isEqualTo(new Response.Ephemerals(List.of("/a", "/ab", "/b")));
        }
    }

    @Test
    void aMultiReadMixesResultsAndErrorsAndWatchesNothing() {
        client.done(create("/a"));

        Response.Multi answer = (Response.Multi) client.done(new Request.MultiRead(List.of(
                new Request.GetData("/a", true),
                new Request.GetChildren("/", true),
                new Request.GetData("/none", true))));

        assertThat(answer.results().get(0)).isInstanceOf(MultiResult.Done.class);
        assertThat(answer.results().get(1))
                .isEqualTo(new MultiResult.Done(OpCode.GET_CHILDREN, new Response.Children(List.of("a", "zookeeper"))));
        assertThat(answer.results().get(2)).isEqualTo(new MultiResult.Failed(ErrorCode.NO_NODE));
        assertThat(server.watches().count()).isZero();
    }

    @Test
    void whoAmIShowsNoSecrets() {
        client.as("u:p");

        assertThat(client.done(Request.WhoAmI.INSTANCE))
                .isEqualTo(new Response.Identities(List.of(new ClientIdentity("digest", "u"))));
    }

    @Nested
    class Watches {
        @Test
        void anyPathCanBeWatched() {
            assertThat(client.done(new Request.AddWatch("not a path", AddWatchMode.PERSISTENT)))
                    .isEqualTo(Response.WatchAdded.INSTANCE);
        }

        @Test
        void checkingAndRemovingSayWhetherThereWasOne() {
            client.error(new Request.Exists("/none", true));

            assertThat(client.error(new Request.CheckWatches("/none", WatcherType.DATA)))
                    .isEqualTo(ErrorCode.OK);
            assertThat(client.error(new Request.CheckWatches("/none", WatcherType.CHILDREN)))
                    .isEqualTo(ErrorCode.NO_WATCHER);
            assertThat(writer.error(new Request.RemoveWatches("/none", WatcherType.ANY)))
                    .isEqualTo(ErrorCode.NO_WATCHER);
            assertThat(client.error(new Request.RemoveWatches("/none", WatcherType.ANY)))
                    .isEqualTo(ErrorCode.OK);
            assertThat(client.error(new Request.RemoveWatches("/none", WatcherType.ANY)))
                    .isEqualTo(ErrorCode.NO_WATCHER);
        }

        @Test
        void aClientThatComesBackIsToldWhatItMissed() {
            for (String path : List.of("/same", "/set", "/parent", "/quiet")) {
                writer.done(create(path));
            }
            long seen = server.state().tree().position().zxid();
            writer.done(set("/set", "x"));
            writer.done(create("/parent/child"));
            writer.done(create("/appeared"));

            client.done(new Request.SetWatches(
                    seen,
                    List.of("/same", "/set", "/gone"),
                    List.of("/appeared", "/absent"),
                    List.of("/quiet", "/parent", "/gone")));

            assertThat(client.received())
                    .filteredOn(each -> each.event() != null)
                    .extracting(each -> each.zxid())
                    .containsOnly(-1L);
            assertThat(client.takeEvents())
                    .containsExactly(
                            new WatchEvent(EventType.NODE_DATA_CHANGED, "/set"),
                            new WatchEvent(EventType.NODE_DELETED, "/gone"),
                            new WatchEvent(EventType.NODE_CREATED, "/appeared"),
                            new WatchEvent(EventType.NODE_CHILDREN_CHANGED, "/parent"),
                            new WatchEvent(EventType.NODE_DELETED, "/gone"));
            writer.done(set("/same", "x"));
            writer.done(create("/absent"));
            writer.done(create("/quiet/child"));
            writer.done(set("/set", "y"));
            assertThat(client.takeEvents())
                    .containsExactly(
                            new WatchEvent(EventType.NODE_DATA_CHANGED, "/same"),
                            new WatchEvent(EventType.NODE_CREATED, "/absent"),
                            new WatchEvent(EventType.NODE_CHILDREN_CHANGED, "/quiet"));
        }

        @Test
        void whatMayNotBeReadIsNotCaughtUpOn() {
            writer.done(hidden("/h"));

            client.done(new Request.SetWatches(0, List.of("/h"), List.of("/h"), List.of("/h")));

            assertThat(client.takeEvents()).isEmpty();
            assertThat(server.watches().count()).isZero();
        }

        @Test
        void watchesThatStayAreRegisteredAgainWithoutCatchingUp() {
            writer.done(create("/a"));

            client.done(new Request.SetWatches2(0, List.of(), List.of(), List.of(), List.of("/a"), List.of("/")));
            assertThat(client.takeEvents()).isEmpty();

            writer.done(delete("/a"));
            assertThat(client.takeEvents()).containsExactly(new WatchEvent(EventType.NODE_DELETED, "/a"));
            assertThat(server.watches().count()).isEqualTo(3);
        }

        @Test
        void watchesEndWithTheConnection() {
            client.error(new Request.Exists("/none", true));

            client.cut();

            assertThat(server.watches().count()).isZero();
        }
    }

    @Test
    void theDataOfAClosingSessionIsNotRead() {
        server.pass(60_000);

        int xid = client.send(new Request.GetData("/", false));

        assertThat(client.received())
                .extracting(each -> each.xid(), each -> each.error())
                .containsExactly(tuple(xid, ErrorCode.SESSION_EXPIRED.code()));
    }
}
