package baton.spring.leader;

import baton.core.NodePath;
import baton.recipes.CoordinationClient;
import baton.recipes.LossReason;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.LeaderLatchListener;
import baton.recipes.latch.LeaderObserver;
import baton.recipes.latch.Leadership;
import baton.recipes.latch.Participant;
import baton.recipes.run.Waiting;
import baton.spring.EventDelivery;
import baton.spring.LifecyclePhases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The elections this application takes part in: one latch for each role.
 *
 * <p>Latches queue up when the context has been refreshed and let go when it stops, after Boot's executors and
 * schedulers have finished what ran. A context that is stopped and started again queues up with new latches. Safe for
 * use by many threads.
 */
public final class Elections implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Elections.class);
    /** What a stop leaves the store to say that the tickets are gone; they go with the session in any case. */
    private static final Duration GONE_WITHIN = Duration.ofSeconds(5);

    private final CoordinationClient client;
    private final DeclaredRoles declared;
    private final Function<String, RoleSettings> settings;
    private final List<LeaderLatchCustomizer> customizers;
    private final EventDelivery events;
    private final Map<String, LeaderLatch> latches = new LinkedHashMap<>();
    private final Map<String, LeaderObserver> observers = new LinkedHashMap<>();
    /** Roles to be observed again after a stop. */
    private final Set<String> observed = new LinkedHashSet<>();

    private boolean running;
    private boolean withdrawn;

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

    /**
     * Watches who leads a role, whether or not this instance contends for it; from now on changes are told by {@link
     * LeaderChangedEvent}. Each observer is woken by everybody who joins or leaves: meant for a few roles.
     *
     * @throws IllegalArgumentException if the role is not a path segment
     */
    public LeaderObserver observe(String role) {
        synchronized (latches) {
            return observers.computeIfAbsent(role, this::watch);
        }
    }

    /** Who leads a role, if it is observed and somebody does, as far as is known. Asks nobody. */
    public Optional<Participant> knownLeader(String role) {
        synchronized (latches) {
            return Optional.ofNullable(observers.get(role))
                    .map(LeaderObserver::leader)
                    .filter(Participant::isSomebody);
        }
    }

    /** Gives up all roles, and takes part in no election until {@link #rejoin}. */
    public void withdraw() {
        synchronized (latches) {
            withdrawn = true;
            latches.values().forEach(LeaderLatch::withdraw);
        }
    }

    /** Takes part again after {@link #withdraw}. */
    public void rejoin() {
        synchronized (latches) {
            withdrawn = false;
            latches.values().forEach(LeaderLatch::rejoin);
        }
    }

    @Override
    public void start() {
        List<String> roles = declared.drainTo(this::latch);
        synchronized (latches) {
            running = true;
            latches.values().forEach(LeaderLatch::start);
            roles.forEach(this::latch);
            observed.forEach(this::observe);
            observed.clear();
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
            observers.values().forEach(LeaderObserver::close);
            observed.addAll(observers.keySet());
            observers.clear();
        }
        awaitGone(leaving);
    }

    /** All at once, because each may wait for a store that is down. */
    private static void awaitGone(List<LeaderLatch> leaving) {
        CompletableFuture<?>[] gone = leaving.stream()
                .map(latch -> latch.clientCloses().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        try {
            if (Waiting.atMost(GONE_WITHIN, CompletableFuture.allOf(gone).thenApply(all -> true))
                    .isEmpty()) {
                LOG.warn("leadership not given back in time roles={}", leaving.size());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
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
        if (withdrawn) {
            latch.withdraw();
        }
        if (running) {
            latch.start();
        }
        return latch;
    }

    private LeaderObserver watch(String role) {
        NodePath.ROOT.child(role);
        LeaderObserver observer =
                new LeaderObserver(client, settings.apply(role).path());
        observer.addListener((before, now) -> events.publish("leader of " + role, new LeaderChangedEvent(role, now)));
        return observer.start();
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
