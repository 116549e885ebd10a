package baton.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.sim.FuzzySnapshot;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import baton.server.tree.QuotaNumbers;
import baton.server.tree.Quotas;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaTest {
    private SimulatedServer server;
    private SimulatedConnection client;

    @BeforeEach
    void start() {
        serve(SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS).withQuotaEnforced());
    }

    private void serve(SequencerSettings settings) {
        server = new SimulatedServer(settings);
        client = server.client();
        client.done(create("/a", "12345"));
        client.done(create("/a/x", "123"));
    }

    @Test
    void anAccountIsOpenedWithEverythingThatIsThere() {
        limit("/a", "count=10,bytes=100");

        assertThat(text("/zookeeper/quota/a/zookeeper_stats")).isEqualTo("count=2,bytes=8");
    }

    @Test
    void everyChangeIsPutToTheAccount() {
        limit("/a", "count=10,bytes=100");

        client.done(create("/a/y", "1"));
        client.done(new Request.SetData("/a/x", null, -1));
        client.done(new Request.Create(OpCode.CREATE, "/a/e", Bytes.utf8("1234567"), Acl.OPEN, 1));
        client.done(new Request.Delete("/a/y", -1));
        assertThat(text(Quotas.usagePath("/a"))).isEqualTo("count=3,bytes=12");

        client.done(Request.CloseSession.INSTANCE);
        client = server.client();
        assertThat(text(Quotas.usagePath("/a"))).isEqualTo("count=2,bytes=5");
    }

    @Test
    void keepingAnAccountLeavesNoTraceInTheStat() {
        limit("/a", "count=10,bytes=100");
        Response.Content before = content(Quotas.usagePath("/a"));

        client.done(create("/a/y", "1234567890123"));

        Response.Content after = content(Quotas.usagePath("/a"));
        assertThat(after.bytes()).isEqualTo(Bytes.utf8("count=3,bytes=21"));
        assertThat(after.stat().mzxid()).isEqualTo(before.stat().mzxid());
        assertThat(after.stat().version()).isZero();
    }

    /** Else one quota anywhere would have each change of a deep node look, and copy a path, as often as it is deep. */
    @Test
    void aQuotaCostsNothingHoweverDeepBesideIt() {
        StringBuilder path = new StringBuilder();
        for (int depth = 0; depth < 500; depth++) {
            client.done(create(path.append("/d").toString(), "1"));
        }
        Request change = new Request.SetData(path.toString(), Bytes.utf8("2"), -1);
        client.done(change);
        long without = allocatedBy(change);

        limit("/a", "count=10,bytes=100");
        client.done(change);

        assertThat(allocatedBy(change)).isLessThan(without + 50_000);
    }

    /** Whoever may write there may put one quota below the other, as deep as he likes. */
    @Test
    void aThousandQuotasOnePathLongCostWhatItsNamesDo() {
        StringBuilder path = new StringBuilder();
        for (int depth = 0; depth < 1_000; depth++) {
            client.done(create(path.append("/d").toString(), "1"));
        }
        Request change = new Request.SetData(path.toString(), Bytes.utf8("2"), -1);
        client.done(change);
        long without = allocatedBy(change);

        for (int end = 2; end <= path.length(); end += 2) {
            String top = path.substring(0, end);
            client.done(create("/zookeeper/quota" + top, null));
            client.done(create(Quotas.limitsPath(top), "count=9999"));
        }
        client.done(create(Quotas.usagePath(path.toString()), "count=1,bytes=1"));
        client.done(change);

        // Each name is copied twice; a copy of each path above it would come to two million bytes.
        assertThat(allocatedBy(change)).isLessThan(without + 300_000);
        assertThat(text(Quotas.usagePath(path.toString()))).isEqualTo("count=1,bytes=1");
    }

    /** All parts of a multi are decided before any is applied. */
    @Test
    void aQuotaCountsFromTheMomentOnInWhichItIsDecided() {
        limit("/a", "count=10");
        client.done(create("/zookeeper/quota/a/x", null));
        Request.Create limits = create(Quotas.limitsPath("/a/x"), "countHardLimit=1");
        Request.Create usage = create(Quotas.usagePath("/a/x"), "count=1,bytes=3");

        Response.Multi refused =
                (Response.Multi) client.done(new Request.Multi(List.of(limits, usage, create("/a/x/1", ""))));
        assertThat(refused.results()).hasToString("[Failed[error=0], Failed[error=0], Failed[error=-125]]");

        client.done(limits);
        client.done(usage);
        assertThat(client.error(create("/a/x/1", ""))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        client.done(
                new Request.Multi(List.of(new Request.Delete(Quotas.limitsPath("/a/x"), -1), create("/a/x/1", ""))));
        assertThat(text("/a/x/1")).isEmpty();
    }

    private long allocatedBy(Request request) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        client.done(request);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void onlyTheDeepestQuotaCounts() {
        limit("/a", "count=10");
        limit("/a/x", "count=10");

        client.done(create("/a/x/1", "12"));

        assertThat(text(Quotas.usagePath("/a"))).isEqualTo("count=2,bytes=8");
        assertThat(text(Quotas.usagePath("/a/x"))).isEqualTo("count=2,bytes=5");
    }

    @Test
    void whoseLimitsAreDeletedIsFree() {
        limit("/a", "count=2,countHardLimit=2");
        client.done(new Request.Delete(Quotas.limitsPath("/a"), -1));

        assertThat(client.error(create("/a/y", "1"))).isEqualTo(ErrorCode.OK);
        assertThat(text(Quotas.usagePath("/a"))).isEqualTo("count=2,bytes=8");
    }

    @Test
    void aSoftQuotaWarnsOnceWhenItIsOutgrown() {
        limit("/a", "count=3,bytes=100");

        client.done(create("/a/1", "1"));
        assertThat(server.excesses()).isEmpty();
        client.done(create("/a/2", "1"));
        client.done(create("/a/3", "1"));

        assertThat(server.excesses()).hasSize(1);
        assertThat(server.excesses().get(0).path()).isEqualTo("/a");
        assertThat(server.excesses().get(0).used().count()).isEqualTo(4);
    }

    @Nested
    class AHardQuota {
        @Test
        void refusesANodeTooMany() {
            limit("/a", "countHardLimit=3");

            assertThat(client.error(create("/a/1", "1"))).isEqualTo(ErrorCode.OK);
            assertThat(client.error(create("/a/2", "1"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(server.overQuota()).containsExactly("/a");
            client.done(new Request.Delete("/a/1", -1));
            assertThat(client.error(create("/a/2", "1"))).isEqualTo(ErrorCode.OK);
        }

        @Test
        void refusesAByteTooMany() {
            limit("/a", "byteHardLimit=10");

            assertThat(client.error(create("/a/1", "123"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(client.error(new Request.SetData("/a/x", Bytes.utf8("123456"), -1)))
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(client.error(new Request.SetData("/a/x", Bytes.utf8("12345"), -1)))
                    .isEqualTo(ErrorCode.OK);
        }

        @Test
        void comesBeforeTheVersion() {
            limit("/a", "byteHardLimit=8");

            assertThat(client.error(new Request.SetData("/a/x", Bytes.utf8("1234"), 77)))
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(client.error(new Request.SetData("/a/x", Bytes.utf8("123"), 77)))
                    .isEqualTo(ErrorCode.BAD_VERSION);
        }

        @Test
        void refusesEvenWhatShrinksWhileItIsOverrun() {
            limit("/a", "bytes=100");
            client.done(new Request.SetData(Quotas.limitsPath("/a"), Bytes.utf8("byteHardLimit=4"), -1));

            assertThat(client.error(new Request.SetData("/a/x", Bytes.utf8("1"), -1)))
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(client.error(new Request.SetData("/a/x", Bytes.utf8("xyz"), -1)))
                    .isEqualTo(ErrorCode.OK);
        }

        @Test
        void countsWhatIsStillOnItsWayToTheDisk() {
            limit("/a", "countHardLimit=4");

            for (int i = 0; i < 5; i++) {
                client.send(create("/a/" + i, ""));
            }
            server.settle();

            assertThat(content("/a").stat().numChildren()).isEqualTo(3);
        }

        @Test
        void refusesAMultiThatWouldOverrunItAsAWhole() {
            limit("/a", "countHardLimit=4");

            Response.Multi answer = (Response.Multi)
                    client.done(new Request.Multi(List.of(create("/a/1", ""), create("/a/2", ""), create("/a/3", ""))));

            assertThat(answer.results()).hasToString("[Failed[error=0], Failed[error=0], Failed[error=-125]]");
            assertThat(client.error(create("/a/1", ""))).isEqualTo(ErrorCode.OK);
            assertThat(client.error(create("/a/2", ""))).isEqualTo(ErrorCode.OK);
            assertThat(client.error(create("/a/3", ""))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        }

        @Test
        void isNoneUnlessItIsEnforced() {
            serve(SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS));
            limit("/a", "countHardLimit=1");

            assertThat(client.error(create("/a/1", ""))).isEqualTo(ErrorCode.OK);
        }

        @Test
        void thatCannotBeReadRefusesAll() {
            limit("/a", "nonsense");

            assertThat(client.error(create("/a/1", ""))).isEqualTo(ErrorCode.MARSHALLING_ERROR);
            assertThat(client.error(create("/b", ""))).isEqualTo(ErrorCode.OK);
        }
    }

    /** Each of these ends the reference implementation, at once or with the next change, and whenever it reads the log again. */
    @Nested
    class WhatClientsWriteThere {
        @ParameterizedTest
        @ValueSource(strings = {"/zookeeper", "/zookeeper/quota", "/zookeeper/y", "/zookeeperland", "/zookeeper/quotb"})
        void isNoLimitOfNothing(String parent) {
            client.error(create(parent, ""));

            assertThat(client.error(create(parent + "/zookeeper_limits", "count=1")))
                    .isEqualTo(ErrorCode.BAD_ARGUMENTS);
            assertThat(client.error(create(parent + "/zookeeper_limitsX", ""))).isEqualTo(ErrorCode.OK);
        }

        @Test
        void isNoLimitThatASnapshotWouldTakeForOneOfNothing() {
            client.done(create("/zookeeper/quota/zookeeper_limitsX", ""));

            assertThat(client.error(create("/zookeeper/quota/zookeeper_limitsX/zookeeper_limits", "")))
                    .isEqualTo(ErrorCode.BAD_ARGUMENTS);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "/a", "/zookeeper/quota/a", "/zookeeper/other-node", "/zookeeper/quotaX"})
        void mayBeCalledALimitElsewhere(String parent) {
            for (int slash = parent.indexOf('/', 1); slash > 0; slash = parent.indexOf('/', slash + 1)) {
                client.error(create(parent.substring(0, slash), ""));
            }
            client.error(create(parent, ""));
            String limits = parent + "/zookeeper_limits";

            assertThat(client.error(create(limits, "count=1"))).isEqualTo(ErrorCode.OK);
            assertThat(client.error(new Request.Delete(limits, -1))).isEqualTo(ErrorCode.OK);
        }

        @Test
        void isNoAccountThatCannotBeRead() {
            limit("/a", "count=10");
            for (Bytes each : new Bytes[] {Bytes.utf8("nonsense"), null, Bytes.utf8("count=x"), Bytes.utf8("count=")}) {
                assertThat(client.error(new Request.SetData(Quotas.usagePath("/a"), each, -1)))
                        .isEqualTo(ErrorCode.BAD_ARGUMENTS);
            }
            client.done(create("/a/y", "1"));

            assertThat(text(Quotas.usagePath("/a"))).isEqualTo("count=3,bytes=9");
        }

        @Test
        void mayEmptyAnAccountUntilTheNextChange() {
            limit("/a", "count=10");
            setData(Quotas.usagePath("/a"), Bytes.EMPTY);
            assertThat(text(Quotas.usagePath("/a"))).isEmpty();

            setData("/a/x", content("/a/x").bytes());

            assertThat(text(Quotas.usagePath("/a"))).isEqualTo("count=-1,bytes=-1");
        }

        @Test
        void mayAskForTheUsageOfEverything() {
            client.done(create("/zookeeper/quota/zookeeper_stats", "x"));

            // The root, two of ours, three that are always there, and the account itself.
            assertThat(text("/zookeeper/quota/zookeeper_stats")).isEqualTo("count=7,bytes=9");
        }
    }

    @Test
    void accountsAreMadeAnewFromASnapshot() {
        limit("/a", "count=10");
        setData(Quotas.usagePath("/a"), Bytes.utf8("count=99,bytes=99"));
        FuzzySnapshot snapshot = FuzzySnapshot.of(server.state(), () -> {});

        server.crash(snapshot, 0);

        assertThat(QuotaNumbers.parse(
                        Objects.requireNonNull(server.state().tree().find(Quotas.usagePath("/a")))
                                .state()
                                .content()))
                .contains(new QuotaNumbers(2, 8, -1, -1));
    }

    private void limit(String path, String limits) {
        StringBuilder quota = new StringBuilder("/zookeeper/quota");
        for (String each : path.substring(1).split("/")) {
            quota.append('/').append(each);
            client.call(create(quota.toString(), null));
        }
        client.done(create(Quotas.limitsPath(path), limits));
        client.done(create(Quotas.usagePath(path), "count=0,bytes=0"));
    }

    private void setData(String path, @Nullable Bytes content) {
        client.done(new Request.SetData(path, content, -1));
    }

    private Response.Content content(String path) {
        return (Response.Content) client.done(new Request.GetData(path, false));
    }

    private String text(String path) {
        return Objects.requireNonNull(content(path).bytes()).utf8();
    }

    private static Request.Create create(String path, @Nullable String content) {
        return new Request.Create(
                OpCode.CREATE,
                path,
                content == null ? null : Bytes.utf8(content),
                Acl.OPEN,
                CreateMode.PERSISTENT.flags());
    }
}
