package baton.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.EventType;
import baton.protocol.WatchEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything one connection heard that has a watch of one kind, in order, to be held against what was changed: a node that
 * is created, changed and deleted again and again.
 *
 * <p>Between the answer that set the watch and the event stands no answer that knows of the change; no event comes twice, or
 * for nothing; and each answer shows what was there at its zxid. Used by one thread.
 */
public final class HeardInOrder {
    /** How the node, or its parent, is watched. */
    public enum Kind {
        /** The parent's children, by a list of them. */
        CHILDREN(true, EnumSet.of(EventType.NODE_CREATED, EventType.NODE_DELETED)),
        /** The node, whether it is there or not. */
        EXISTENCE(true, EnumSet.of(EventType.NODE_CREATED, EventType.NODE_DATA_CHANGED, EventType.NODE_DELETED)),
        /** The parent for good: no change of the node's data concerns it. */
        PERSISTENT(false, EnumSet.of(EventType.NODE_CREATED, EventType.NODE_DELETED)),
        /** The parent, and everything below it. */
        RECURSIVE(false, EnumSet.of(EventType.NODE_CREATED, EventType.NODE_DATA_CHANGED, EventType.NODE_DELETED));

        private final boolean once;
        private final Set<EventType> changes;

        Kind(boolean once, Set<EventType> changes) {
            this.once = once;
            this.changes = changes;
        }

        /** Returns what is told of a change of the node. */
        private WatchEvent told(EventType change, String node) {
            boolean asChild = this == CHILDREN || this == PERSISTENT;
            String parent = node.substring(0, node.lastIndexOf('/'));
            return asChild ? new WatchEvent(EventType.NODE_CHILDREN_CHANGED, parent) : new WatchEvent(change, node);
        }
    }

    /** An answer that sets the watch or does not, and may tell whether the node is there; or an event. */
    private record Heard(
            long zxid,
            boolean watches,
            @Nullable Boolean present,
            @Nullable WatchEvent event) {}

    private final Kind kind;
    private final List<Heard> heard = new ArrayList<>();

    public HeardInOrder(Kind kind) {
        this.kind = kind;
    }

    /** Hears an answer that says nothing of the node. */
    public void answer(long zxid, boolean watches) {
        heard.add(new Heard(zxid, watches, null, null));
    }

    /** Hears an answer that says whether the node is there. */
    public void answer(long zxid, boolean watches, boolean present) {
        heard.add(new Heard(zxid, watches, present, null));
    }

    public void event(long zxid, WatchEvent event) {
        heard.add(new Heard(zxid, false, null, event));
    }

    /**
     * Judges everything heard so far.
     *
     * @param node its path
     * @param changes what happened to it, by zxid; before the first it was not there
     * @return how many events came
     */
    public int judge(String node, NavigableMap<Long, EventType> changes) {
        int told = 0;
        boolean watching = false;
        long since = 0;
        for (Heard each : heard) {
            Map.Entry<Long, EventType> due = watching ? next(changes, since) : null;
            if (each.event != null) {
                assertThat(due)
                        .as("what %s at %d tells of", each.event, each.zxid)
                        .isNotNull();
                assertThat(each).isEqualTo(new Heard(due.getKey(), false, null, kind.told(due.getValue(), node)));
                watching = !kind.once;
                since = each.zxid;
                told++;
                continue;
            }
            assertThat(due == null || due.getKey() > each.zxid)
                    .as("%s is behind %s, whose event had not come", each, due)
                    .isTrue();
            if (each.present != null) {
                Map.Entry<Long, EventType> last = changes.floorEntry(each.zxid);
                assertThat(each.present)
                        .as("%s shows the node behind %s", each, last)
                        .isEqualTo(last != null && last.getValue() != EventType.NODE_DELETED);
            }
            if (each.watches && !watching) {
                watching = true;
                since = each.zxid;
            }
        }
        return told;
    }

    /** Returns the next change that the watch is told of. */
    private Map.@Nullable Entry<Long, EventType> next(NavigableMap<Long, EventType> changes, long since) {
        Map.Entry<Long, EventType> next = changes.higherEntry(since);
        while (next != null && !kind.changes.contains(next.getValue())) {
            next = changes.higherEntry(next.getKey());
        }
        return next;
    }
}
