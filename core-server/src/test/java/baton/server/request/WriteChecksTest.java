package baton.server.request;

import static baton.protocol.ErrorCode.BAD_ARGUMENTS;
import static baton.protocol.ErrorCode.BAD_VERSION;
import static baton.protocol.ErrorCode.INVALID_ACL;
import static baton.protocol.ErrorCode.NODE_EXISTS;
import static baton.protocol.ErrorCode.NOT_EMPTY;
import static baton.protocol.ErrorCode.NO_AUTH;
import static baton.protocol.ErrorCode.NO_CHILDREN_FOR_EPHEMERALS;
import static baton.protocol.ErrorCode.NO_NODE;
import static baton.protocol.ErrorCode.OK;
import static baton.protocol.ErrorCode.RECONFIG_DISABLED;
import static baton.protocol.ErrorCode.UNIMPLEMENTED;
import static baton.server.request.Steps.create;
import static baton.server.request.Steps.create2;
import static baton.server.request.Steps.createTtl;
import static baton.server.request.Steps.delete;
import static baton.server.request.Steps.get;
import static baton.server.request.Steps.multi;
import static baton.server.request.Steps.only;
import static baton.server.request.Steps.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.server.auth.Identity;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are refused, with which error, and what the others do: the order of the checks is the protocol's. */
class WriteChecksTest {
    private static final List<Acl> INVALID = only(31, "world", "somebody");
    private static final List<Acl> READ_ONLY = Acl.READ_ONLY;

    private final SimulatedServer server = new SimulatedServer();
    private final SimulatedConnection client = server.client();

    private ErrorCode error(Request request) {
        return client.error(request);
    }

    private Stat stat(String path) {
        return ((Response.Content) client.done(get(path))).stat();
    }

    private static Request.Create flagged(OpCode opCode, String path, int flags) {
        return new Request.Create(opCode, path, null, Acl.OPEN, flags);
    }

    @Nested
    class Creating {
        @Test
        void answersWithThePathOrAlsoWithTheStat() {
            assertThat(client.done(create("/a"))).isEqualTo(new Response.Created("/a"));
            assertThat(client.done(create2("/b"))).isEqualTo(new Response.CreatedWithStat("/b", stat("/b")));
            assertThat(client.done(create("/c", CreateMode.CONTAINER)))
                    .isEqualTo(new Response.CreatedWithStat("/c", stat("/c")));
            assertThat(client.done(createTtl("/t", 5, 1_000)))
                    .isEqualTo(new Response.CreatedWithStat("/t", stat("/t")));
        }

        @Test
        void ephemeralsShowTheirSessionAndContainersNobody() {
            client.done(create("/e", CreateMode.EPHEMERAL));
            client.done(create("/c", CreateMode.CONTAINER));

            assertThat(stat("/e").ephemeralOwner()).isEqualTo(client.sessionId());
            assertThat(stat("/c").ephemeralOwner()).isZero();
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 7, 100})
        void unknownFlagsComeFirst(int flags) {
            assertThat(error(flagged(OpCode.CREATE, "bad\0path", flags))).isEqualTo(BAD_ARGUMENTS);
        }

        @Test
        void aTimeToLiveMustBeGivenAndFit() {
            assertThat(error(createTtl("/t", 5, 0))).isEqualTo(BAD_ARGUMENTS);
            assertThat(error(createTtl("/t", 5, -1))).isEqualTo(BAD_ARGUMENTS);
            assertThat(error(createTtl("/t", 5, CreateMode.TTL_MILLIS_MAX + 1))).isEqualTo(BAD_ARGUMENTS);
            assertThat(error(createTtl("/t", 5, CreateMode.TTL_MILLIS_MAX))).isEqualTo(OK);
            assertThat(error(flagged(OpCode.CREATE, "/t2", 5))).isEqualTo(BAD_ARGUMENTS);
        }

        @Test
        void nodesWithATimeToLiveCanBeSwitchedOff() {
            SimulatedServer without = new SimulatedServer(new SequencerSettings(
                    2_000,
                    20_000,
                    60_000,
                    100,
                    SequencerSettings.RECOUNT_MILLIS,
                    0,
                    false,
                    false,
                    false,
                    true,
                    false,
                    SequencerBounds.DEFAULT));

            SimulatedConnection there = without.client();

            assertThat(there.error(createTtl("/t", 5, 1))).isEqualTo(UNIMPLEMENTED);
            assertThat(there.error(createTtl("/t", 5, -1))).isEqualTo(UNIMPLEMENTED);
            assertThat(there.error(create("/t"))).isEqualTo(OK);
        }

        @Test
        void whatKillsTheReferenceImplementationIsABadArgument() {
            for (int flags = 0; flags <= 4; flags++) {
                assertThat(error(createTtl("/t", flags, -1))).isEqualTo(BAD_ARGUMENTS);
                assertThat(error(createTtl("/t", flags, 5))).isEqualTo(BAD_ARGUMENTS);
            }
        }

        @Test
        void aContainerIsAskedForByEitherWord() {
            assertThat(client.done(flagged(OpCode.CREATE, "/c1", 4))).isEqualTo(new Response.Created("/c1"));
            assertThat(error(flagged(OpCode.CREATE_CONTAINER, "/c2", 0))).isEqualTo(OK);
            assertThat(error(flagged(OpCode.CREATE_CONTAINER, "/c3", 1))).isEqualTo(BAD_ARGUMENTS);
            for (String each : List.of("/c1", "/c2")) {
                client.done(create(each + "/x"));
                client.done(delete(each + "/x"));
            }

            server.pass(1);
            server.pass(60_000);
            server.settle();

            SimulatedConnection later = server.client();
            assertThat(later.error(get("/c1"))).isEqualTo(NO_NODE);
            assertThat(later.error(get("/c2"))).isEqualTo(NO_NODE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "a", "/a\0b"})
        void aPathWithoutSlashOrWithNulIsRefusedBeforeItsList(String path) {
            assertThat(error(create(path, INVALID))).isEqualTo(BAD_ARGUMENTS);
        }

        @Test
        void theListIsLookedAtBeforeTheParent() {
            assertThat(error(create("/no/parent", INVALID))).isEqualTo(INVALID_ACL);
            assertThat(error(create("/no/parent", List.of()))).isEqualTo(INVALID_ACL);
        }

        @Test
        void theParentIsLookedAtBeforeTheName() {
            assertThat(error(create("/no/.."))).isEqualTo(NO_NODE);
            assertThat(error(create("x/y"))).isEqualTo(NO_NODE);
            assertThat(error(create("//a"))).isEqualTo(BAD_ARGUMENTS);
        }

        @Test
        void permissionIsLookedAtBeforeTheName() {
            client.done(create("/p", READ_ONLY));

            assertThat(error(create("/p/.."))).isEqualTo(NO_AUTH);
            assertThat(error(create("/p/x"))).isEqualTo(NO_AUTH);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/.", "/..", "/a/", "/\t", "/\ue000", "/\ufff0", "/\ufffd", "/\ud83d\ude00"})
        void invalidNamesAreRefused(String path) {
            client.done(create("/a"));

            assertThat(error(create(path))).isEqualTo(BAD_ARGUMENTS);
        }

        @Test
        void existingNodesComeBeforeEphemeralParents() {
            client.done(create("/e", CreateMode.EPHEMERAL));

            assertThat(error(create("/e"))).isEqualTo(NODE_EXISTS);
            assertThat(error(create("/"))).isEqualTo(NODE_EXISTS);
            assertThat(error(create("/e/x"))).isEqualTo(NO_CHILDREN_FOR_EPHEMERALS);
        }

        @Test
        void sequencesCountEveryChildThatEverWas() {
            client.done(create("/s"));
            client.done(create("/s/plain"));
            client.done(delete("/s/plain"));

            assertThat(client.done(create("/s/n-", CreateMode.PERSISTENT_SEQUENTIAL)))
                    .isEqualTo(new Response.Created("/s/n-0000000001"));
            assertThat(client.done(create("/s/", CreateMode.EPHEMERAL_SEQUENTIAL)))
                    .isEqualTo(new Response.Created("/s/0000000002"));
            assertThat(error(create("/s/n-0000000003"))).isEqualTo(OK);
            assertThat(client.done(create("/s/n-", CreateMode.PERSISTENT_SEQUENTIAL)))
                    .isEqualTo(new Response.Created("/s/n-0000000004"));
        }

        @Test
        void whatIsNotDurableYetCountsToo() {
            client.send(create("/s"));
            int first = client.send(create("/s/n-", CreateMode.PERSISTENT_SEQUENTIAL));
            int second = client.send(create("/s/n-", CreateMode.PERSISTENT_SEQUENTIAL));
            int third = client.send(create("/s"));

            server.settle();

            assertThat(client.received())
                    .filteredOn(each -> each.xid() >= first)
                    .extracting(each -> each.xid(), each -> each.error(), each -> each.response())
                    .containsExactly(
                            tuple(first, 0, new Response.Created("/s/n-0000000000")),
                            tuple(second, 0, new Response.Created("/s/n-0000000001")),
                            tuple(third, NODE_EXISTS.code(), null));
        }

        @Test
        void clientsMayCreateBesideTheReservedNodes() {
            assertThat(error(create("/zookeeper/mine"))).isEqualTo(OK);
        }
    }

    @Nested
    class Deleting {
        @ParameterizedTest
        @ValueSource(strings = {"/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config", "", "a", "/a\0"})
        void reservedAndImpossiblePathsAreRefused(String path) {
            assertThat(error(delete(path))).isEqualTo(BAD_ARGUMENTS);
        }

        @Test
        void theParentComesBeforeItsPermissionAndThatBeforeTheNode() {
            client.done(create("/p", READ_ONLY));

            assertThat(error(delete("/no/node"))).isEqualTo(NO_NODE);
            assertThat(error(delete("/p/none"))).isEqualTo(NO_AUTH);
            assertThat(error(delete("/none"))).isEqualTo(NO_NODE);
        }

        @Test
        void theVersionComesBeforeTheChildren() {
            client.done(create("/a"));
            client.done(create("/a/b"));

            assertThat(error(new Request.Delete("/a", 1))).isEqualTo(BAD_VERSION);
            assertThat(error(new Request.Delete("/a", -2))).isEqualTo(BAD_VERSION);
            assertThat(error(new Request.Delete("/a", 0))).isEqualTo(NOT_EMPTY);
            assertThat(error(delete("/a/"))).isEqualTo(NO_NODE);
        }

        @Test
        void theNodesOwnListDoesNotMatter() {
            client.done(create("/a", only(0, "world", "anyone")));

            assertThat(error(delete("/a"))).isEqualTo(OK);
        }
    }

    @Nested
    class ReplacingData {
        @Test
        void pathThenNodeThenPermissionThenVersion() {
            client.done(create("/p", READ_ONLY));
            client.done(create("/a"));

            assertThat(error(set("/a/", "x"))).isEqualTo(BAD_ARGUMENTS);
            assertThat(error(set("", "x"))).isEqualTo(BAD_ARGUMENTS);
            assertThat(error(set("/none", "x"))).isEqualTo(NO_NODE);
            assertThat(error(new Request.SetData("/p", null, 9))).isEqualTo(NO_AUTH);
            assertThat(error(new Request.SetData("/a", null, 9))).isEqualTo(BAD_VERSION);
            assertThat(error(set("/zookeeper/config", "x"))).isEqualTo(NO_AUTH);
        }

        @Test
        void nullAndEmptyAreKeptApart() {
            client.done(create("/a"));

            assertThat(((Response.StatOnly) client.done(set("/a", null))).stat().version())
                    .isEqualTo(1);
            assertThat(((Response.Content) client.done(get("/a"))).bytes()).isNull();
            client.done(set("/a", ""));
            assertThat(((Response.Content) client.done(get("/a"))).bytes()).isEqualTo(Bytes.EMPTY);
        }

        @Test
        void theRootHasDataToo() {
            client.done(set("/", "root"));

            assertThat(((Response.Content) client.done(get(""))).bytes()).isEqualTo(Bytes.utf8("root"));
        }
    }

    @Nested
    class ReplacingLists {
        @ParameterizedTest
        @ValueSource(strings = {"\ufffd", "bob\ufffd:x"})
        void anIdThatWasNoTextIsRefused(String id) {
            client.done(create("/a"));

            assertThat(error(new Request.SetAcl("/a", only(31, "digest", id), -1)))
                    .isEqualTo(BAD_ARGUMENTS);
            assertThat(error(create("/b", only(31, "digest", id)))).isEqualTo(BAD_ARGUMENTS);
        }

        @Test
        void pathThenListThenNodeThenPermissionThenVersion() {
            client.done(create("/p", READ_ONLY));

            assertThat(error(new Request.SetAcl("/a/", INVALID, -1))).isEqualTo(BAD_ARGUMENTS);
            assertThat(error(new Request.SetAcl("/none", INVALID, -1))).isEqualTo(INVALID_ACL);
            assertThat(error(new Request.SetAcl("/none", Acl.OPEN, -1))).isEqualTo(NO_NODE);
            assertThat(error(new Request.SetAcl("/p", Acl.OPEN, 9))).isEqualTo(NO_AUTH);
            assertThat(error(new Request.SetAcl("/", Acl.OPEN, 9))).isEqualTo(BAD_VERSION);
        }

        @Test
        void theVersionIsThatOfTheList() {
            client.done(create("/a"));
            client.done(set("/a", "x"));

            assertThat(error(new Request.SetAcl("/a", Acl.OPEN, 1))).isEqualTo(BAD_VERSION);
            assertThat(error(new Request.SetAcl("/a", Acl.OPEN, 0))).isEqualTo(OK);
            assertThat(stat("/a").aversion()).isEqualTo(1);
            assertThat(stat("/a").version()).isEqualTo(1);
        }

        @Test
        void authIsWhoAsks() {
            SimulatedConnection user = server.client().as("u:p");
            user.done(create("/mine", Acl.CREATOR_ALL));

            assertThat(error(get("/mine"))).isEqualTo(NO_AUTH);
            assertThat(error(create("/theirs", Acl.CREATOR_ALL))).isEqualTo(INVALID_ACL);
            assertThat(((Response.AclList) user.done(new Request.GetAcl("/mine"))).acl())
                    .isEqualTo(only(Permission.ALL, "digest", "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ="));
        }

        @Test
        void whatAListForbidsIsForbiddenToWhateverComesBehindItAndToNothingBefore() {
            SimulatedConnection other = server.client();
            client.done(create("/a"));
            List<Request> all = List.of(
                    set("/a", "x"),
                    create("/a/b"),
                    multi(new Request.Check("/a", -1), set("/a", "y")),
                    new Request.SetAcl("/a", Acl.OPEN, -1),
                    get("/a"));
            other.send(set("/a", "w"));
            client.send(new Request.SetAcl("/a", only(Permission.ALL, "digest", "somebody:x"), -1));
            all.forEach(other::send);

            server.settle();

            assertThat(other.received())
                    .extracting(each -> each.error())
                    .containsExactly(0, NO_AUTH.code(), NO_AUTH.code(), 0, NO_AUTH.code(), NO_AUTH.code());
            assertThat(((Response.Multi) other.received().get(3).response()).results())
                    .first()
                    .isEqualTo(new MultiResult.Failed(NO_AUTH));
        }

        @Test
        void aPartOfAMultiIsCheckedAgainstTheListOfAnEarlierOne() {
            client.done(create("/a"));

            assertThat(((Response.Multi) client.done(multi(
                                    new Request.Delete("/a", -1),
                                    new Request.Create(OpCode.CREATE, "/a", null, READ_ONLY, 0),
                                    set("/a", "x"))))
                            .results())
                    .last()
                    .isEqualTo(new MultiResult.Failed(NO_AUTH));
            assertThat(error(set("/a", "y"))).isEqualTo(OK);
        }

        @Test
        void identityIsThatOfTheTimeOfSending() {
            SimulatedConnection user = server.client();
            int before = user.send(create("/mine", Acl.CREATOR_ALL));
            user.as("u:p");
            int after = user.send(create("/mine", Acl.CREATOR_ALL));

            server.settle();

            assertThat(user.received())
                    .filteredOn(each -> each.xid() == before || each.xid() == after)
                    .extracting(each -> each.error())
                    .containsExactly(INVALID_ACL.code(), 0);
        }
    }

    @Nested
    class Multis {
        private List<MultiResult> results(Request.MultiOp... ops) {
            return ((Response.Multi) client.done(multi(ops))).results();
        }

        @Test
        void laterPartsSeeEarlierOnes() {
            client.done(create("/old"));

            List<MultiResult> results = results(
                    create("/a"),
                    create("/a/b"),
                    set("/a", "x"),
                    new Request.Check("/a", 1),
                    delete("/old"),
                    create2("/old"));

            assertThat(results)
                    .extracting(each -> ((MultiResult.Done) each).type())
                    .containsExactly(
                            OpCode.CREATE, OpCode.CREATE, OpCode.SET_DATA, OpCode.CHECK, OpCode.DELETE, OpCode.CREATE2);
            long zxid = stat("/a").czxid();
            assertThat(List.of(
                            stat("/a").mzxid(),
                            stat("/a/b").czxid(),
                            stat("/old").czxid()))
                    .containsOnly(zxid);
        }

        @Test
        void aFailureTakesEverythingBackAndSaysWhere() {
            client.done(create("/s"));

            List<MultiResult> results =
                    results(create("/s/n-", CreateMode.PERSISTENT_SEQUENTIAL), set("/none", "x"), create("/b"));

            assertThat(results)
                    .containsExactly(
                            new MultiResult.Failed(0),
                            new MultiResult.Failed(NO_NODE),
                            new MultiResult.Failed(ErrorCode.RUNTIME_INCONSISTENCY));
            assertThat(client.done(create("/s/n-", CreateMode.PERSISTENT_SEQUENTIAL)))
                    .describedAs("the number was given back")
                    .isEqualTo(new Response.Created("/s/n-0000000000"));
        }

        /** What the log says of the digest is compared with that of the tree whenever a transaction is applied. */
        @Test
        void aNodeMayBeChangedAgainAndAgain() {
            client.done(create("/a"));

            List<MultiResult> results = results(
                    set("/a", "x"),
                    create("/a/e", CreateMode.EPHEMERAL),
                    set("/a/e", "y"),
                    delete("/a/e"),
                    create("/a/e"),
                    set("/a", "xyz"),
                    create("/a/f", CreateMode.EPHEMERAL));

            assertThat(List.of(results.get(0), results.get(5)))
                    .extracting(each -> (Response.StatOnly) ((MultiResult.Done) each).response())
                    .extracting(
                            each -> each.stat().version(), each -> each.stat().dataLength())
                    .containsExactly(tuple(1, 1), tuple(2, 3));
            assertThat(stat("/a").cversion()).isEqualTo(4);
            assertThat(stat("/a").numChildren()).isEqualTo(2);
            assertThat(stat("/a/e").ephemeralOwner()).isZero();

            assertThat(results(set("/a", "w"), delete("/a/e"), set("/a/e", "w")))
                    .hasOnlyElementsOfType(MultiResult.Failed.class);
            assertThat(results(create("/a/e/g"), delete("/a/f"))).hasOnlyElementsOfType(MultiResult.Done.class);
            assertThat(stat("/a").version()).isEqualTo(2);
        }

        @Test
        void containersAndNodesWithATimeToLiveAnswerAsCreate2() {
            assertThat(results(create("/c", CreateMode.CONTAINER), createTtl("/t", 5, 9), createTtl("/p", 0, -1)))
                    .extracting(each -> ((MultiResult.Done) each).type())
                    .containsExactly(OpCode.CREATE2, OpCode.CREATE2, OpCode.CREATE);
        }

        @Test
        void anEmptyOneSucceedsAndUsesAZxid() {
            long before = server.state().tree().position().zxid();

            assertThat(results()).isEmpty();
            assertThat(server.state().tree().position().zxid()).isEqualTo(before + 1);
        }

        @Test
        void checksLookAtPathNodePermissionVersion() {
            client.done(create("/hidden", only(Permission.WRITE, "world", "anyone")));
            client.done(create("/a"));

            assertThat(results(new Request.Check("/a/", 0))).containsExactly(new MultiResult.Failed(BAD_ARGUMENTS));
            assertThat(results(new Request.Check("/none", 0))).containsExactly(new MultiResult.Failed(NO_NODE));
            assertThat(results(new Request.Check("/hidden", 9))).containsExactly(new MultiResult.Failed(NO_AUTH));
            assertThat(results(new Request.Check("/a", 9))).containsExactly(new MultiResult.Failed(BAD_VERSION));
            assertThat(results(new Request.Check("/a", -1))).hasOnlyElementsOfType(MultiResult.Done.class);
        }
    }

    @Test
    void everyRefusedWriteUsesAZxid() {
        long before = server.state().tree().position().zxid();

        assertThat(client.call(delete("/none")).zxid()).isEqualTo(before + 1);
        assertThat(client.call(new Request.Reconfig(null, null, null, -1)))
                .extracting(each -> each.error(), each -> each.zxid())
                .containsExactly(RECONFIG_DISABLED.code(), before + 2);
    }

    @Nested
    class ATransactionTooLargeToBeReadAgain {
        @Test
        void isNotMadeOfAMultiWithManyIdentities() {
            client.as(manyIdentities());
            List<Request.MultiOp> ops = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                ops.add(new Request.Create(OpCode.CREATE, "/m" + i, null, Acl.CREATOR_ALL, 0));
            }

            long before = server.state().tree().position().zxid();
            Response.Multi answer = (Response.Multi) client.done(new Request.Multi(ops));

            assertThat(server.state().tree().position().zxid()).isEqualTo(before);
            assertThat(answer.results()).contains(new MultiResult.Failed(ErrorCode.MARSHALLING_ERROR.code()));
            assertThat(error(create("/m0"))).isEqualTo(OK);
        }

        @Test
        void isNotMadeOfASingleRequestEither() {
            SimulatedServer small = new SimulatedServer(SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS)
                    .withBounds(SequencerBounds.DEFAULT.with(9, 3, 200)));
            SimulatedConnection there = small.client();
            assertThat(there.error(create("/a"))).isEqualTo(OK);

            long before = small.state().tree().position().zxid();
            assertThat(there.error(create("/" + "x".repeat(200)))).isEqualTo(ErrorCode.MARSHALLING_ERROR);
            assertThat(there.error(set("/a", "x".repeat(200)))).isEqualTo(ErrorCode.MARSHALLING_ERROR);
            assertThat(small.state().tree().position().zxid()).isEqualTo(before);
            assertThat(there.error(set("/a", "x"))).isEqualTo(OK);
        }

        @Test
        void isNotTheEndOfASessionWithManyNodes() {
            SimulatedServer small = new SimulatedServer(SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS)
                    .withBounds(SequencerBounds.DEFAULT.with(9, 3, 100)));
            SimulatedConnection there = small.client();
            String name = "x".repeat(30);

            assertThat(there.error(create("/1" + name, CreateMode.EPHEMERAL))).isEqualTo(OK);
            assertThat(there.error(create("/2" + name, CreateMode.EPHEMERAL))).isEqualTo(OK);
            assertThat(there.error(create("/3" + name, CreateMode.EPHEMERAL))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(there.error(create("/3", CreateMode.EPHEMERAL))).isEqualTo(OK);
            assertThat(there.error(create("/4", CreateMode.EPHEMERAL))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(there.error(new Request.Delete("/1" + name, -1))).isEqualTo(OK);
            assertThat(there.error(create("/4", CreateMode.EPHEMERAL))).isEqualTo(OK);
        }

        private List<Identity> manyIdentities() {
            List<Identity> identities = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                identities.add(new Identity("digest", i + ":x"));
            }
            return identities;
        }
    }
}
