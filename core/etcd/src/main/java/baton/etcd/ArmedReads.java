package baton.etcd;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.TriggerSink;
import baton.etcd.Operations.Operation;
import baton.etcd.state.IssueOrder.Access;
import baton.etcd.state.Nodes;
import baton.etcd.state.Trigger;
import baton.etcd.state.TriggerTable.Kind;
import baton.etcd.state.TriggerTable.Target;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a session reads in order to hear of the next change. Lives on the loop, but for what returns a stage: that hops
 * there in the order of issue.
 */
final class ArmedReads {
    private final Reads reads;
    private final Operations operations;
    private final SessionTriggers triggers;
    private final BooleanSupplier isOver;

    /** @param isOver whether the session has ended */
    ArmedReads(Reads reads, Operations operations, SessionTriggers triggers, BooleanSupplier isOver) {
        this.reads = reads;
        this.operations = operations;
        this.triggers = triggers;
        this.isOver = isOver;
    }

    CompletionStage<Armed<Optional<Node>>> node(NodePath path, ArmMode mode, TriggerSink sink) {
        return arm(
                new Target(path, Kind.NODE),
                sink,
                (operation, arming) -> reads.get(path, operation, reply -> {
                    Optional<Node> found = Reads.first(reply).map(kv -> Nodes.node(path, kv));
                    if (found.isEmpty() && mode == ArmMode.DELETION_ONLY) {
                        operation.complete(Armed.unarmed(found));
                    } else {
                        arming.arm(found, reply.getHeader().getRevision());
                    }
                }));
    }

    CompletionStage<Armed<Optional<Listing>>> listing(NodePath directory, TriggerSink sink) {
        return arm(
                new Target(directory, Kind.CHILDREN),
                sink,
                (operation, arming) -> reads.list(
                        directory,
                        operation,
                        found -> arming.arm(Optional.of(reads.listing(directory, found)), found.revision())));
    }

    /** What a read has to do that arms a trigger. */
    private interface ArmingRead<R> {
        void begin(Operation<Armed<R>> operation, Arming<R> arming);
    }

    private <R> CompletionStage<Armed<R>> arm(Target target, TriggerSink sink, ArmingRead<R> read) {
        Arming<R> arming = new Arming<>(target, sink);
        return operations.issue(
                Access.READ,
                Set.of(target.path()),
                operation -> {
                    arming.begin(operation);
                    read.begin(operation, arming);
                },
                arming::over);
    }

    /** The interest of one read, from its sending until it has armed a trigger or not. */
    private final class Arming<R> {
        private final Target target;
        private final TriggerSink sink;
        private @Nullable Operation<Armed<R>> operation;
        private boolean reading;

        Arming(Target target, TriggerSink sink) {
            this.target = target;
            this.sink = sink;
        }

        void begin(Operation<Armed<R>> begun) {
            operation = begun;
            reading = true;
            triggers.reading(target);
        }

        void arm(R state, long revision) {
            if (operation == null || operation.isOver()) {
                return;
            }
            reading = false;
            Trigger trigger = new Trigger(sink);
            operation.complete(triggers.armed(state, target, trigger));
            triggers.arm(target, trigger, revision);
        }

        void over() {
            if (reading && !isOver.getAsBoolean()) {
                triggers.unread(target);
            }
            reading = false;
        }
    }
}
