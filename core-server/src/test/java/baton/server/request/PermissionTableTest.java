package baton.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.auth.Authentication;
import baton.server.auth.Identity;
import baton.server.config.AuthSettings;
import baton.server.config.SaslSettings;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import baton.server.txn.LogSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what: every operation, every permission, every scheme, alone and in a multi, and after a restart. */
class PermissionTableTest {
    private static final String PARENT = "/parent";
    private static final String NODE = "/parent/node";
    private static final List<Integer> PERMISSIONS =
            List.of(Permission.READ, Permission.WRITE, Permission.CREATE, Permission.DELETE, Permission.ADMIN, 64);

    private static final Authentication AUTHENTICATION = new Authentication(
            AuthSettings.DEFAULT.withX509SuperUser("CN=boss").withSasl(SaslSettings.of(Map.of("bob", "x"))));

    /** The table: what is asked for, on which node which permission it takes. */
    private enum Verb {
        CREATE(PARENT, Permission.CREATE, create(OpCode.CREATE, CreateMode.EPHEMERAL)),
        CREATE_SEQUENTIAL(PARENT, Permission.CREATE, create(OpCode.CREATE2, CreateMode.PERSISTENT_SEQUENTIAL)),
        CREATE_CONTAINER(PARENT, Permission.CREATE, create(OpCode.CREATE_CONTAINER, CreateMode.CONTAINER)),
        CREATE_TTL(
                PARENT,
                Permission.CREATE,
                new Request.CreateTtl(NODE + "2", null, Acl.OPEN, CreateMode.PERSISTENT_WITH_TTL.flags(), 1_000_000)),
        DELETE(PARENT, Permission.DELETE, new Request.Delete(NODE, -1)),
        SET_DATA(NODE, Permission.WRITE, new Request.SetData(NODE, Bytes.EMPTY, -1)),
        CHECK(NODE, Permission.READ, new Request.Check(NODE, -1)),
        SET_ACL(NODE, Permission.ADMIN, new Request.SetAcl(NODE, Acl.OPEN, -1)),
        GET_ACL(NODE, Permission.READ | Permission.ADMIN, new Request.GetAcl(NODE)),
        GET_DATA(NODE, Permission.READ, new Request.GetData(NODE, false)),
        GET_DATA_WATCHING(NODE, Permission.READ, new Request.GetData(NODE, true)),
        EXISTS(NODE, Permission.READ, new Request.Exists(NODE, false)),
        EXISTS_WATCHING(NODE, Permission.READ, new Request.Exists(NODE, true)),
        GET_CHILDREN(NODE, Permission.READ, new Request.GetChildren(NODE, true)),
        GET_CHILDREN2(NODE, Permission.READ, new Request.GetChildren2(NODE, false)),
        GET_ALL_CHILDREN_NUMBER(NODE, Permission.READ, new Request.GetAllChildrenNumber(NODE)),
        READ_DATA_WITH_OTHERS(NODE, Permission.READ, new Request.MultiRead(List.of(new Request.GetData(NODE, false)))),
        READ_CHILDREN_WITH_OTHERS(
                NODE, Permission.READ, new Request.MultiRead(List.of(new Request.GetChildren(NODE, false)))),
        SYNC(NODE, 0, new Request.Sync(NODE)),
        ADD_WATCH(NODE, 0, new Request.AddWatch(NODE, AddWatchMode.PERSISTENT_RECURSIVE)),
        SET_WATCHES(NODE, 0, new Request.SetWatches(1_000, List.of(NODE), List.of(), List.of(NODE))),
        GET_EPHEMERALS(NODE, 0, new Request.GetEphemerals(PARENT)),
        WHO_AM_I(NODE, 0, Request.WhoAmI.INSTANCE);

        final String checked;
        final int needed;
        final Request request;

        Verb(String checked, int needed, Request request) {
            this.checked = checked;
            this.needed = needed;
            this.request = request;
        }

        private static Request create(OpCode operation, CreateMode mode) {
            return new Request.Create(operation, NODE + "2", null, Acl.OPEN, mode.flags());
        }
    }

    /** Who is named in the list, by which scheme, and who comes. */
    private enum Caller {
        ANYBODY("world", "anyone", List.of(), true),
        USER("digest", "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=", proof("u:p"), true),
        OTHER_USER("digest", "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=", proof("u:other"), false),
        ADDRESS("ip", "10.0.0.0/8", AUTHENTICATION.ofAddress("10.1.2.3"), true),
        OTHER_ADDRESS("ip", "10.0.0.0/8", AUTHENTICATION.ofAddress("11.1.2.3"), false),
        LOGIN("sasl", "bob", AUTHENTICATION.ofLogin("bob"), true),
        OTHER_LOGIN("sasl", "bob", AUTHENTICATION.ofLogin("eve"), false),
        CERTIFICATE("x509", "CN=alice", AUTHENTICATION.ofCertificate("CN=alice"), true),
        OTHER_CERTIFICATE("x509", "CN=alice", AUTHENTICATION.ofCertificate("CN=eve"), false),
        SAME_NAME_OF_ANOTHER_SCHEME("sasl", "CN=alice", AUTHENTICATION.ofCertificate("CN=alice"), false),
        NOBODY("digest", "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=", List.of(), false);

        final String scheme;
        final String id;
        final List<Identity> identities;
        final boolean meant;

        Caller(String scheme, String id, List<Identity> identities, boolean meant) {
            this.scheme = scheme;
            this.id = id;
            this.identities = identities;
            this.meant = meant;
        }

        private static List<Identity> proof(String text) {
            return AUTHENTICATION.ofProof("digest", Bytes.utf8(text)).orElseThrow();
        }
    }

    private SimulatedServer server;
    private SimulatedConnection root;

    @ParameterizedTest
    @EnumSource(Verb.class)
    void isAllowedToWhomTheListNamesAndToNobodyElse(Verb verb) {
        for (Caller caller : Caller.values()) {
            for (int permission : PERMISSIONS) {
                boolean allowed = verb.needed == 0 || caller.meant && (permission & verb.needed) != 0;
                List<Acl> acl = List.of(new Acl(permission, caller.scheme, caller.id));

                assertThat(outcomes(verb, acl, caller.identities))
                        .describedAs("%s with permission %s by %s", verb, permission, caller)
                        .containsOnly(allowed ? ErrorCode.OK : ErrorCode.NO_AUTH);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void isAllowedToWhoStandsAboveAllLists(Verb verb) {
        List<Acl> nobody = List.of(new Acl(0, "world", "anyone"));

        assertThat(outcomes(verb, nobody, AUTHENTICATION.ofCertificate("CN=boss")))
                .containsOnly(ErrorCode.OK);
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void isTheSameOnADiskThatIsNearlyFullUnlessNobodyMay(Verb verb) {
        boolean grows = verb.name().startsWith("CREATE");
        if (verb == Verb.CHECK) {
            return;
        }
        for (Caller caller : Caller.values()) {
            boolean allowed = verb.needed == 0 || caller.meant;
            plant(verb, List.of(new Acl(Permission.ALL, caller.scheme, caller.id)));
            server.on(new Event.SpaceChanged(new LogSpace(LogSpace.Level.LOW, 0, 1 << 20)));

            assertThat(alone(verb, server.client().as(caller.identities)))
                    .describedAs("%s by %s", verb, caller)
                    .isEqualTo(grows ? ErrorCode.QUOTA_EXCEEDED : allowed ? ErrorCode.OK : ErrorCode.NO_AUTH);
        }
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void isTheSameWhereNoSpaceIsLeftAtAllUnlessNobodyMay(Verb verb) {
        boolean takesSpace = verb.name().startsWith("CREATE") || verb == Verb.SET_DATA || verb == Verb.SET_ACL;
        if (verb == Verb.CHECK) {
            return;
        }
        for (Caller caller : Caller.values()) {
            boolean allowed = verb.needed == 0 || caller.meant;
            plant(verb, List.of(new Acl(Permission.ALL, caller.scheme, caller.id)));
            SimulatedConnection client = server.client().as(caller.identities);
            server.on(new Event.SpaceChanged(new LogSpace(LogSpace.Level.SPENT, 1 << 20, 1 << 20)));

            assertThat(alone(verb, client))
                    .describedAs("%s by %s", verb, caller)
                    .isEqualTo(takesSpace ? ErrorCode.QUOTA_EXCEEDED : allowed ? ErrorCode.OK : ErrorCode.NO_AUTH);
        }
    }

    /** Asks in every way there is, each on a tree of its own. */
    private List<ErrorCode> outcomes(Verb verb, List<Acl> acl, List<Identity> identities) {
        List<ErrorCode> outcomes = new ArrayList<>();
        if (verb != Verb.CHECK) {
            plant(verb, acl);
            outcomes.add(alone(verb, server.client().as(identities)));
            plant(verb, acl);
            server.crash(null, 0);
            outcomes.add(alone(verb, server.client().as(identities)));
        }
        if (verb.request instanceof Request.MultiOp op) {
            plant(verb, acl);
            outcomes.add(inMulti(op, server.client().as(identities)));
        }
        return outcomes;
    }

    private static ErrorCode alone(Verb verb, SimulatedConnection caller) {
        SimulatedConnection.Received answer = caller.call(verb.request);
        if (verb.request instanceof Request.MultiRead && answer.response() instanceof Response.Multi multi) {
            return only(multi.results().get(0));
        }
        return error(answer.error());
    }

    private static ErrorCode inMulti(Request.MultiOp op, SimulatedConnection caller) {
        Response.Multi answer = (Response.Multi) caller.done(new Request.Multi(List.of(op)));
        return only(answer.results().get(0));
    }

    private static ErrorCode only(MultiResult result) {
        return result instanceof MultiResult.Failed failed ? error(failed.error()) : ErrorCode.OK;
    }

    private static ErrorCode error(int code) {
        return Objects.requireNonNull(ErrorCode.find(code));
    }

    /** Makes the two nodes, of which the one that matters has the list, and the other allows nothing to anybody. */
    private void plant(Verb verb, List<Acl> acl) {
        server = new SimulatedServer(SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS), AUTHENTICATION.access());
        root = server.client().as(AUTHENTICATION.ofCertificate("CN=boss"));
        for (String path : List.of(PARENT, NODE)) {
            List<Acl> own = path.equals(verb.checked) ? acl : List.of(new Acl(0, "world", "anyone"));
            root.done(new Request.Create(OpCode.CREATE, path, Bytes.EMPTY, own, 0));
        }
    }

    @Test
    void anEventIsForThoseWhoMayReadTheNode() {
        for (Caller caller : Caller.values()) {
            for (int permission : PERMISSIONS) {
                boolean allowed = caller.meant && permission == Permission.READ;
                List<Acl> acl = List.of(new Acl(permission, caller.scheme, caller.id));
                plant(Verb.GET_DATA, acl);
                SimulatedConnection watcher = server.client().as(caller.identities);
                watcher.done(new Request.AddWatch(NODE, AddWatchMode.PERSISTENT_RECURSIVE));
                watcher.done(new Request.AddWatch(NODE, AddWatchMode.PERSISTENT));

                root.done(new Request.SetData(NODE, null, -1));
                root.done(new Request.Create(OpCode.CREATE, NODE + "/open", null, Acl.OPEN, 0));
                root.done(new Request.Delete(NODE + "/open", -1));
                root.done(new Request.Delete(NODE, -1));

                assertThat(watcher.takeEvents())
                        .describedAs("permission %s, %s", permission, caller)
                        // Changed, its child created and deleted, its children changed twice, deleted.
                        .hasSize(allowed ? 6 : 2);
            }
        }
    }

    @Test
    void whatWasMissedIsForThoseWhoMayReadTheNode() {
        for (Caller caller : Caller.values()) {
            boolean allowed = caller.meant;
            plant(Verb.GET_DATA, List.of(new Acl(Permission.READ, caller.scheme, caller.id)));
            SimulatedConnection watcher = server.client().as(caller.identities);

            watcher.done(new Request.SetWatches(0, List.of(NODE), List.of(NODE), List.of(NODE)));

            assertThat(watcher.takeEvents()).describedAs("%s", caller).hasSize(allowed ? 3 : 0);
        }
    }
}
