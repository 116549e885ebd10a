package baton.spring.leader;

import baton.core.NodePath;
import baton.recipes.CoordinationClient;
import baton.recipes.LossReason;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.LeaderLatchListener;
import baton.recipes.latch.Leadership;
import baton.spring.EventDelivery;
import baton.spring.LifecyclePhases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * The elections this application takes part in: one latch for each role.
 *
 * <p>Latches queue up when the context has been refreshed and let go when it stops, after Boot's executors and
 * schedulers have finished what ran. A context that is stopped and started again queues up with new latches. Safe for
 * use by many threads.
 */
public final class Elections implements SmartLifecycle {
    private final CoordinationClient client;
    private final DeclaredRoles declared;
    private final Function<String, RoleSettings> settings;
    private final List<LeaderLatchCustomizer> customizers;
    private final EventDelivery events;
    private final Map<String, LeaderLatch> latches = new LinkedHashMap<>();
    private boolean running;

    /**
     * Takes part in nothing yet.
     *
     * @param declared roles to take part in, besides those that are asked for
     * @param settings of any role
     */
    public Elections(
            CoordinationClient client,
            DeclaredRoles declared,
            Function<String, RoleSettings> settings,
            List<LeaderLatchCustomizer> customizers,
            EventDelivery events) {
        this.client = client;
        this.declared = declared;
        this.settings = settings;
        this.customizers = List.copyOf(customizers);
        this.events = events;
    }

    /** Whether this instance leads a role at this moment. Asks nobody. */
    public boolean isLeader(String role) {
        return latch(role).hasLeadership();
    }

    /** What this instance holds of a role, if it leads it at this moment. Asks nobody. */
    public Optional<Leadership> leadership(String role) {
        return latch(role).leadership().filter(Leadership::isValid);
    }

    /**
     * The latch of a role; one that was not known before is queued up.
     *
     * @throws IllegalArgumentException if the role is not a path segment
     */
    public LeaderLatch latch(String role) {
        synchronized (latches) {
            return latches.computeIfAbsent(role, this::open);
        }
    }

    /** The roles this instance contends for. */
    public Set<String> roles() {
        synchronized (latches) {
            return Set.copyOf(latches.keySet());
        }
    }

    /** Steps down from a role and queues up again, behind all others, after a pause. */
    public void relinquish(String role, Duration pause) {
        latch(role).relinquish(pause);
    }

    @Override
    public void start() {
        List<String> roles = declared.drainTo(this::latch);
        synchronized (latches) {
            running = true;
            latches.values().forEach(LeaderLatch::start);
            roles.forEach(this::latch);
        }
    }

    @Override
    public void stop() {
        declared.detach();
        List<LeaderLatch> leaving;
        synchronized (latches) {
            running = false;
            leaving = new ArrayList<>(latches.values());
            Set<String> roles = Set.copyOf(latches.keySet());
            latches.clear();
            roles.forEach(declared::add);
        }
        leaving.forEach(LeaderLatch::close);
    }

    @Override
    public boolean isRunning() {
        synchronized (latches) {
            return running;
        }
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.LEADERS;
    }

    private LeaderLatch open(String role) {
        // Refuses a role that is no path segment before anything is made of it.
        NodePath.ROOT.child(role);
        RoleSettings of = settings.apply(role);
        LeaderLatch.Builder builder = LeaderLatch.builder(client, of.path());
        of.leasePolicy().ifPresent(builder::leasePolicy);
        customizers.forEach(customizer -> customizer.customize(role, builder));
        LeaderLatch latch = builder.build();
        latch.addListener(new Announcer(role));
        if (running) {
            latch.start();
        }
        return latch;
    }

    /** Turns what a latch says into events. Called one at a time. */
    private final class Announcer implements LeaderLatchListener {
        private final String role;
        /** Writer: the listener's executor, one call at a time. */
        private volatile @Nullable Leadership held;

        Announcer(String role) {
            this.role = role;
        }

        @Override
        public void isLeader(Leadership leadership) {
            held = leadership;
            events.publish(role, new LeadershipGrantedEvent(role, leadership));
        }

        @Override
        public void notLeader(LossReason reason) {
            Leadership lost = held;
            held = null;
            if (lost != null) {
                events.publishEnd(role, new LeadershipRevokedEvent(role, reason, lost.token()));
            }
        }

        @Override
        public void jeopardy(Leadership leadership) {
            events.publishIfReady(new LeadershipJeopardyEvent(role, leadership.remaining()));
        }
    }
}
