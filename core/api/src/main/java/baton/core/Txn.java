package baton.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Conditions and changes that happen together or not at all.
 *
 * <p>A path appears in at most one changing operation. At most one ordered create per directory, because two would
 * share a revision on etcd. The name that an ordered create gets is known only from the result.
 *
 * @param ops conditions and changes, in the order in which they were added; {@link TxnResult} counts from here
 */
public record Txn(List<Op> ops) {
    public Txn {
        ops = List.copyOf(ops);
        if (ops.isEmpty()) {
            throw new IllegalArgumentException("a transaction needs at least one operation");
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** One condition or change. */
    public sealed interface Op {
        /** The node it is about; for an ordered create the directory. */
        NodePath path();
    }

    /** The node exists. */
    public record Require(NodePath path) implements Op {}

    /** The node exists and nobody wrote its data since {@code seen}. */
    public record RequireUnchanged(NodePath path, NodeStat seen) implements Op {}

    /** The node is absent. On znode cores this fires the watches of the path and its parent. */
    public record RequireAbsent(NodePath path) implements Op {}

    public record Create(CreateSpec spec) implements Op {
        @Override
        public NodePath path() {
            return spec.path();
        }
    }

    public record Write(NodePath path, Payload data, Expect expect) implements Op {}

    public record Delete(NodePath path, Expect expect) implements Op {}

    /**
     * Other data and lifetime at the same path, under this session, without a visible gap. {@link NodeStat#modRev} grows;
     * where a node can be deleted and created in one step, on znode cores, it is a new incarnation.
     */
    public record Replace(CreateSpec spec, Expect expect) implements Op {
        @Override
        public NodePath path() {
            return spec.path();
        }
    }

    /** Collects operations. Not thread-safe. */
    public static final class Builder {
        private final List<Op> ops = new ArrayList<>();
        private final Set<NodePath> changed = new HashSet<>();
        private final Set<NodePath> orderedIn = new HashSet<>();

        private Builder() {}

        public Builder require(NodePath path) {
            ops.add(new Require(path));
            return this;
        }

        public Builder requireUnchanged(NodePath path, NodeStat seen) {
            ops.add(new RequireUnchanged(path, seen));
            return this;
        }

        public Builder requireAbsent(NodePath path) {
            ops.add(new RequireAbsent(path));
            return this;
        }

        public Builder create(CreateSpec spec) {
            if (spec.ordering().isPresent()) {
                if (!orderedIn.add(spec.path())) {
                    throw new IllegalArgumentException("two ordered creates in " + spec.path() + " in one transaction");
                }
            } else {
                changes(spec.path());
            }
            ops.add(new Create(spec));
            return this;
        }

        public Builder write(NodePath path, Payload data, Expect expect) {
            changes(path);
            ops.add(new Write(path, data, expect));
            return this;
        }

        public Builder delete(NodePath path, Expect expect) {
            changes(path);
            ops.add(new Delete(path, expect));
            return this;
        }

        public Builder replace(CreateSpec spec, Expect expect) {
            if (spec.ordering().isPresent()) {
                throw new IllegalArgumentException(
                        "replace needs an exact path, not an ordered create in " + spec.path());
            }
            changes(spec.path());
            ops.add(new Replace(spec, expect));
            return this;
        }

        public Txn build() {
            return new Txn(ops);
        }

        private void changes(NodePath path) {
            if (!changed.add(path)) {
                throw new IllegalArgumentException("two operations change " + path + " in one transaction");
            }
        }
    }
}
