package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.WatcherType;
import baton.protocol.Xid;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.FeatureSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.storage.ApacheDirectory;
import baton.server.storage.ApacheServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where we leave Apache ZooKeeper 3.9.5 on purpose, as far as clients see it: {@code docs/divergence.md} says why. */
class OnPurposeTest {
    private static final int TICK_MILLIS = 15_000;
    private static final String CUT_OFF = "cut off";

    @TempDir
    Path temp;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private int apachePort;
    private int ourPort;
    private Party apache;
    private Party ours;

    @BeforeEach
    void start() throws Exception {
        ApacheServer apacheServer = ApacheServer.forgetful(temp, TICK_MILLIS);
        toClose.add(apacheServer);
        BatonServer ourServer = BatonServer.start(ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                .withFeatures(FeatureSettings.DEFAULT.withQuotaEnforced()));
        toClose.add(ourServer);
        apachePort = apacheServer.port();
        ourPort = ourServer.port();
        apache = new Party(apachePort);
        toClose.add(0, apache);
        ours = new Party(ourPort);
        toClose.add(0, ours);
        both(new Step.Open(0, 60_000, false, true));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    @Test
    void aWrongPasswordDoesNotDisturbTheConnectionOfTheSession() throws Exception {
        assertThat(ownerHearsOfIntruder(apachePort)).isFalse();
        assertThat(ownerHearsOfIntruder(ourPort)).isTrue();
    }

    /** Says whether the owner's connection still works after somebody came with a wrong password. */
    private static boolean ownerHearsOfIntruder(int port) throws IOException {
        try (RawClient owner = new RawClient(port);
                RawClient intruder = new RawClient(port)) {
            long sessionId = owner.connect(request(0)).sessionId();
            assertThat(intruder.connect(request(sessionId)).isRefused()).isTrue();
            owner.send(1, Request.WhoAmI.INSTANCE);
            return owner.receiveHeader().isOk();
        } catch (IOException cut) {
            return false;
        }
    }

    private static ConnectRequest request(long sessionId) {
        return new ConnectRequest(0, 60_000, sessionId, ConnectRequest.NO_PASSWORD, false);
    }

    @Test
    void aContainerIsNotMadeOfTheFlagsOfAnEphemeral() throws Exception {
        SentRequest create = sent(create(OpCode.CREATE_CONTAINER, "/a", CreateMode.EPHEMERAL.flags()));

        assertThat(ask(apache, create).get(0)).contains("error=0").contains("path=/a");
        assertThat(ask(ours, create)).containsExactly("reply xid=1 zxid=2 error=-8 16 bytes");
    }

    @Test
    void aTimeToLiveNeedsTheFlagsOfOne() throws Exception {
        // Apache ZooKeeper must not be asked: it would stop, and not start again.
        SentRequest create = sent(new Request.CreateTtl("/a", null, Acl.OPEN, CreateMode.PERSISTENT.flags(), -1));

        assertThat(ask(ours, create)).containsExactly("reply xid=1 zxid=2 error=-8 16 bytes");
    }

    @Test
    void clientsDeleteNoContainers() throws Exception {
        both(new Step.Ask(0, List.of(sent(create(OpCode.CREATE_CONTAINER, "/a", 4)))));
        SentRequest delete = sent(new Request.DeleteContainer("/a"));

        assertThat(ask(apache, delete)).containsExactly("reply xid=1 zxid=3 error=0 16 bytes Empty[]");
        assertThat(ask(ours, delete)).containsExactly(CUT_OFF);
    }

    @Test
    void anUndecodableMultiUsesNoZxid() throws Exception {
        SentRequest multi =
                sent(new Request.Multi(List.of(new Request.Check("/a", 0)))).withBody(new byte[5], "cut short");

        assertThat(ask(apache, multi)).containsExactly("reply xid=1 zxid=2 error=-5 16 bytes");
        assertThat(ask(ours, multi)).containsExactly("reply xid=1 zxid=1 error=-5 16 bytes");
    }

    @Test
    void aNullPathIsUndecodable() throws Exception {
        byte[] nobody = {-1, -1, -1, -1, 0, 0, 0, 3};
        SentRequest remove =
                sent(new Request.RemoveWatches("/a", WatcherType.ANY)).withBody(nobody, "null path");

        assertThat(ask(apache, remove)).containsExactly("reply xid=1 zxid=1 error=-121 16 bytes");
        assertThat(ask(ours, remove)).containsExactly("reply xid=1 zxid=1 error=-5 16 bytes");
    }

    @Test
    void theEmptyPathHasAsManyDescendantsAsTheRoot() throws Exception {
        SentRequest count = sent(new Request.GetAllChildrenNumber(""));

        assertThat(ask(apache, count).get(0)).endsWith("DescendantCount[count=4]");
        assertThat(ask(ours, count).get(0)).endsWith("DescendantCount[count=3]");
    }

    @Test
    void aSyncEchoesAPathOutsideTheBasicPlane() throws Exception {
        SentRequest sync = sent(new Request.Sync("/\uD83D\uDE00"));

        assertThat(ask(apache, sync).get(0)).doesNotContain("path=/\uD83D\uDE00");
        assertThat(ask(ours, sync).get(0)).contains("path=/\uD83D\uDE00");
    }

    @Test
    void aMultiDoesNotOvershootAQuota() throws Exception {
        String quota = "/zookeeper/quota/a";
        for (String path : List.of("/a", quota, quota + "/zookeeper_stats")) {
            both(new Step.Ask(0, List.of(sent(create(OpCode.CREATE, path, 0)))));
        }
        Request limits = new Request.Create(
                OpCode.CREATE, quota + "/zookeeper_limits", Bytes.utf8("countHardLimit=2"), Acl.OPEN, 0);
        both(new Step.Ask(0, List.of(sent(limits))));
        SentRequest multi =
                sent(new Request.Multi(List.of((Request.MultiOp) create(OpCode.CREATE, "/a/1", 0), (Request.MultiOp)
                        create(OpCode.CREATE, "/a/2", 0))));

        assertThat(ask(apache, multi).get(0)).contains("Created[path=/a/1]").contains("Created[path=/a/2]");
        assertThat(ask(ours, multi).get(0)).contains("Failed[error=0], Failed[error=-125]");
    }

    @Test
    void aSequenceGoesOnBehindItsLargestNumber() throws Exception {
        for (String each : List.of("apache", "ours")) {
            ApacheDirectory.numbering(Files.createDirectory(temp.resolve(each)), "/q", Integer.MAX_VALUE - 1);
        }
        SentRequest ticket = sent(create(OpCode.CREATE, "/q/s", CreateMode.PERSISTENT_SEQUENTIAL.flags()));
        SentRequest look = sent(new Request.Exists("/q", false));
        try (ApacheServer apacheServer = ApacheServer.forgetful(temp.resolve("apache"), TICK_MILLIS);
                BatonServer ourServer = BatonServer.start(ServerSettings.inDirectory(temp.resolve("ours"))
                        .withSessions(SessionSettings.ofTick(TICK_MILLIS)));
                Party stuck = new Party(apacheServer.port());
                Party going = new Party(ourServer.port())) {
            Step open = new Step.Open(0, 60_000, false, true);
            assertThat(going.perform(open)).isEqualTo(stuck.perform(open));
            for (String name : List.of("/q/s2147483646", "/q/s2147483647")) {
                assertThat(ask(stuck, ticket).get(0)).contains("path=" + name);
                assertThat(ask(going, ticket).get(0)).contains("path=" + name);
            }

            assertThat(ask(stuck, ticket).get(0)).contains("error=-110");
            assertThat(ask(going, ticket).get(0)).contains("path=/q/s-2147483648");
            assertThat(ask(stuck, look).get(0)).contains("pzxid=4]");
            assertThat(ask(going, look).get(0)).contains("pzxid=6]");
        }
    }

    @Test
    void aSaslTokenMayBeNull() throws Exception {
        SentRequest sasl = sent(new Request.Sasl(null));

        assertThat(ask(apache, sasl)).containsExactly(CUT_OFF);
        assertThat(ask(ours, sasl)).containsExactly("reply xid=1 zxid=0 error=0 20 bytes SaslToken[token=null]");
    }

    @Test
    void whoMayNotReadANodeLearnsNothingFromSettingWatches() throws Exception {
        Request hidden = new Request.Create(
                OpCode.CREATE,
                "/a",
                Bytes.EMPTY,
                List.of(new Acl(Permission.ALL & ~Permission.READ, "world", "anyone")),
                0);
        both(new Step.Ask(0, List.of(sent(hidden))));
        SentRequest watch = sent(new Request.SetWatches(0, List.of(), List.of("/a"), List.of()));

        assertThat(ask(apache, watch)).hasSize(2).first().asString().startsWith("event ");
        assertThat(ask(ours, watch)).containsExactly("reply xid=1 zxid=2 error=0 16 bytes Empty[]");
    }

    @Test
    void aSecondSessionOnAConnectionIsRefused() throws Exception {
        SentRequest open = new SentRequest(1, OpCode.CREATE_SESSION.code(), new byte[4], "createSession");

        assertThat(ask(ours, open)).containsExactly("reply xid=1 zxid=-1 error=-6 16 bytes", CUT_OFF);
    }

    @Test
    void aProofThatCannotBeReadIsRefused() throws Exception {
        SentRequest auth = SentRequest.of(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8("u:p")))
                .withBody(new byte[6], "cut short");

        assertThat(ask(apache, auth)).containsExactly(CUT_OFF);
        assertThat(ask(ours, auth)).containsExactly("reply xid=-4 zxid=0 error=-115 16 bytes", CUT_OFF);
    }

    private static SentRequest sent(Request request) {
        return SentRequest.of(1, request);
    }

    private static Request create(OpCode operation, String path, int flags) {
        return new Request.Create(operation, path, Bytes.EMPTY, Acl.OPEN, flags);
    }

    private static List<String> ask(Party party, SentRequest request) throws IOException {
        return party.perform(new Step.Ask(0, List.of(request)));
    }

    private void both(Step step) throws IOException {
        assertThat(ours.perform(step)).isEqualTo(apache.perform(step));
    }
}
