package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.WatcherType;
import baton.protocol.Xid;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.storage.ApacheServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What surprises those who write a server from the documentation. Each case is asked of Apache ZooKeeper 3.9.5 and of ours
 * and answered the same, and then looked at for what makes it surprising.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrapsTest {
    private static final int TICK_MILLIS = 15_000;
    private static final String CUT_OFF = "cut off";
    private static final Acl EVERYTHING = new Acl(Permission.ALL, "world", "anyone");

    private ApacheServer apacheServer;
    private BatonServer ourServer;
    private Party apache;
    private Party ours;
    private String top;
    private int tops;
    private int xid;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        apacheServer = ApacheServer.forgetful(directory, TICK_MILLIS);
        ourServer = BatonServer.start(ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                .withFeatures(FeatureSettings.DEFAULT.withAuth(ApacheTwin.AUTH)));
        apache = new Party(apacheServer.port());
        ours = new Party(ourServer.port());
        both(new Step.Open(0, 60_000, false, true));
        both(new Step.Open(1, 60_000, false, true));
    }

    @AfterAll
    void stop() throws Exception {
        apache.close();
        ours.close();
        ourServer.close();
        apacheServer.close();
    }

    /** Every case has a subtree of its own. */
    @BeforeEach
    void plant() throws Exception {
        top = "/case" + tops++;
        ask(create(top, Acl.OPEN, CreateMode.PERSISTENT));
    }

    @Nested
    class OnTheWire {
        @Test
        void theReadOnlyByteIsAnsweredToThoseWhoSentIt() throws Exception {
            assertThat(both(new Step.Open(10, 60_000, false, false)).get(0)).endsWith("readOnly=false/false");
            assertThat(both(new Step.Open(11, 60_000, true, true)).get(0)).endsWith("readOnly=false/true");
        }

        @Test
        void aClientThatHasSeenMoreIsSentAwayWithoutAWord() throws Exception {
            both(new Step.Open(12, 60_000, false, true));

            assertThat(both(new Step.Return(12, Step.Claim.FROM_THE_FUTURE))).containsExactly(CUT_OFF);
        }

        @Test
        void aWrongPasswordAndAForgottenSessionLookTheSame() throws Exception {
            both(new Step.Open(13, 60_000, false, true));
            both(new Step.Leave(13));

            List<String> wrong = both(new Step.Return(13, Step.Claim.WRONG_PASSWORD));

            assertThat(wrong.get(0)).startsWith("refused: session nobody timeout=0 password=16 bytes");
            assertThat(both(new Step.Return(13, Step.Claim.SESSION_GONE))).isEqualTo(wrong);
        }

        @Test
        void whoComesBackGetsTheTimeoutThatIsAskedForThen() throws Exception {
            assertThat(both(new Step.Open(14, 1_000_000, false, true)).get(0)).contains("timeout=300000");
            assertThat(both(new Step.Return(14, Step.Claim.RIGHT)).get(0)).contains("timeout=60000");
        }

        @Test
        void anyNumberIsEchoedButForPings() throws Exception {
            Request exists = new Request.Exists(top, false);

            List<String> said = both(new Step.Ask(
                    0,
                    List.of(
                            SentRequest.of(-8, exists),
                            SentRequest.of(0, exists),
                            SentRequest.of(-1_000, exists),
                            SentRequest.of(-8, exists),
                            SentRequest.of(77, Request.Ping.INSTANCE))));

            assertThat(said.get(0)).startsWith("reply xid=-8 ");
            assertThat(said.get(1)).startsWith("reply xid=0 ");
            assertThat(said.get(2)).startsWith("reply xid=-1000 ");
            assertThat(said.get(3)).startsWith("reply xid=-8 ");
            assertThat(said.get(4)).startsWith("reply xid=-2 ");
        }

        @Test
        void aFailedWriteTakesAZxidAndAFailedReadDoesNot() throws Exception {
            long before = ours.lastZxid();

            ask(new Request.Delete(top + "/none", -1), new Request.GetData(top + "/none", false));

            assertThat(ours.lastZxid()).isEqualTo(before + 1);
        }

        @Test
        void everyAnswerShowsTheLastZxidButThoseToProofs() throws Exception {
            both(new Step.Open(23, 60_000, false, true));

            List<String> said = both(new Step.Ask(
                    23,
                    List.of(
                            sent(new Request.SetData(top, null, -1)),
                            SentRequest.of(Xid.PING, Request.Ping.INSTANCE),
                            sent(new Request.GetData(top, false)),
                            sent(new Request.GetData(top + "/none", false)))));

            String last = " zxid=" + ours.lastZxid() + " ";
            assertThat(said).hasSize(4).allSatisfy(each -> assertThat(each).contains(last));
            assertThat(said.get(1)).startsWith("reply xid=-2 ");
            assertThat(both(new Step.Ask(23, List.of(proof("u:p")))))
                    .containsExactly("reply xid=-4 zxid=0 error=0 16 bytes Empty[]");
        }

        @Test
        void aSessionThatMovesLeavesItsOldConnectionWithoutAWord() throws Exception {
            both(new Step.Open(24, 60_000, false, true));

            List<String> said = both(new Step.Return(24, Step.Claim.RIGHT));

            assertThat(said).hasSize(2);
            assertThat(said.get(1)).isEqualTo("old connection: " + CUT_OFF);
        }

        @Test
        void aProofThatNobodyTakesEndsTheConnectionAndTheSessionGoesOn() throws Exception {
            both(new Step.Open(25, 60_000, false, true));

            List<String> said = both(new Step.Ask(
                    25, List.of(SentRequest.of(Xid.AUTH, new Request.Auth(0, "nobody", Bytes.utf8("x"))))));

            assertThat(said).containsExactly("reply xid=-4 zxid=0 error=-115 16 bytes", CUT_OFF);
            assertThat(both(new Step.Return(25, Step.Claim.RIGHT)).get(0)).startsWith("session ");
        }

        @Test
        void nothingBehindTheEndOfASessionIsAnswered() throws Exception {
            both(new Step.Open(15, 60_000, false, true));

            List<String> said = both(new Step.Ask(
                    15,
                    List.of(
                            sent(create(top + "/mine", Acl.OPEN, CreateMode.EPHEMERAL)),
                            sent(new Request.GetData(top + "/mine", true)),
                            sent(Request.CloseSession.INSTANCE))));

            assertThat(said).hasSize(5);
            assertThat(said.get(2)).startsWith("event ").contains("NODE_DELETED");
            assertThat(said.get(4)).isEqualTo(CUT_OFF);
        }

        @Test
        void anUnknownOperationEndsTheConnectionAndTheSessionGoesOn() throws Exception {
            both(new Step.Open(16, 60_000, false, true));

            for (int operation : new int[] {0, OpCode.CHECK.code(), 5_000}) {
                List<String> said =
                        both(new Step.Ask(16, List.of(new SentRequest(1, operation, new byte[9], "unknown"))));

                assertThat(said).containsExactly("reply xid=1 zxid=-1 error=-6 16 bytes", CUT_OFF);
                assertThat(both(new Step.Return(16, Step.Claim.RIGHT)).get(0)).startsWith("session ");
            }
        }

        @Test
        void aTimeToLiveThatIsNotOfferedIsAnUnknownOperationAndTheConnectionStays(@TempDir Path directory)
                throws Exception {
            FeatureSettings without =
                    new FeatureSettings(false, false, false, true, false, 60_000, 10_000, 0, AuthSettings.DEFAULT);
            Step open = new Step.Open(0, 60_000, false, true);
            Step step = new Step.Ask(
                    0,
                    List.of(
                            sent(new Request.CreateTtl("/ttl", null, Acl.OPEN, 5, 1_000)),
                            sent(Request.WhoAmI.INSTANCE)));
            try (ApacheServer theirs = ApacheServer.forgetful(directory, TICK_MILLIS);
                    BatonServer own = BatonServer.start(ServerSettings.inMemory()
                            .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                            .withFeatures(without));
                    Party strictApache = new Party(theirs.port());
                    Party strict = new Party(own.port())) {
                assertThat(strict.perform(open)).isEqualTo(strictApache.perform(open));

                List<String> said = strict.perform(step);

                assertThat(errors(said)).containsExactly(-6, 0);
                assertThat(said).isEqualTo(strictApache.perform(step));
            }
        }

        @Test
        void theEndOfASilentSessionIsNotAnnouncedButToldToWhoComesBack(@TempDir Path directory) throws Exception {
            int tickMillis = 100;
            try (ApacheServer theirs = ApacheServer.forgetful(directory, tickMillis);
                    BatonServer own = BatonServer.start(
                            ServerSettings.inMemory().withSessions(SessionSettings.ofTick(tickMillis)))) {
                String said = endOfASilentSession(own.port());

                assertThat(said).isEqualTo("0 bytes, then no session, timeout=0, password=" + "00".repeat(16));
                assertThat(endOfASilentSession(theirs.port())).isEqualTo(said);
            }
        }

        private String endOfASilentSession(int port) throws IOException {
            ConnectResponse granted;
            int heard;
            try (RawClient silent = new RawClient(port)) {
                granted = silent.connect(new ConnectRequest(0, 400, 0, ConnectRequest.NO_PASSWORD, true));
                heard = silent.receiveAll().length();
            }
            try (RawClient back = new RawClient(port)) {
                ConnectResponse answer =
                        back.connect(new ConnectRequest(0, 400, granted.sessionId(), granted.password(), true));
                return heard + " bytes, then " + (answer.sessionId() == 0 ? "no session" : "a session") + ", timeout="
                        + answer.timeoutMillis() + ", password="
                        + HexFormat.of().formatHex(answer.password().toArray());
            }
        }

        @Test
        void whatIsOutsideTheBasicPlaneIsReadAsUtf8AndWrittenAsSurrogates() throws Exception {
            byte[] sent = sent(create(
                            top + "/a",
                            List.of(Acl.OPEN.get(0), new Acl(Permission.READ, "digest", "FACE:x")),
                            CreateMode.PERSISTENT))
                    .body();
            byte[] utf8 = HexFormat.of()
                    .parseHex(HexFormat.of().formatHex(sent).replace(inHex("FACE"), inHex("\uD83D\uDE00")));
            both(asked(sent(create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT)).withBody(utf8, "an id in UTF-8")));

            assertThat(ask(new Request.GetAcl(top + "/a")).get(0)).contains("id=\uD83D\uDE00:x");
            assertThat(bytesOfAcl(top + "/a", apacheServer.port())).contains("eda0bdedb880");
            assertThat(bytesOfAcl(top + "/a", ourServer.port())).contains("eda0bdedb880");
        }

        private String bytesOfAcl(String path, int port) throws IOException {
            try (RawClient client = RawClient.withSession(port, 60_000)) {
                client.send(1, new Request.GetAcl(path));
                return HexFormat.of().formatHex(client.receive());
            }
        }

        @Test
        void whatCannotBeDecodedIsAnsweredAndWhatIsLeftOverIgnored() throws Exception {
            SentRequest exists = sent(new Request.Exists(top, false));

            List<String> said = both(new Step.Ask(
                    0,
                    List.of(
                            exists.withBody(Arrays.copyOf(exists.body(), 3), "cut short"),
                            exists.withBody(Arrays.copyOf(exists.body(), exists.body().length + 9), "too long"))));

            assertThat(said.get(0)).contains("error=-5");
            assertThat(said.get(1)).contains("error=0");
        }

        @Test
        void noDataIsNotEmptyData() throws Exception {
            List<String> said = ask(
                    new Request.SetData(top, null, -1),
                    new Request.GetData(top, false),
                    new Request.SetData(top, Bytes.EMPTY, -1),
                    new Request.GetData(top, false));

            assertThat(said.get(1)).contains("bytes=null").contains("dataLength=0");
            assertThat(said.get(3)).contains("bytes=Bytes[0").contains("dataLength=0");
        }

        @Test
        void aNodeMayBeLargerThanAClientReads() throws Exception {
            Request create =
                    new Request.Create(OpCode.CREATE, top + "/large", Bytes.wrap(new byte[1_048_490]), Acl.OPEN, 0);

            assertThat(ask(create, new Request.GetData(top + "/large", false)).get(1))
                    .containsPattern("104857[6-9] bytes|10485[89]\\d bytes");
            ask(new Request.Delete(top + "/large", -1));
        }

        @Test
        void aWrongPasswordOfAUserIsNoFailure() throws Exception {
            both(new Step.Open(17, 60_000, false, true));

            List<String> said =
                    both(new Step.Ask(17, List.of(proof("u:wrong"), proof("u:p"), sent(Request.WhoAmI.INSTANCE))));

            assertThat(said.get(0)).contains("zxid=0 error=0");
            assertThat(said.get(2)).containsPattern("digest.*digest.*ip");
        }

        @Test
        void whoComesBackHasToProveHimselfAgain() throws Exception {
            both(new Step.Open(21, 60_000, false, true));
            both(new Step.Ask(21, List.of(proof("u:p"))));

            both(new Step.Return(21, Step.Claim.RIGHT));

            assertThat(both(new Step.Ask(21, List.of(sent(Request.WhoAmI.INSTANCE))))
                            .get(0))
                    .contains("ip")
                    .doesNotContain("digest");
        }

        @Test
        void whoIsCapturedWhenARequestIsRead() throws Exception {
            both(new Step.Open(18, 60_000, false, true));
            ask(create(
                    top + "/u",
                    List.of(new Acl(Permission.ALL, "digest", "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=")),
                    CreateMode.PERSISTENT));

            List<String> said =
                    both(new Step.Ask(18, List.of(proof("u:p"), sent(new Request.GetData(top + "/u", false)))));

            assertThat(said.get(1)).contains("error=0");
        }
    }

    @Nested
    class InTheTree {
        @Test
        void whatNobodyHasMadeHasAPastOfItsOwn(@TempDir Path directory) throws Exception {
            Step open = new Step.Open(0, 60_000, false, true);
            try (ApacheServer theirs = ApacheServer.forgetful(directory, TICK_MILLIS);
                    BatonServer own = BatonServer.start(
                            ServerSettings.inMemory().withSessions(SessionSettings.ofTick(TICK_MILLIS)));
                    Party freshApache = new Party(theirs.port());
                    Party fresh = new Party(own.port())) {
                assertThat(fresh.perform(open)).isEqualTo(freshApache.perform(open));
                List<String> said = new ArrayList<>();
                for (String path : List.of("/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config")) {
                    Step look = asked(sent(new Request.GetChildren2(path, false)));
                    List<String> ofOurs = fresh.perform(look);
                    assertThat(ofOurs).isEqualTo(freshApache.perform(look));
                    said.addAll(ofOurs);
                }

                assertThat(said.get(0)).contains(" cversion=-1,").contains("numChildren=1");
                assertThat(said.get(1)).contains(" cversion=-2,").contains("numChildren=2");
            }
        }

        @Test
        void childrenAreCountedTwiceAndNamesOnce() throws Exception {
            ask(
                    create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT),
                    create(top + "/b", Acl.OPEN, CreateMode.PERSISTENT));

            List<String> said = ask(
                    new Request.Delete(top + "/a", -1),
                    new Request.Exists(top, false),
                    create(top + "/s", Acl.OPEN, CreateMode.PERSISTENT_SEQUENTIAL));

            assertThat(said.get(1)).contains("cversion=3").contains("numChildren=1");
            assertThat(said.get(2)).contains("path=" + top + "/s0000000002");
        }

        @Test
        void aNumberTellsHowManyChildrenThereEverWereWhateverTheyAreCalled() throws Exception {
            Request.Create ticket = create(top + "/s", Acl.OPEN, CreateMode.PERSISTENT_SEQUENTIAL);
            Request other = create(top + "/s0000000007", Acl.OPEN, CreateMode.EPHEMERAL);
            Request undo = new Request.Delete(top + "/s0000000007", -1);

            List<String> said = ask(
                    ticket,
                    other,
                    ticket,
                    undo,
                    other,
                    other,
                    ticket,
                    new Request.Exists(top, false),
                    new Request.Delete(top + "/s0000000004", -1),
                    ticket);

            assertThat(errors(said)).containsExactly(0, 0, 0, 0, 0, -110, 0, 0, 0, 0);
            assertThat(said.get(2)).contains("path=" + top + "/s0000000002");
            assertThat(said.get(6)).contains("path=" + top + "/s0000000004");
            // Not the version of the set of children, which counts deletions too.
            assertThat(said.get(7)).contains("cversion=6").contains("numChildren=4");
            assertThat(said.get(9)).contains("path=" + top + "/s0000000005");
        }

        @Test
        void numbersBeginAnewWithANewParent() throws Exception {
            Request parent = create(top + "/p", Acl.OPEN, CreateMode.PERSISTENT);
            Request.Create ticket = create(top + "/p/", Acl.OPEN, CreateMode.PERSISTENT_SEQUENTIAL);

            List<String> said = ask(
                    parent,
                    ticket,
                    ticket,
                    new Request.Delete(top + "/p/0000000000", -1),
                    new Request.Delete(top + "/p/0000000001", -1),
                    new Request.Delete(top + "/p", -1),
                    parent,
                    ticket);

            assertThat(said.get(2)).contains("path=" + top + "/p/0000000001");
            assertThat(said.get(7)).contains("path=" + top + "/p/0000000000");
        }

        @ParameterizedTest
        @CsvSource({"false, -123", "true, -6"})
        void whoMayNotChangeTheEnsembleLearnsFirstWhyNobodyCan(boolean enabled, int error, @TempDir Path directory)
                throws Exception {
            Step open = new Step.Open(0, 60_000, false, true);
            Step change = new Step.Ask(
                    0,
                    List.of(
                            sent(new Request.Reconfig("server.9=nowhere:1:2;3", null, null, -1)),
                            sent(new Request.Reconfig(null, "nobody", null, 77)),
                            sent(new Request.SetData("/zookeeper/config", null, -1))));
            Step proof = asked(proof(ApacheTwin.SUPER));
            FeatureSettings features =
                    new FeatureSettings(true, false, enabled, true, false, 60_000, 10_000, 0, ApacheTwin.AUTH);
            boolean before = QuorumPeerConfig.isReconfigEnabled();
            QuorumPeerConfig.setReconfigEnabled(enabled);
            try (ApacheServer theirs = ApacheServer.forgetful(directory, TICK_MILLIS);
                    BatonServer own = BatonServer.start(ServerSettings.inMemory()
                            .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                            .withFeatures(features));
                    Party changingApache = new Party(theirs.port());
                    Party changing = new Party(own.port())) {
                assertThat(changing.perform(open)).isEqualTo(changingApache.perform(open));

                List<String> said = changing.perform(change);

                assertThat(errors(said)).containsExactly(error, error, -102);
                assertThat(said).isEqualTo(changingApache.perform(change));
                assertThat(changing.perform(proof)).isEqualTo(changingApache.perform(proof));
                List<String> ofSuperUser = changing.perform(change);
                assertThat(errors(ofSuperUser)).containsExactly(error, error, 0);
                assertThat(ofSuperUser).isEqualTo(changingApache.perform(change));
            } finally {
                QuorumPeerConfig.setReconfigEnabled(before);
            }
        }

        @Test
        void aMultiThatFailsGivesItsNumbersBack() throws Exception {
            Request.Create sequential = create(top + "/s", Acl.OPEN, CreateMode.PERSISTENT_SEQUENTIAL);

            List<String> said =
                    ask(new Request.Multi(List.of(sequential, new Request.Check(top + "/none", -1))), sequential);

            assertThat(said.get(1)).contains("path=" + top + "/s0000000000");
        }

        @Test
        void theSetOfChildrenIsStampedByDeletionsTooAndByNothingElse() throws Exception {
            ask(create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT));

            ask(new Request.SetData(top + "/a", null, -1), create(top + "/a/b", Acl.OPEN, CreateMode.PERSISTENT));
            long deletedAt = ours.lastZxid() + 2;
            List<String> said = ask(
                    new Request.Delete(top + "/a/b", -1),
                    new Request.Delete(top + "/a", -1),
                    new Request.Exists(top, false));

            assertThat(said.get(2)).contains("pzxid=" + deletedAt);
        }

        @Test
        void anotherListLeavesTheNodeAsOldAsItWas() throws Exception {
            List<String> said = ask(
                    new Request.GetData(top, true),
                    new Request.SetAcl(top, Acl.OPEN, 0),
                    new Request.SetAcl(top, Acl.OPEN, 0),
                    new Request.GetAcl(top));

            assertThat(said.get(1)).contains("aversion=1").contains("version=0");
            assertThat(said.get(2)).contains("error=-103");
            assertThat(said).noneMatch(line -> line.startsWith("event"));
        }

        @Test
        void deletingLooksAtTheParentThenAtTheVersionThenAtChildren() throws Exception {
            ask(create(top + "/a", List.of(new Acl(0, "world", "anyone")), CreateMode.PERSISTENT));
            ask(
                    create(top + "/b", Acl.OPEN, CreateMode.PERSISTENT),
                    create(top + "/b/c", Acl.OPEN, CreateMode.PERSISTENT));

            List<String> said = ask(
                    new Request.Delete(top + "/a", -2),
                    new Request.Delete(top + "/a", -1),
                    new Request.Delete(top + "/b", 7),
                    new Request.Delete(top + "/b", -1));

            assertThat(said.get(0)).contains("error=-103");
            assertThat(said.get(1)).contains("error=0");
            assertThat(said.get(2)).contains("error=-103");
            assertThat(said.get(3)).contains("error=-111");
        }

        @Test
        void creatingLooksAtTheListThenAtTheParentThenAtTheName() throws Exception {
            ask(create(top + "/shut", List.of(new Acl(0, "world", "anyone")), CreateMode.PERSISTENT));
            ask(create(top + "/e", Acl.OPEN, CreateMode.EPHEMERAL));

            List<String> said = ask(
                    create(top + "/none/x", List.of(), CreateMode.PERSISTENT),
                    create(top + "/none/..", Acl.OPEN, CreateMode.PERSISTENT),
                    create(top + "/shut/..", Acl.OPEN, CreateMode.PERSISTENT),
                    create(top + "/..", Acl.OPEN, CreateMode.PERSISTENT),
                    create(top + "/e", Acl.OPEN, CreateMode.PERSISTENT),
                    create(top + "/e/x", Acl.OPEN, CreateMode.PERSISTENT));

            assertThat(errors(said)).containsExactly(-114, -101, -102, -8, -110, -108);
            ask(new Request.Delete(top + "/e", -1));
        }

        @Test
        void writingLooksAtPermissionBeforeTheVersion() throws Exception {
            ask(create(top + "/a", Acl.READ_ONLY, CreateMode.PERSISTENT));

            assertThat(errors(ask(new Request.SetData(top + "/a", null, 9)))).containsExactly(-102);
        }

        @Test
        void theEmptyPathIsTheRootToReadersOnly() throws Exception {
            assertThat(errors(ask(
                            new Request.GetData("", false),
                            new Request.Exists("", false),
                            new Request.GetChildren("", false),
                            new Request.GetAcl(""),
                            new Request.SetData("", null, -1),
                            new Request.Delete("", -1))))
                    .containsExactly(0, 0, 0, 0, -8, -8);
        }

        @Test
        void whoMayNotReadANodeIsNotToldThatItIsThereAndSetsNoWatch() throws Exception {
            ask(create(top + "/a", List.of(new Acl(Permission.WRITE, "world", "anyone")), CreateMode.PERSISTENT));

            List<String> said =
                    ask(new Request.Exists(top + "/a", true), new Request.CheckWatches(top + "/a", WatcherType.ANY));

            assertThat(errors(said)).containsExactly(-102, -121);
        }

        @Test
        void theHashInAListIsForItsAdministrators() throws Exception {
            String id = "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=";
            ask(create(
                    top + "/a",
                    List.of(new Acl(Permission.ALL, "digest", id), new Acl(Permission.READ, "world", "anyone")),
                    CreateMode.PERSISTENT));
            ask(create(top + "/b", List.of(new Acl(Permission.ALL, "digest", id), EVERYTHING), CreateMode.PERSISTENT));

            List<String> said = ask(new Request.GetAcl(top + "/a"), new Request.GetAcl(top + "/b"));

            assertThat(said.get(0)).contains("id=u:x");
            assertThat(said.get(1)).contains(id);
        }

        @Test
        void permissionsMayBeAnyNumber() throws Exception {
            List<String> said = ask(
                    create(top + "/a", List.of(new Acl(64, "world", "anyone")), CreateMode.PERSISTENT),
                    new Request.GetData(top + "/a", false),
                    new Request.Delete(top + "/a", -1));

            assertThat(errors(said)).containsExactly(0, -102, 0);
        }

        @Test
        void containersAndNodesWithATimeToLiveBelongToNobody() throws Exception {
            System.setProperty("zookeeper.extendedTypesEnabled", "true");
            try {
                List<String> said = ask(
                        new Request.Create(OpCode.CREATE_CONTAINER, top + "/c", null, Acl.OPEN, 4),
                        new Request.CreateTtl(top + "/t", null, Acl.OPEN, 5, 1_000_000),
                        new Request.CreateTtl(top + "/t", null, Acl.OPEN, 5, 0),
                        create(top + "/c/e", Acl.OPEN, CreateMode.EPHEMERAL));

                assertThat(said.get(0)).contains("ephemeralOwner=nobody");
                assertThat(said.get(1)).contains("ephemeralOwner=nobody");
                assertThat(errors(said)).containsExactly(0, 0, -8, 0);
            } finally {
                System.clearProperty("zookeeper.extendedTypesEnabled");
            }
        }

        @Test
        void anAccountChangesWithoutAnotherVersion() throws Exception {
            String account = "/zookeeper/quota" + top + "/zookeeper_stats";
            ask(
                    create("/zookeeper/quota" + top, Acl.OPEN, CreateMode.PERSISTENT),
                    new Request.Create(
                            OpCode.CREATE,
                            "/zookeeper/quota" + top + "/zookeeper_limits",
                            Bytes.utf8("count=5"),
                            Acl.OPEN,
                            0),
                    create(account, Acl.OPEN, CreateMode.PERSISTENT));

            List<String> said = ask(
                    new Request.GetData(account, true),
                    create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT),
                    new Request.GetData(account, false));

            assertThat(said).hasSize(3).noneMatch(line -> line.startsWith("event"));
            assertThat(said.get(0)).contains(" version=0").contains(inHex("count=1"));
            assertThat(said.get(2)).contains(" version=0").contains(inHex("count=2"));
        }

        @Test
        void allDescendantsAreCountedButNotTheNodeItself() throws Exception {
            ask(
                    create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT),
                    create(top + "/a/b", Acl.OPEN, CreateMode.PERSISTENT));

            assertThat(ask(new Request.GetAllChildrenNumber(top)).get(0)).contains("count=2");
        }

        @Test
        void ephemeralsAreFoundByTextNotByPath() throws Exception {
            both(new Step.Open(19, 60_000, false, true));
            Step make = new Step.Ask(
                    19,
                    List.of(
                            sent(create(top + "/ab", Acl.OPEN, CreateMode.EPHEMERAL)),
                            sent(new Request.GetEphemerals(top + "/a")),
                            sent(new Request.GetEphemerals(" "))));

            assertThat(both(make).get(1)).contains(top + "/ab");
        }

        @Test
        void clientsMayUseTheReservedTree() throws Exception {
            assertThat(errors(ask(
                            create("/zookeeper/own" + tops, Acl.OPEN, CreateMode.PERSISTENT),
                            new Request.Delete("/zookeeper/own" + tops, -1),
                            new Request.Delete("/zookeeper/config", -1),
                            new Request.SetData("/zookeeper/config", null, -1),
                            new Request.GetData("/zookeeper/config", false))))
                    .containsExactly(0, 0, -8, -102, 0);
        }

        @Test
        void whoStandsAboveAllListsPassesThem() throws Exception {
            both(new Step.Open(20, 60_000, false, true));
            ask(create(top + "/a", List.of(new Acl(0, "world", "anyone")), CreateMode.PERSISTENT));

            List<String> said = both(new Step.Ask(
                    20,
                    List.of(
                            proof(ApacheTwin.SUPER),
                            sent(new Request.GetData(top + "/a", false)),
                            sent(Request.WhoAmI.INSTANCE),
                            sent(create(top + "/b", List.of(new Acl(1, "super", "")), CreateMode.PERSISTENT)))));

            assertThat(said.get(1)).contains("error=0");
            assertThat(said.get(2)).contains("super");
            assertThat(said.get(3)).contains("error=-114");
        }
    }

    @Nested
    class InAMulti {
        @Test
        void aFailureStandsInsideAndNotInTheHeader() throws Exception {
            List<String> said = ask(new Request.Multi(List.of(
                    create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT),
                    new Request.Check(top + "/none", -1),
                    new Request.Delete(top, -1))));

            assertThat(said.get(0))
                    .contains("error=0 ")
                    .contains("Failed[error=0], Failed[error=-101], Failed[error=-2]");
        }

        @Test
        void containersAreAnsweredAsCreate2() throws Exception {
            List<String> said = ask(new Request.Multi(
                    List.of(new Request.Create(OpCode.CREATE_CONTAINER, top + "/c", null, Acl.OPEN, 4))));

            assertThat(said.get(0)).contains("Done[type=CREATE2");
        }

        @Test
        void whatHasATimeToLiveInNameOnlyIsOfTheKindThatItsFlagsSay() throws Exception {
            Request.MultiOp plain = new Request.CreateTtl(top + "/a", null, Acl.OPEN, 0, 1_000);
            Request.MultiOp container = new Request.CreateTtl(top + "/c", null, Acl.OPEN, 4, -1);
            Request.MultiOp unknown = new Request.CreateTtl(top + "/u", null, Acl.OPEN, 7, 1_000);

            List<String> said = ask(new Request.Multi(List.of(plain, container)), new Request.Multi(List.of(unknown)));

            assertThat(said.get(0)).containsPattern("Done\\[type=CREATE,.*Done\\[type=CREATE2");
            assertThat(said.get(1)).contains("error=0 ").contains("Failed[error=-8]");
        }

        @Test
        void anOperationThatDoesNotBelongThereFailsAll() throws Exception {
            SentRequest multi = sent(new Request.Multi(List.of(new Request.Check(top, -1))));
            for (int stranger : new int[] {3, 6, 7, 9, 12, 4}) {
                byte[] body = multi.body().clone();
                body[3] = (byte) stranger;

                // Apache ZooKeeper answers the same, but wastes a zxid: see OnPurposeTest.
                assertThat(ours.perform(asked(multi.withBody(body, "stranger"))).get(0))
                        .contains("error=-5 16 bytes");
            }
        }

        @Test
        void nothingAtAllSucceedsAndTakesAZxid() throws Exception {
            long before = ours.lastZxid();

            assertThat(ask(new Request.Multi(List.of())).get(0))
                    .contains("error=0")
                    .contains("results=[]");

            assertThat(ours.lastZxid()).isEqualTo(before + 1);
        }

        @Test
        void readsSetNoWatchesAndFailOneByOne() throws Exception {
            List<String> said = ask(
                    new Request.MultiRead(List.of(
                            new Request.GetData(top, true),
                            new Request.GetData(top + "/none", true),
                            new Request.GetChildren(top, true))),
                    new Request.CheckWatches(top, WatcherType.ANY));

            assertThat(said.get(0)).containsPattern("error=0 .*Done.*Failed\\[error=-101\\].*Done");
            assertThat(said.get(1)).contains("error=-121");
        }

        @Test
        void eachPartIsShownAsItWasRightThen() throws Exception {
            List<String> said = ask(new Request.Multi(List.of(
                    new Request.Create(OpCode.CREATE2, top + "/a", null, Acl.OPEN, 0),
                    new Request.SetData(top + "/a", Bytes.utf8("x"), 0),
                    new Request.SetData(top + "/a", Bytes.utf8("y"), 1),
                    new Request.Check(top + "/a", 2))));

            assertThat(said.get(0)).containsPattern("version=0.*version=1.*version=2");
        }
    }

    @Nested
    class OfWatches {
        @Test
        void anEventComesBeforeTheAnswerToItsCause() throws Exception {
            List<String> said = ask(new Request.GetData(top, true), new Request.SetData(top, null, -1));

            assertThat(said.get(1)).startsWith("event zxid=" + ours.lastZxid());
            assertThat(said.get(2)).startsWith("reply");
        }

        @Test
        void theEndOfANodeIsToldOnceHoweverItIsWatched() throws Exception {
            List<String> said = ask(
                    create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT),
                    new Request.GetData(top + "/a", true),
                    new Request.GetChildren(top + "/a", true),
                    new Request.AddWatch(top + "/a", AddWatchMode.PERSISTENT),
                    new Request.GetChildren(top, true),
                    new Request.Delete(top + "/a", -1));

            assertThat(said.stream().filter(line -> line.startsWith("event"))).hasSize(2);
            assertThat(said.get(5)).contains("NODE_DELETED");
            assertThat(said.get(6)).contains("NODE_CHILDREN_CHANGED");
        }

        @Test
        void onlyExistsWatchesWhatIsNotThere() throws Exception {
            List<String> said = ask(
                    new Request.GetData(top + "/a", true),
                    new Request.GetChildren(top + "/a", true),
                    new Request.CheckWatches(top + "/a", WatcherType.ANY),
                    new Request.Exists(top + "/a", true),
                    new Request.CheckWatches(top + "/a", WatcherType.DATA));

            assertThat(errors(said)).containsExactly(-101, -101, -121, -101, 0);
        }

        @Test
        void kindsOfWatchesOnOnePathDoNotDisturbEachOther() throws Exception {
            List<String> said = ask(
                    new Request.GetData(top, true),
                    new Request.AddWatch(top, AddWatchMode.PERSISTENT),
                    new Request.AddWatch(top, AddWatchMode.PERSISTENT_RECURSIVE),
                    new Request.RemoveWatches(top, WatcherType.PERSISTENT),
                    new Request.CheckWatches(top, WatcherType.PERSISTENT),
                    new Request.CheckWatches(top, WatcherType.DATA),
                    new Request.CheckWatches(top, WatcherType.CHILDREN),
                    new Request.CheckWatches(top, WatcherType.PERSISTENT_RECURSIVE),
                    new Request.RemoveWatches(top, WatcherType.ANY),
                    new Request.CheckWatches(top, WatcherType.ANY));

            assertThat(errors(said)).containsExactly(0, 0, 0, 0, -121, 0, -121, 0, 0, -121);
        }

        @Test
        void aRecursiveWatchHearsOfEveryNodeButNotOfSetsOfChildren() throws Exception {
            List<String> said = ask(
                    new Request.AddWatch(top, AddWatchMode.PERSISTENT_RECURSIVE),
                    create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT),
                    create(top + "/a/b", Acl.OPEN, CreateMode.PERSISTENT),
                    new Request.Delete(top + "/a/b", -1),
                    new Request.RemoveWatches(top, WatcherType.ANY));

            assertThat(said).noneMatch(line -> line.contains("NODE_CHILDREN_CHANGED"));
            assertThat(said.stream().filter(line -> line.startsWith("event"))).hasSize(3);
        }

        @Test
        void catchingUpTellsOfTheNodeAsItIs() throws Exception {
            List<String> said = ask(
                    new Request.SetWatches(0, List.of(top, top + "/none"), List.of(top), List.of(top)),
                    new Request.CheckWatches(top, WatcherType.ANY));

            assertThat(said).hasSize(6);
            assertThat(said.get(0)).startsWith("event zxid=-1").contains("NODE_DATA_CHANGED");
            assertThat(said.get(1)).startsWith("event zxid=-1").contains("NODE_DELETED");
            assertThat(said.get(2)).startsWith("event zxid=-1").contains("NODE_CREATED");
            assertThat(said.get(3)).startsWith("event zxid=-1").contains("NODE_CHILDREN_CHANGED");
            assertThat(said.get(5)).contains("error=-121");
        }

        @Test
        void persistentWatchesAreSetAgainWithoutCatchingUp() throws Exception {
            List<String> said = ask(
                    new Request.SetWatches2(0, List.of(), List.of(), List.of(), List.of(top), List.of(top)),
                    new Request.CheckWatches(top, WatcherType.PERSISTENT),
                    new Request.RemoveWatches(top, WatcherType.ANY));

            assertThat(errors(said)).containsExactly(0, 0, 0);
        }

        @Test
        void whoMayNotKnowUsesUpAWatchAllTheSame() throws Exception {
            ask(create(top + "/a", Acl.OPEN, CreateMode.PERSISTENT));
            both(new Step.Ask(1, List.of(sent(new Request.GetData(top + "/a", true)))));

            ask(
                    new Request.SetAcl(top + "/a", List.of(new Acl(Permission.WRITE, "world", "anyone")), -1),
                    new Request.SetData(top + "/a", null, -1));

            assertThat(both(new Step.Ask(1, List.of(sent(new Request.CheckWatches(top + "/a", WatcherType.ANY))))))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("error=-121");
        }

        @Test
        void watchesStayBehindOnTheConnectionThatSetThem() throws Exception {
            both(new Step.Open(22, 60_000, false, true));
            both(new Step.Ask(22, List.of(sent(new Request.GetData(top, true)))));

            both(new Step.Return(22, Step.Claim.RIGHT));
            ask(new Request.SetData(top, null, -1));

            assertThat(errors(both(new Step.Ask(22, List.of(sent(new Request.CheckWatches(top, WatcherType.DATA)))))))
                    .containsExactly(-121);
        }

        @Test
        void anyPathMayBeWatchedForGood() throws Exception {
            assertThat(errors(ask(
                            new Request.AddWatch(top + "/none", AddWatchMode.PERSISTENT),
                            new Request.AddWatch("no path", AddWatchMode.PERSISTENT_RECURSIVE))))
                    .isEqualTo(Collections.nCopies(2, 0));
        }
    }

    private List<String> ask(Request... requests) throws IOException {
        return both(new Step.Ask(0, Arrays.stream(requests).map(this::sent).toList()));
    }

    private static String inHex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Step asked(SentRequest request) {
        return new Step.Ask(0, List.of(request));
    }

    private SentRequest sent(Request request) {
        return SentRequest.of(++xid, request);
    }

    private static SentRequest proof(String text) {
        return SentRequest.of(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8(text)));
    }

    private static Request.Create create(String path, List<Acl> acl, CreateMode mode) {
        return new Request.Create(OpCode.CREATE, path, null, acl, mode.flags());
    }

    private static List<Integer> errors(List<String> said) {
        return said.stream()
                .filter(line -> line.startsWith("reply"))
                .map(line -> Integer.valueOf(line.replaceAll(".* error=(-?\\d+) .*", "$1")))
                .toList();
    }

    private List<String> both(Step step) throws IOException {
        List<String> said = ours.perform(step);
        assertThat(said).describedAs("%s", step).isEqualTo(apache.perform(step));
        return said;
    }
}
