package baton.recipes.sim;

import baton.core.ChangeSink;
import baton.core.CoordinationCore;
import baton.core.CoreSession;
import baton.core.Depth;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Subscription;
import baton.core.testkit.sim.SimulatedProcess;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A core whose subscriptions skip states, as they may: each change is shown a little late, and what has changed again
 * by then is not shown at all. A node that came and went in between was never heard of.
 */
public final class SkippingCore extends WrappedCore {
    private static final Duration LATE_MAX = Duration.ofMillis(6);

    private final SimulatedProcess process;

    public SkippingCore(CoordinationCore core, SimulatedProcess process) {
        super(core);
        this.process = process;
    }

    @Override
    Object called(CoreSession session, Method method, Object[] arguments) throws Throwable {
        return method.getName().equals("subscribe")
                ? subscribe(session, arguments)
                : passedOn(session, method, arguments);
    }

    private Subscription subscribe(CoreSession session, Object[] arguments) {
        return session.subscribe(
                (NodePath) arguments[0], (Depth) arguments[1], (boolean) arguments[2], new LateSink((ChangeSink)
                        arguments[3]));
    }

    /** Holds each path's latest change back for a moment. */
    private final class LateSink implements ChangeSink {
        private final ChangeSink sink;
        private final Set<NodePath> shown = new HashSet<>();
        private final Map<NodePath, Runnable> held = new HashMap<>();

        LateSink(ChangeSink sink) {
            this.sink = sink;
        }

        @Override
        public void reset(List<Node> all, long revision) {
            held.clear();
            shown.clear();
            all.forEach(node -> shown.add(node.path()));
            sink.reset(all, revision);
        }

        @Override
        public void put(Node node) {
            hold(node.path(), () -> {
                shown.add(node.path());
                sink.put(node);
            });
        }

        @Override
        public void remove(NodePath path, long revision) {
            hold(path, () -> {
                if (shown.remove(path)) {
                    sink.remove(path, revision);
                }
            });
        }

        private void hold(NodePath path, Runnable change) {
            held.put(path, change);
            Duration late = Duration.ofNanos((long) (LATE_MAX.toNanos() * process.chance()));
            process.schedule(late, () -> {
                if (held.remove(path, change)) {
                    change.run();
                }
            });
        }
    }
}
