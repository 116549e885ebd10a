package baton.server.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Xid;
import baton.server.BatonServer;
import baton.server.config.FeatureSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.storage.ApacheServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Apache ZooKeeper 3.9.5 and our server get the same requests and must give the same answers, send the same events at
 * the same places between them, and have the same tree in the end.
 */
@Timeout(1200)
class DifferentialTest {
    private static final String TTL_SWITCH = "zookeeper.extendedTypesEnabled";
    private static final int REQUESTS = 20_000;
    private static final long SOAK_SEED_FIRST = Long.getLong("differential.firstSeed", 1_000);
    private static final long SOAK_SEEDS = Long.getLong("differential.seeds", 30);
    private static final int SHOWN_STEPS = 5;
    private static final int WALKER = -1;

    private static final Set<ErrorCode> EXPECTED_ERRORS = EnumSet.of(
            ErrorCode.MARSHALLING_ERROR,
            ErrorCode.BAD_ARGUMENTS,
            ErrorCode.NO_NODE,
            ErrorCode.NO_AUTH,
            ErrorCode.BAD_VERSION,
            ErrorCode.NO_CHILDREN_FOR_EPHEMERALS,
            ErrorCode.NODE_EXISTS,
            ErrorCode.NOT_EMPTY,
            ErrorCode.INVALID_ACL,
            ErrorCode.AUTH_FAILED,
            ErrorCode.NO_WATCHER,
            ErrorCode.RECONFIG_DISABLED);

    // Long enough that no session expires: when one does is not part of the comparison.
    private static final int TICK_MILLIS = 15_000;

    @TempDir
    Path temp;

    private final ArrayDeque<String> lately = new ArrayDeque<>();
    private int directories;

    /** Replays the seed given by {@code -Ddifferential.seed=N}, or runs a few fixed ones. */
    static LongStream seeds() {
        Long chosen = Long.getLong("differential.seed");
        return chosen == null ? LongStream.rangeClosed(1, 5) : LongStream.of(chosen);
    }

    @BeforeAll
    static void allowTtlNodes() {
        System.setProperty(TTL_SWITCH, "true");
    }

    @AfterAll
    static void resetTtlNodes() {
        System.clearProperty(TTL_SWITCH);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersAsApacheDoes(long seed) throws Exception {
        run(seed);
    }

    @Test
    @Tag("soak")
    void answersAsApacheDoesForManySeeds() throws Exception {
        for (long seed = SOAK_SEED_FIRST; seed < SOAK_SEED_FIRST + SOAK_SEEDS; seed++) {
            run(seed);
        }
    }

    private void run(long seed) throws Exception {
        ServerSettings settings = ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                // With one loop the sequencer runs there, with two on a thread of its own.
                .withLimits(LimitSettings.DEFAULT.withEventLoops(1 + (int) (seed & 1)))
                .withFeatures(FeatureSettings.DEFAULT
                        .withContainerCheckMillis(Integer.MAX_VALUE)
                        .withQuotaEnforced()
                        .withAuth(ApacheTwin.AUTH));
        Path directory = temp.resolve("apache-" + directories++);
        lately.clear();
        try (ApacheServer apacheServer = ApacheServer.forgetful(directory, TICK_MILLIS);
                BatonServer ourServer = BatonServer.start(settings);
                Party apache = new Party(apacheServer.port());
                Party ours = new Party(ourServer.port())) {
            compare(new RequestStream(seed), apache, ours);
        } catch (IOException | RuntimeException | AssertionError broken) {
            fail(
                    "seed " + seed + ": " + broken.getMessage() + "\nafter:\n" + String.join("\n", lately)
                            + "\nreplay: mvn -pl core-server -am test -Dtest=DifferentialTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Ddifferential.seed=" + seed,
                    broken);
        }
    }

    private void compare(RequestStream stream, Party apache, Party ours) throws IOException {
        int requests = 0;
        while (requests < REQUESTS) {
            Step step = stream.next(apache.lastZxid());
            compare(step, apache, ours);
            requests += step instanceof Step.Ask ask ? ask.requests().size() : 0;
        }
        for (Step each : stream.farewell()) {
            compare(each, apache, ours);
        }
        compareTrees(apache, ours);
        requireVariety(ours.answered());
    }

    /** A stream that had stopped to ask for much would prove nothing. */
    private static void requireVariety(Map<OpCode, Set<Integer>> answered) {
        Set<OpCode> successful = EnumSet.noneOf(OpCode.class);
        Set<Integer> errors = new TreeSet<>();
        answered.forEach((operation, codes) -> {
            errors.addAll(codes);
            if (codes.contains(0)) {
                successful.add(operation);
            }
        });
        Set<OpCode> expected = EnumSet.allOf(OpCode.class);
        expected.removeIf(each -> each.kind() == OpCode.Kind.INTERNAL);
        expected.removeAll(List.of(OpCode.CHECK, OpCode.RECONFIG));
        assertEquals(expected, successful, "operations that succeeded at least once");
        Set<Integer> missing = new TreeSet<>();
        for (ErrorCode each : EXPECTED_ERRORS) {
            if (!errors.contains(each.code())) {
                missing.add(each.code());
            }
        }
        assertEquals(Set.of(), missing, "errors that nobody got");
    }

    private void compare(Step step, Party apache, Party ours) throws IOException {
        List<String> expected = apache.perform(step);
        List<String> actual;
        try {
            actual = ours.perform(step);
        } catch (IOException silent) {
            throw new AssertionError(step + "\nApache said:\n" + lines(expected) + "\nwe: " + silent, silent);
        }
        if (!expected.equals(actual)) {
            throw new AssertionError(
                    shown(step) + "\nApache said:\n" + lines(expected) + "\nwe said:\n" + lines(actual));
        }
        lately.addLast(shown(step) + "\n" + lines(expected));
        if (lately.size() > SHOWN_STEPS) {
            lately.removeFirst();
        }
    }

    private static String shown(Step step) {
        if (!(step instanceof Step.Ask ask)) {
            return step.toString();
        }
        StringBuilder text = new StringBuilder("client " + ask.client() + " asks:");
        ask.requests().forEach(each -> text.append("\n  ").append(each));
        return text.toString();
    }

    private static String lines(List<String> said) {
        return "    " + String.join("\n    ", said);
    }

    private void compareTrees(Party apache, Party ours) throws IOException {
        Step open = new Step.Open(WALKER, 60_000, false, true);
        compare(open, apache, ours);
        Bytes proof = Bytes.utf8("u:p");
        compare(
                new Step.Ask(WALKER, List.of(SentRequest.of(Xid.AUTH, new Request.Auth(0, "digest", proof)))),
                apache,
                ours);
        compareNode("/", apache, ours);
    }

    private void compareNode(String path, Party apache, Party ours) throws IOException {
        List<String> names = List.of();
        for (Request each : List.of(
                new Request.GetData(path, false), new Request.GetAcl(path), new Request.GetChildren2(path, false))) {
            SentRequest request = SentRequest.of(1, each);
            Response expected = apache.fetch(WALKER, request);
            String actual = ours.body(ours.fetch(WALKER, request));
            if (!apache.body(expected).equals(actual)) {
                throw new AssertionError("in the end " + path + " is\n    " + apache.body(expected)
                        + "\nin Apache, and\n    " + actual + "\nhere");
            }
            if (expected instanceof Response.ChildrenWithStat children) {
                names = new ArrayList<>(children.names());
            }
        }
        for (String each : names) {
            compareNode(path.equals("/") ? "/" + each : path + "/" + each, apache, ours);
        }
    }
}
