package baton.etcd;

import baton.core.Armed;
import baton.core.TriggerReason;
import baton.etcd.state.Keys;
import baton.etcd.state.Trigger;
import baton.etcd.state.TriggerTable;
import baton.etcd.state.TriggerTable.Kind;
import baton.etcd.state.TriggerTable.Target;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The triggers of a session and the watches they share. Lives on the loop, but for what is handed to the application. */
final class SessionTriggers {
    private final CoreThreads threads;
    private final Link link;
    private final Keys keys;
    private final WatchStream stream;
    private final TriggerTable table = new TriggerTable();
    private final Map<Target, WatchStream.Watch> watches = new HashMap<>();

    SessionTriggers(CoreThreads threads, Link link, Keys keys, WatchStream stream) {
        this.threads = threads;
        this.link = link;
        this.keys = keys;
        this.stream = stream;
    }

    /** A read that is to arm a trigger is about to be sent. */
    void reading(Target target) {
        table.reading(target);
    }

    /** The read led to no trigger. */
    void unread(Target target) {
        run(table.unread(target));
    }

    /** The read was answered at a revision. */
    void arm(Target target, Trigger trigger, long revision) {
        run(table.arm(target, trigger, revision));
    }

    /** The link is down. */
    void unlinked() {
        watches.clear();
        table.unlinked();
    }

    /** The session is live again. */
    void linked() {
        run(table.linked());
    }

    /** The session is over. */
    void ended() {
        run(table.ended());
        watches.clear();
    }

    /** What the application gets of a trigger. */
    <R> Armed<R> armed(R state, Target target, Trigger trigger) {
        return new ArmedTrigger<>(state, target, trigger);
    }

    private final class ArmedTrigger<R> implements Armed<R> {
        private final R state;
        private final Target target;
        private final Trigger trigger;

        ArmedTrigger(R state, Target target, Trigger trigger) {
            this.state = state;
            this.target = target;
            this.trigger = trigger;
        }

        @Override
        public R state() {
            return state;
        }

        @Override
        public boolean isArmed() {
            return true;
        }

        @Override
        public void cancel() {
            trigger.cancel();
            threads.execute(() -> run(table.cancelled(target, trigger)));
        }
    }

    private void run(List<TriggerTable.Effect> effects) {
        for (TriggerTable.Effect effect : effects) {
            if (effect instanceof TriggerTable.Effect.Open open) {
                openWatch(open.target(), open.fromRevision());
            } else if (effect instanceof TriggerTable.Effect.Close close) {
                WatchStream.Watch watch = watches.remove(close.target());
                if (watch != null) {
                    stream.close(watch);
                }
            } else if (effect instanceof TriggerTable.Effect.Fire fire) {
                threads.deliver(() -> fire.trigger().fire(fire.reason()));
            }
        }
    }

    private void openWatch(Target target, long fromRevision) {
        if (!link.isUp()) {
            // It went down between a reply and here; when it is up again the table asks for this once more.
            table.unlinked();
            return;
        }
        WatchStream.Receiver receiver = new TriggerReceiver(target);
        ByteString key = target.kind() == Kind.NODE ? keys.key(target.path()) : keys.prefix(target.path());
        watches.put(
                target,
                target.kind() == Kind.NODE
                        ? stream.open(key, fromRevision, receiver)
                        : stream.open(key, Keys.end(key), fromRevision, receiver));
    }

    private final class TriggerReceiver implements WatchStream.Receiver {
        private final Target target;

        TriggerReceiver(Target target) {
            this.target = target;
        }

        @Override
        public void changed(List<Event> changes) {
            for (Event change : changes) {
                reason(change)
                        .ifPresent(reason ->
                                run(table.changed(target, reason, change.getKv().getModRevision())));
            }
        }

        private Optional<TriggerReason> reason(Event change) {
            boolean deleted = change.getType() == Event.EventType.DELETE;
            boolean created = !deleted && change.getKv().getVersion() == 1;
            if (target.kind() == Kind.CHILDREN) {
                boolean children = (deleted || created)
                        && keys.path(change.getKv().getKey()).isPresent();
                return children ? Optional.of(TriggerReason.CHILDREN) : Optional.empty();
            }
            return Optional.of(
                    deleted ? TriggerReason.DELETED : created ? TriggerReason.CREATED : TriggerReason.CHANGED);
        }

        @Override
        public void ended(String reason) {
            watches.remove(target);
            run(table.lost(target));
        }
    }
}
