package baton.client;

import baton.core.TriggerReason;
import baton.core.TriggerSink;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The one-shot triggers of a session: one registration at the server for each path and kind, however many wait on it.
 *
 * <p>A trigger takes an interest before its read is sent, is armed when the reply arrives, and gives the interest up
 * when it fires or is cancelled. When nobody is interested any more the registration is removed. Interest is counted,
 * and requests are sent, under one lock: else a removal could overtake the read that counts on the registration. Replies
 * and events arrive on one thread in the order of the server, so an event that precedes a reply is part of what the
 * reply says and does not concern the trigger it arms.
 */
final class Triggers {
    enum Kind {
        NODE(WatcherType.DATA),
        CHILDREN(WatcherType.CHILDREN);

        private final WatcherType type;

        Kind(WatcherType type) {
            this.type = type;
        }
    }

    private record Key(String path, Kind kind) {}

    private static final class Registration {
        private final Set<Trigger> armed = new LinkedHashSet<>();
        private int interest;
    }

    private final Consumer<Request> remover;
    private final Map<Key, Registration> registrations = new HashMap<>();

    /** Makes an empty table that removes registrations by sending a request through {@code remover}. */
    Triggers(Consumer<Request> remover) {
        this.remover = remover;
    }

    /** Takes an interest and sends the read that makes the registration. */
    synchronized void register(String path, Kind kind, Runnable sendRead) {
        registrations.computeIfAbsent(new Key(path, kind), key -> new Registration()).interest++;
        sendRead.run();
    }

    /** Arms a trigger whose interest was taken before. */
    synchronized Trigger arm(String path, Kind kind, TriggerSink sink) {
        Key key = new Key(path, kind);
        Trigger trigger = new Trigger(key, sink);
        Registration registration = registrations.get(key);
        if (registration == null) {
            throw new IllegalStateException("no interest was taken in " + key);
        }
        registration.armed.add(trigger);
        return trigger;
    }

    /**
     * Gives up an interest that did not lead to a trigger.
     *
     * @param mayBeRegistered whether the read may have left a registration at the server
     */
    synchronized void release(String path, Kind kind, boolean mayBeRegistered) {
        release(new Key(path, kind), mayBeRegistered);
    }

    private void release(Key key, boolean mayBeRegistered) {
        Registration registration = registrations.get(key);
        if (registration != null && --registration.interest == 0) {
            registrations.remove(key);
            if (mayBeRegistered) {
                remover.accept(new Request.RemoveWatches(key.path(), key.kind().type));
            }
        }
    }

    /** Fires what waits for an event. */
    void fired(WatchEvent event) {
        switch (event.type()) {
            case NODE_CREATED -> fire(event.path(), Kind.NODE, TriggerReason.CREATED);
            case NODE_DATA_CHANGED -> fire(event.path(), Kind.NODE, TriggerReason.CHANGED);
            case NODE_CHILDREN_CHANGED -> fire(event.path(), Kind.CHILDREN, TriggerReason.CHILDREN);
            case NODE_DELETED -> {
                fire(event.path(), Kind.NODE, TriggerReason.DELETED);
                fire(event.path(), Kind.CHILDREN, TriggerReason.DELETED);
            }
            case NONE, DATA_WATCH_REMOVED, CHILD_WATCH_REMOVED, PERSISTENT_WATCH_REMOVED -> {}
        }
    }

    private void fire(String path, Kind kind, TriggerReason reason) {
        take(new Key(path, kind)).forEach(trigger -> trigger.fire(reason));
    }

    /** Fires everything: no registration can be trusted any more. */
    void lostTrack() {
        List<Key> keys;
        synchronized (this) {
            keys = new ArrayList<>(registrations.keySet());
        }
        keys.forEach(key -> take(key).forEach(trigger -> trigger.fire(TriggerReason.LOST_TRACK)));
    }

    // Interests whose reads are still on their way stay: their replies come after this event, and register anew.
    private synchronized List<Trigger> take(Key key) {
        Registration registration = registrations.get(key);
        if (registration == null) {
            return List.of();
        }
        List<Trigger> taken = List.copyOf(registration.armed);
        registration.armed.clear();
        registration.interest -= taken.size();
        if (registration.interest == 0) {
            registrations.remove(key);
        }
        return taken;
    }

    private synchronized void disarm(Trigger trigger) {
        Registration registration = registrations.get(trigger.key);
        if (registration != null && registration.armed.remove(trigger)) {
            release(trigger.key, true);
        }
    }

    /** One who waits. Its own lock makes {@link #cancel} wait for a call that has begun. */
    final class Trigger {
        private final Key key;
        private final TriggerSink sink;
        private boolean spent;

        private Trigger(Key key, TriggerSink sink) {
            this.key = key;
            this.sink = sink;
        }

        private synchronized void fire(TriggerReason reason) {
            if (!spent) {
                spent = true;
                sink.fired(reason);
            }
        }

        void cancel() {
            synchronized (this) {
                if (spent) {
                    return;
                }
                spent = true;
            }
            disarm(this);
        }
    }
}
