package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.sim.SimulatedWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder and the metrics hear of a lock that is granted and lost. */
class FlightRecorderTest {
    @TempDir
    Path directory;

    private final Map<String, Long> gauges = new HashMap<>();
    private final Map<String, Duration> timers = new HashMap<>();

    @Test
    void hearsOfGrantsLossesAndSessions() throws Exception {
        Path recorded = directory.resolve("recording.jfr");
        LockGrant held;
        try (Recording recording = new Recording()) {
            recording.enable("baton.Granted");
            recording.enable("baton.GrantLost");
            recording.enable("baton.SessionChanged");
            recording.start();
            held = grantAndExpire();
            recording.stop();
            recording.dump(recorded);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(recorded);

        assertThat(of(events, "baton.Granted"))
                .extracting(event -> event.getString("recipe"), event -> event.getLong("token"))
                .containsExactly(tuple("InterProcessMutex", held.token().value()));
        assertThat(of(events, "baton.GrantLost"))
                .extracting(event -> event.getString("ticket"), event -> event.getString("reason"))
                .containsExactly(tuple(held.ticketPath().toString(), "SESSION_LOST"));
        assertThat(of(events, "baton.SessionChanged"))
                .extracting(event -> event.getString("state"), event -> event.getLong("epoch"))
                .containsExactly(tuple("CONNECTED", 1L), tuple("LOST", 1L), tuple("RECONNECTED", 2L));
        assertThat(timers).containsKeys("wait", "hold", "evaluate");
        assertThat(gauges).containsEntry("waiting", 0L).containsKey("session.leaseRemaining");
    }

    private LockGrant grantAndExpire() {
        SimulatedWorld world = new SimulatedWorld(1);
        SimulatedWorld.Member member = world.member("p0", new RecipeMetrics() {
            @Override
            public void gauge(String gauge, String recipe, long value) {
                gauges.put(gauge, value);
            }

            @Override
            public void time(String timer, String recipe, Duration duration) {
                timers.put(timer, duration);
            }
        });
        LockGrant held = world.get("held", new InterProcessMutex(member.client(), "/locks/a").acquireAsync());
        world.store().faults().expire("p0");
        world.runFor(Duration.ofSeconds(1));
        return held;
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }
}
