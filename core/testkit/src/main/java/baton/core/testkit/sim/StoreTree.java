package baton.core.testkit.sim;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.SessionId;
import baton.core.Txn;
import baton.core.TxnResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The nodes of a store and the rules by which they change. Pure: no time, no sessions but their ids. */
final class StoreTree {
    static final int DATA_MAX = 1024 * 1024 - 1024;

    private final TreeMap<NodePath, Entry> entries = new TreeMap<>();
    private final int firstSequence;
    private long revision;
    /** What happened in the operation that runs; handed out by {@link #takeChanges}. */
    private List<Change> changes = new ArrayList<>();
    /** How to take back what the operation that runs has done so far. */
    private final Deque<Runnable> undo = new ArrayDeque<>();

    StoreTree(int firstSequence) {
        this.firstSequence = firstSequence;
        entries.put(NodePath.ROOT, new Entry(Payload.EMPTY, Lifetime.PERSISTENT, Optional.empty(), 0, firstSequence));
    }

    /** What happened to one node. */
    record Change(Kind kind, NodePath path, long revision) {
        enum Kind {
            CREATED,
            WRITTEN,
            DELETED
        }
    }

    long revision() {
        return revision;
    }

    StoreTree copy() {
        StoreTree copy = new StoreTree(firstSequence);
        copy.revision = revision;
        entries.forEach((path, entry) -> copy.entries.put(path, entry.copy()));
        return copy;
    }

    /** The changes since the last call, in order. */
    List<Change> takeChanges() {
        List<Change> taken = changes;
        changes = new ArrayList<>();
        return taken;
    }

    Optional<Node> read(NodePath path) {
        Entry entry = entries.get(path);
        return entry == null ? Optional.empty() : Optional.of(new Node(path, entry.data, entry.stat()));
    }

    Optional<Listing> list(NodePath directory) {
        Entry entry = entries.get(directory);
        if (entry == null) {
            return Optional.empty();
        }
        List<Listing.Entry> ordered = new ArrayList<>();
        List<Listing.Entry> others = new ArrayList<>();
        for (String name : entry.children) {
            Listing.Entry child = new Listing.Entry(name, EntryNames.place(name));
            (child.place().isPresent() ? ordered : others).add(child);
        }
        ordered.sort(Comparator.comparingLong(child -> existing(directory.child(child.name())).createRev));
        ordered.addAll(others);
        return Optional.of(new Listing(ordered, entry.childRev));
    }

    List<Node> children(NodePath directory) {
        Entry entry = entries.get(directory);
        return entry == null
                ? List.of()
                : entry.children.stream()
                        .map(name -> read(directory.child(name)).orElseThrow())
                        .toList();
    }

    /** Everything below a path, not itself. */
    List<Node> below(NodePath root) {
        return entries.keySet().stream()
                .filter(path -> path.isWithin(root) && !path.equals(root))
                .map(path -> read(path).orElseThrow())
                .toList();
    }

    List<NodePath> ephemeralsOf(SessionId session) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().owner.equals(Optional.of(session)))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Nullable
    Lifetime lifetime(NodePath path) {
        Entry entry = entries.get(path);
        return entry == null ? null : entry.lifetime;
    }

    Created create(CreateSpec spec, SessionId session) {
        begin();
        return doCreate(spec, session);
    }

    NodeStat write(NodePath path, Payload data, Expect expect) {
        begin();
        return doWrite(path, data, expect);
    }

    boolean delete(NodePath path, Expect expect) {
        if (!entries.containsKey(path)) {
            return false;
        }
        begin();
        doDelete(path, expect);
        return true;
    }

    /** Removes nodes whatever they hold and wherever they are, in one revision; children go first. */
    void remove(List<NodePath> paths) {
        begin();
        for (NodePath path : paths) {
            if (entries.containsKey(path)) {
                doDelete(path, Expect.ANY);
            }
        }
    }

    void ensureDir(NodePath directory, SessionId session) {
        begin();
        ensure(directory, session);
    }

    TxnResult commit(Txn txn, SessionId session) {
        begin();
        long before = revision - 1;
        int changesBefore = changes.size();
        List<Optional<Created>> created = new ArrayList<>();
        for (int index = 0; index < txn.ops().size(); index++) {
            Txn.Op op = txn.ops().get(index);
            try {
                created.add(apply(op, session));
            } catch (CoordinationException refused) {
                while (!undo.isEmpty()) {
                    undo.pop().run();
                }
                revision = before;
                changes.subList(changesBefore, changes.size()).clear();
                return new TxnResult.Refused(index, refused.code(), op.path());
            }
        }
        return new TxnResult.Committed(created);
    }

    private Optional<Created> apply(Txn.Op op, SessionId session) {
        if (op instanceof Txn.Require require) {
            present(require.path());
        } else if (op instanceof Txn.RequireUnchanged require) {
            expect(require.path(), present(require.path()), Expect.unchanged(require.seen()));
        } else if (op instanceof Txn.RequireAbsent require) {
            if (entries.containsKey(require.path())) {
                throw error(CoreError.NODE_EXISTS, require.path());
            }
        } else if (op instanceof Txn.Create create) {
            return Optional.of(doCreate(create.spec(), session));
        } else if (op instanceof Txn.Write write) {
            doWrite(write.path(), write.data(), write.expect());
        } else if (op instanceof Txn.Delete delete) {
            present(delete.path());
            doDelete(delete.path(), delete.expect());
        } else if (op instanceof Txn.Replace replace) {
            present(replace.path());
            doDelete(replace.path(), replace.expect());
            return Optional.of(doCreate(replace.spec(), session));
        }
        return Optional.empty();
    }

    private void begin() {
        revision++;
        undo.clear();
    }

    private Created doCreate(CreateSpec spec, SessionId session) {
        checkSize(spec.path(), spec.data());
        NodePath parentPath =
                spec.ordering().isPresent() ? spec.path() : spec.path().parent();
        Entry parent = present(parentPath);
        if (parent.owner.isPresent()) {
            throw error(CoreError.DENIED, parentPath);
        }
        NodePath path = spec.ordering()
                .map(ordering -> parentPath.child(EntryNames.of(ordering, spec.attempt(), parent.nextSequence)))
                .orElse(spec.path());
        if (entries.containsKey(path)) {
            throw error(CoreError.NODE_EXISTS, path);
        }
        Optional<SessionId> owner =
                spec.lifetime().equals(Lifetime.EPHEMERAL) ? Optional.of(session) : Optional.empty();
        Entry fresh = new Entry(spec.data(), spec.lifetime(), owner, revision, firstSequence);
        long childRevBefore = parent.childRev;
        entries.put(path, fresh);
        parent.children.add(path.name());
        // As the reference store does, every create counts, named in order or not; the counter runs over.
        parent.nextSequence++;
        parent.childRev = revision;
        undo.push(() -> {
            entries.remove(path);
            parent.children.remove(path.name());
            parent.nextSequence--;
            parent.childRev = childRevBefore;
        });
        changes.add(new Change(Change.Kind.CREATED, path, revision));
        return new Created(path, fresh.stat());
    }

    private NodeStat doWrite(NodePath path, Payload data, Expect expect) {
        checkSize(path, data);
        Entry entry = present(path);
        expect(path, entry, expect);
        Entry before = entry.copy();
        entry.data = data;
        entry.modRev = revision;
        entry.version++;
        undo.push(() -> {
            entry.data = before.data;
            entry.modRev = before.modRev;
            entry.version = before.version;
        });
        changes.add(new Change(Change.Kind.WRITTEN, path, revision));
        return entry.stat();
    }

    private void doDelete(NodePath path, Expect expect) {
        Entry entry = present(path);
        expect(path, entry, expect);
        if (!entry.children.isEmpty()) {
            throw error(CoreError.NOT_EMPTY, path);
        }
        Entry parent = present(path.parent());
        long childRevBefore = parent.childRev;
        entries.remove(path);
        parent.children.remove(path.name());
        parent.childRev = revision;
        undo.push(() -> {
            entries.put(path, entry);
            parent.children.add(path.name());
            parent.childRev = childRevBefore;
        });
        changes.add(new Change(Change.Kind.DELETED, path, revision));
    }

    private void ensure(NodePath directory, SessionId session) {
        if (!entries.containsKey(directory)) {
            ensure(directory.parent(), session);
            doCreate(CreateSpec.plain(directory, Payload.EMPTY, Lifetime.CONTAINER), session);
        }
    }

    private static void expect(NodePath path, Entry entry, Expect expect) {
        if (expect instanceof Expect.Unchanged unchanged && unchanged.seen().dataVersion() != entry.version) {
            throw error(CoreError.STALE, path);
        }
    }

    private static void checkSize(NodePath path, Payload data) {
        if (data.length() > DATA_MAX) {
            throw error(CoreError.TOO_LARGE, path);
        }
    }

    private Entry present(NodePath path) {
        Entry entry = entries.get(path);
        if (entry == null) {
            throw error(CoreError.NO_NODE, path);
        }
        return entry;
    }

    private Entry existing(NodePath path) {
        return Objects.requireNonNull(entries.get(path));
    }

    private static CoordinationException error(CoreError code, NodePath path) {
        return new CoordinationException(code, path, code + " " + path);
    }

    /** One node. */
    private static final class Entry {
        final Lifetime lifetime;
        final Optional<SessionId> owner;
        final long createRev;
        final TreeSet<String> children = new TreeSet<>();
        Payload data;
        long modRev;
        long version;
        long childRev;
        int nextSequence;

        Entry(Payload data, Lifetime lifetime, Optional<SessionId> owner, long createRev, int nextSequence) {
            this.data = data;
            this.lifetime = lifetime;
            this.owner = owner;
            this.createRev = createRev;
            this.modRev = createRev;
            this.childRev = createRev;
            this.nextSequence = nextSequence;
        }

        Entry copy() {
            Entry copy = new Entry(data, lifetime, owner, createRev, nextSequence);
            copy.children.addAll(children);
            copy.modRev = modRev;
            copy.version = version;
            copy.childRev = childRev;
            return copy;
        }

        NodeStat stat() {
            return new NodeStat(createRev, modRev, version, owner, data.length(), OptionalInt.of(children.size()));
        }
    }
}
