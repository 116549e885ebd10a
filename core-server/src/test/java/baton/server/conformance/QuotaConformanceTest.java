package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.config.FeatureSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.storage.ApacheServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hard quotas refuse the same requests as Apache ZooKeeper's, as long as one comes after the other. */
@Timeout(300)
class QuotaConformanceTest {
    private static final int REQUESTS = 1_500;
    private static final int TICK_MILLIS = 15_000;
    private static final List<String> TOPS = List.of("/a", "/b", "/a/x", "/zookeeper");
    private static final List<String> PATHS = List.of("/a", "/b", "/a/x", "/a/y", "/a/x/1", "/a/x/2", "/b/1", "/c");
    private static final List<String> LIMITS = List.of(
            "countHardLimit=2",
            "countHardLimit=4,byteHardLimit=9",
            "byteHardLimit=20",
            "count=1,countHardLimit=3",
            "byteHardLimit=0",
            "count=1,bytes=1",
            "nonsense");

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void refusesWhatApacheRefuses(long seed) throws Exception {
        ServerSettings settings = ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                .withFeatures(FeatureSettings.DEFAULT.withQuotaEnforced());
        Random random = new Random(seed);
        try (ApacheServer apacheServer = ApacheServer.forgetful(temp, TICK_MILLIS);
                BatonServer ourServer = BatonServer.start(settings);
                Party apache = new Party(apacheServer.port());
                Party ours = new Party(ourServer.port())) {
            Step open = new Step.Open(0, 60_000, false, true);
            assertThat(ours.perform(open)).isEqualTo(apache.perform(open));
            for (int i = 0; i < REQUESTS; i++) {
                Step step = new Step.Ask(0, List.of(SentRequest.of(i + 1, request(random))));
                assertThat(ours.perform(step))
                        .describedAs("seed %s, %s", seed, step)
                        .isEqualTo(apache.perform(step));
            }
            Set<Integer> created = ours.answered().getOrDefault(OpCode.CREATE, Set.of());
            assertThat(created).contains(0, ErrorCode.QUOTA_EXCEEDED.code(), ErrorCode.MARSHALLING_ERROR.code());
            assertThat(ours.answered().get(OpCode.SET_DATA)).contains(0, ErrorCode.QUOTA_EXCEEDED.code());
        }
    }

    private static Request request(Random random) {
        String path = pick(random, PATHS);
        String top = "/zookeeper/quota" + pick(random, TOPS);
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> create(path, "x".repeat(random.nextInt(8)));
            case 4 -> new Request.Create(OpCode.CREATE, path + "/s", Bytes.utf8("seq"), Acl.OPEN, 2);
            case 5, 6, 7 -> new Request.Delete(path, random.nextInt(3) - 1);
            case 8, 9, 10 ->
                new Request.SetData(path, Bytes.utf8("y".repeat(random.nextInt(12))), random.nextInt(4) - 1);
            case 11 -> create(top, "");
            case 12 -> create(top + "/zookeeper_limits", pick(random, LIMITS));
            case 13 -> create(top + "/zookeeper_stats", "");
            case 14 -> new Request.Delete(top + "/zookeeper_limits", -1);
            default -> new Request.GetData(top + "/zookeeper_stats", false);
        };
    }

    private static Request create(String path, String content) {
        return new Request.Create(OpCode.CREATE, path, Bytes.utf8(content), Acl.OPEN, 0);
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
