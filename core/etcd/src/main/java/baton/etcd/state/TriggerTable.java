package baton.etcd.state;

import baton.core.NodePath;
import baton.core.TriggerReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The triggers of a session: one watch at the store for each node or directory, however many wait on it.
 *
 * <p>A trigger takes an interest before its read is sent, and is armed with the revision of the reply. A watch that is
 * open already covers it: if that has told of a later change in the meantime, the trigger fires at once. So it does if
 * the watch begins behind a later revision than was read: replies may overtake each other, and that watch does not tell
 * what happened in between. Without one, a watch is opened from the next revision on, so nothing between the read and the
 * watch is missed. The same holds after the link was down: a watch is opened again from behind the oldest revision that
 * somebody waits from.
 */
public final class TriggerTable {
    /** What a watch looks at. */
    public enum Kind {
        NODE,
        CHILDREN
    }

    /** A node, or the children of a directory. */
    public record Target(NodePath path, Kind kind) {}

    /** What has to be done, in this order. */
    public sealed interface Effect {
        /** Open a watch that tells of all changes from a revision on. */
        record Open(Target target, long fromRevision) implements Effect {}

        record Close(Target target) implements Effect {}

        record Fire(Trigger trigger, TriggerReason reason) implements Effect {}
    }

    private static final class Registration {
        private final Map<Trigger, Long> armed = new LinkedHashMap<>();
        private int reading;
        private boolean open;
        /** The revision that the open watch begins right behind. */
        private long openedBehind;

        private long changedAt;
        private TriggerReason change = TriggerReason.LOST_TRACK;
    }

    private final Map<Target, Registration> registrations = new LinkedHashMap<>();

    /** A read that is to arm a trigger is about to be sent. */
    public void reading(Target target) {
        registrations.computeIfAbsent(target, key -> new Registration()).reading++;
    }

    /** The read was answered, at a revision. */
    public List<Effect> arm(Target target, Trigger trigger, long revision) {
        Registration registration = registration(target);
        registration.reading--;
        if (registration.open && registration.changedAt > revision) {
            return spent(target, registration, new Effect.Fire(trigger, registration.change));
        }
        if (registration.open && registration.openedBehind > revision) {
            return spent(target, registration, new Effect.Fire(trigger, TriggerReason.LOST_TRACK));
        }
        registration.armed.put(trigger, revision);
        return open(target, registration);
    }

    private List<Effect> spent(Target target, Registration registration, Effect.Fire fire) {
        List<Effect> effects = new ArrayList<>();
        effects.add(fire);
        effects.addAll(tidy(target, registration));
        return effects;
    }

    /** The read led to no trigger. */
    public List<Effect> unread(Target target) {
        Registration registration = registration(target);
        registration.reading--;
        return tidy(target, registration);
    }

    private Registration registration(Target target) {
        Registration registration = registrations.get(target);
        if (registration == null || registration.reading == 0) {
            throw new IllegalStateException("no interest was taken in " + target);
        }
        return registration;
    }

    /** Nobody waits by this trigger any more. */
    public List<Effect> cancelled(Target target, Trigger trigger) {
        Registration registration = registrations.get(target);
        if (registration == null || registration.armed.remove(trigger) == null) {
            return List.of();
        }
        return tidy(target, registration);
    }

    /** The watch told of a change. Told again after the link was down, it concerns only those who read before it. */
    public List<Effect> changed(Target target, TriggerReason reason, long revision) {
        Registration registration = registrations.get(target);
        if (registration == null) {
            return List.of();
        }
        if (revision > registration.changedAt) {
            registration.changedAt = revision;
            registration.change = reason;
        }
        List<Effect> effects = new ArrayList<>();
        registration.armed.entrySet().removeIf(each -> {
            boolean concerned = each.getValue() < revision;
            if (concerned) {
                effects.add(new Effect.Fire(each.getKey(), reason));
            }
            return concerned;
        });
        effects.addAll(tidy(target, registration));
        return effects;
    }

    /** The watch has ended by itself, and what happened since is not known. */
    public List<Effect> lost(Target target) {
        Registration registration = registrations.get(target);
        if (registration == null) {
            return List.of();
        }
        registration.open = false;
        List<Effect> effects = new ArrayList<>();
        registration.armed.keySet().forEach(each -> effects.add(new Effect.Fire(each, TriggerReason.LOST_TRACK)));
        registration.armed.clear();
        effects.addAll(tidy(target, registration));
        return effects;
    }

    /** The session is over: no watch is left, and all triggers fire. Reads that are still under way are forgotten. */
    public List<Effect> ended() {
        List<Effect> effects = new ArrayList<>();
        registrations
                .values()
                .forEach(registration -> registration
                        .armed
                        .keySet()
                        .forEach(each -> effects.add(new Effect.Fire(each, TriggerReason.LOST_TRACK))));
        registrations.clear();
        return effects;
    }

    /** The link went down and took all watches along. */
    public void unlinked() {
        registrations.values().forEach(registration -> registration.open = false);
    }

    /** The link is up: what is to be opened again. */
    public List<Effect> linked() {
        List<Effect> effects = new ArrayList<>();
        registrations.forEach((target, registration) -> effects.addAll(open(target, registration)));
        return effects;
    }

    private static List<Effect> open(Target target, Registration registration) {
        if (registration.open || registration.armed.isEmpty()) {
            return List.of();
        }
        registration.open = true;
        registration.openedBehind = Collections.min(registration.armed.values());
        return List.of(new Effect.Open(target, registration.openedBehind + 1));
    }

    private List<Effect> tidy(Target target, Registration registration) {
        if (registration.reading > 0 || !registration.armed.isEmpty()) {
            return List.of();
        }
        registrations.remove(target);
        return registration.open ? List.of(new Effect.Close(target)) : List.of();
    }
}
