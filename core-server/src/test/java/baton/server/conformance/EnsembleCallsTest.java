package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Xid;
import baton.server.BatonServer;
import baton.server.config.AdminSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.storage.ApacheServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.server.auth.EnsembleAuthenticationProvider;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that say which ensemble they look for, answered as by Apache ZooKeeper. */
@Timeout(60)
class EnsembleCallsTest {
    private static final int TICK_MILLIS = 15_000;
    private static final String CUT_OFF = "cut off";
    private static final String TAKEN = "reply xid=-4 zxid=0 error=0 16 bytes Empty[]";
    private static final String PROVIDER = "zookeeper.authProvider.ensemble";

    @TempDir
    Path temp;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private Party apache;
    private Party ours;
    private int adminPort;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
        List.of(PROVIDER, EnsembleAuthenticationProvider.ENSEMBLE_PROPERTY).forEach(System::clearProperty);
        ProviderRegistry.reset();
    }

    @Test
    void aClientThatLooksForAnotherIsCutOffAndItsSessionGoesOn() throws Exception {
        serve("blue, sky", Set.of("blue", "sky"));

        assertThat(call("red")).containsExactly(CUT_OFF);
        assertThat(both(new Step.Return(0, Step.Claim.RIGHT)).get(0)).startsWith("session ");
        assertThat(call("Blue")).containsExactly(CUT_OFF);
        assertThat(count("fail")).isEqualTo(2);
    }

    @Test
    void aClientThatKnowsOneOfItsNamesIsNobodyElseForIt() throws Exception {
        serve("blue, sky", Set.of("blue", "sky"));

        assertThat(call("blue")).containsExactly(TAKEN);
        assertThat(call("sky")).containsExactly(TAKEN);
        assertThat(count("success")).isEqualTo(2);
        assertThat(ask(Request.WhoAmI.INSTANCE).get(0)).contains("ip").doesNotContain("blue");
        assertThat(ask(new Request.Create(
                                OpCode.CREATE,
                                "/a",
                                Bytes.EMPTY,
                                List.of(new Acl(1, "ensemble", "blue")),
                                CreateMode.PERSISTENT.flags()))
                        .get(0))
                .contains("error=-114");
    }

    @Test
    void whoCallsNoneIsLetIn() throws Exception {
        serve("blue", Set.of("blue"));

        assertThat(call("")).containsExactly(TAKEN);
        assertThat(call(null)).containsExactly(TAKEN);
        assertThat(count("skip")).isEqualTo(2);
    }

    @Test
    void anEnsembleWithoutANameTakesAny() throws Exception {
        serve(null, Set.of());

        assertThat(call("red")).containsExactly(TAKEN);
        assertThat(count("skip")).isEqualTo(1);
    }

    @Test
    void withoutTheSchemeItIsAProofThatFails() throws Exception {
        start(FeatureSettings.DEFAULT);

        assertThat(call("blue")).containsExactly("reply xid=-4 zxid=0 error=-115 16 bytes", CUT_OFF);
    }

    private void serve(@Nullable String stated, Set<String> names) throws Exception {
        System.setProperty(PROVIDER, EnsembleAuthenticationProvider.class.getName());
        if (stated != null) {
            System.setProperty(EnsembleAuthenticationProvider.ENSEMBLE_PROPERTY, stated);
        }
        ProviderRegistry.reset();
        start(FeatureSettings.DEFAULT.withAuth(ApacheTwin.AUTH.withEnsembleNames(names)));
    }

    private void start(FeatureSettings features) throws Exception {
        ApacheServer apacheServer = ApacheServer.forgetful(temp, TICK_MILLIS);
        toClose.add(apacheServer);
        BatonServer ourServer = BatonServer.start(ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL))
                .withFeatures(features));
        toClose.add(ourServer);
        adminPort = ourServer.adminPort();
        apache = new Party(apacheServer.port());
        toClose.add(0, apache);
        ours = new Party(ourServer.port());
        toClose.add(0, ours);
        both(new Step.Open(0, 60_000, false, true));
    }

    private double count(String outcome) throws Exception {
        return MetricsPage.at(adminPort).sum("ensemble_auth_" + outcome);
    }

    private List<String> call(@Nullable String name) throws IOException {
        Bytes called = name == null ? null : Bytes.utf8(name);
        return both(new Step.Ask(0, List.of(SentRequest.of(Xid.AUTH, new Request.Auth(0, "ensemble", called)))));
    }

    private List<String> ask(Request request) throws IOException {
        return both(new Step.Ask(0, List.of(SentRequest.of(1, request))));
    }

    private List<String> both(Step step) throws IOException {
        List<String> said = ours.perform(step);
        assertThat(said).describedAs("%s", step).isEqualTo(apache.perform(step));
        return said;
    }
}
