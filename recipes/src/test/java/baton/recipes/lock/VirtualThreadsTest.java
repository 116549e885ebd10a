package baton.recipes.lock;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.CoordinationClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Locks held by virtual threads, where the JDK has them: none is pinned to its carrier. */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(60)
    void manyTasksOverSomeLocksPinNoCarrier() throws Exception {
        contend(2_000, 20);
    }

    @Test
    @Tag("soak") // about a minute
    @Timeout(300)
    void fiftyThousandTasksOverAHundredLocksPinNoCarrier() throws Exception {
        contend(50_000, 100);
    }

    private void contend(int tasks, int locks) throws Exception {
        int[] counts = new int[locks];
        Path recorded = directory.resolve("recording.jfr");
        try (SimulatedStore store = SimulatedStore.inProcess();
                CoordinationClient client =
                        CoordinationClient.builder(store.core("one")).build().start();
                Recording recording = new Recording()) {
            // Whoever waits for a class to be initialized is pinned, by the JDK.
            new InterProcessMutex(client, "/warm").withLock(() -> "loaded");
            recording.enable("jdk.VirtualThreadPinned").withoutThreshold();
            recording.start();
            List<InterProcessMutex> mutexes = IntStream.range(0, locks)
                    .mapToObj(i -> new InterProcessMutex(client, "/locks/" + i))
                    .toList();
            ExecutorService threads = virtualThreads();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                int lock = i % locks;
                running.add(threads.submit(() -> mutexes.get(lock).withLock(() -> counts[lock]++)));
            }
            for (Future<?> each : running) {
                each.get();
            }
            threads.shutdown();
            recording.stop();
            recording.dump(recorded);
        }

        assertThat(counts).containsOnly(tasks / locks);
        assertThat(RecordingFile.readAllEvents(recorded).stream()
                        .filter(event -> event.getEventType().getName().equals("jdk.VirtualThreadPinned"))
                        .filter(VirtualThreadsTest::isOurs))
                .isEmpty();
    }

    private static boolean isOurs(RecordedEvent event) {
        return event.getStackTrace() != null
                && event.getStackTrace().getFrames().stream()
                        .anyMatch(frame -> frame.getMethod().getType().getName().startsWith("baton."));
    }

    /** Compiled for a JDK that has none. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
}
