package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Stat;
import baton.protocol.WireReader;
import baton.server.BatonServer;
import baton.server.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames that are nearly right, by the hundred thousand: whatever they do to their own connections, a client that behaves is
 * served all the while, and what they wrote is there when the server comes back, or Apache ZooKeeper in its place.
 *
 * <p>One seed makes the same frames: {@code -Dfuzz.seed=N}.
 */
class FrameFuzzTest {
    private static final int ATTACKERS = 4;
    private static final int FRAMES_PER_CONNECTION = 100;
    private static final int FRAMES_PER_SERVER = 500_000;

    /** Who asks for the server's counts more often than that is told so instead. */
    private static final int ROUNDS_BETWEEN_LOOKS = 100;

    private static final String TTL_SWITCH = "zookeeper.extendedTypesEnabled";
    private static final String OWN = "/of-the-bystander";
    private static final Pattern RECEIVED = Pattern.compile("Received: (\\d+)");

    @TempDir
    Path temps;

    private final long seed = Long.getLong("fuzz.seed", 20_261_121L);

    // Of the one client that behaves.
    private int writes;
    private int xid;
    private int words;

    @BeforeAll
    static void allowTtlNodes() {
        System.setProperty(TTL_SWITCH, "true");
    }

    @AfterAll
    static void resetTtlNodes() {
        System.clearProperty(TTL_SWITCH);
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void twoHundredThousandFramesHarmNobodyElse() throws Exception {
        attack(200_000, seed);
    }

    /** Takes two to ten minutes. */
    @Test
    @Tag("soak")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void tenMillionFramesHarmNobodyElse() throws Exception {
        for (int round = 0; round < 10_000_000 / FRAMES_PER_SERVER; round++) {
            attack(FRAMES_PER_SERVER, seed + round);
        }
    }

    private void attack(int frames, long roundSeed) throws Exception {
        System.out.printf(Locale.ROOT, "%,d frames, seed %d%n", frames, roundSeed);
        Path round = Files.createTempDirectory(temps, "round");
        FuzzedDirectory directory = new FuzzedDirectory(round.resolve("data"));
        List<String> left;
        try (BatonServer server = BatonServer.start(directory.settings())) {
            attack(server, frames, roundSeed);
            left = directory.leftIn(server);
        }
        directory.requireFound(left);
        delete(round);
    }

    /** A round leaves hundreds of megabytes. */
    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void attack(BatonServer server, int frames, long roundSeed) throws Exception {
        writes = 0;
        xid = 0;
        words = 0;
        ExecutorService threads = Executors.newFixedThreadPool(ATTACKERS);
        try (RawClient bystander = RawClient.withSession(server.port(), 40_000)) {
            bystander.send(++xid, new Request.Create(OpCode.CREATE, OWN, Bytes.EMPTY, Acl.OPEN, 0));
            assertThat(bystander.receiveHeader().isOk()).isTrue();
            AtomicBoolean over = new AtomicBoolean();
            List<Future<Long>> attackers = new ArrayList<>();
            for (int i = 0; i < ATTACKERS; i++) {
                FrameAttacker attacker = new FrameAttacker(server.port(), roundSeed * ATTACKERS + i);
                attackers.add(threads.submit(() -> {
                    while (!over.get()) {
                        attacker.attack(FRAMES_PER_CONNECTION);
                    }
                    return attacker.answeredBytes();
                }));
            }

            while (attacked(server) < frames && attackers.stream().noneMatch(Future::isDone)) {
                for (int i = 0; i < ROUNDS_BETWEEN_LOOKS; i++) {
                    served(bystander, roundSeed);
                }
            }

            over.set(true);
            for (Future<Long> each : attackers) {
                assertThat(each.get())
                        .as("bytes of answers, seed %d", roundSeed)
                        .isPositive();
            }
            served(bystander, roundSeed);
            bystander.send(++xid, Request.CloseSession.INSTANCE);
            assertThat(bystander.receiveHeader().isOk()).isTrue();
            assertThat(server.failure()).isNotDone();
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Returns how many frames of attackers the server has looked at so far: by its own count, for behind one that ends a
     * connection it looks at none.
     */
    private long attacked(BatonServer server) throws IOException {
        words++;
        try (RawClient client = new RawClient(server.port())) {
            client.send("srvr");
            Matcher found = RECEIVED.matcher(client.receiveAll());
            assertThat(found.find()).isTrue();
            return Long.parseLong(found.group(1)) - xid - words;
        }
    }

    /** Writes and reads as the one client that behaves. */
    private void served(RawClient bystander, long roundSeed) throws IOException {
        bystander.send(++xid, new Request.SetData(OWN, Bytes.utf8("value " + writes), -1));
        WireReader answer = WireReader.of(bystander.receive());
        ReplyHeader header = ReplyHeader.read(answer);
        assertThat(header.isOk()).as("a write, seed %d", roundSeed).isTrue();
        assertThat(Stat.read(answer).version())
                .as("writes so far, seed %d", roundSeed)
                .isEqualTo(++writes);
        bystander.send(++xid, new Request.GetData(OWN, false));
        WireReader data = WireReader.of(bystander.receive());
        assertThat(ReplyHeader.read(data).xid()).isEqualTo(xid);
        assertThat(data.buffer("data")).isEqualTo(Bytes.utf8("value " + (writes - 1)));
    }
}
