package baton.etcd;

import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.etcd.Operations.Operation;
import baton.etcd.Refusals.Asked;
import baton.etcd.state.EntryNames;
import baton.etcd.state.IssueOrder.Access;
import baton.etcd.state.Keys;
import baton.etcd.state.LeaseId;
import baton.etcd.state.Nodes;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a session reads. Lives on the loop, but for what returns a stage: that hops there in the order of issue. */
final class Reads {
    private final Link link;
    private final Keys keys;
    private final LeaseId lease;
    private final Operations operations;

    Reads(Link link, Keys keys, LeaseId lease, Operations operations) {
        this.link = link;
        this.keys = keys;
        this.lease = lease;
        this.operations = operations;
    }

    CompletionStage<Optional<Node>> node(NodePath path) {
        return find(path, kv -> Nodes.node(path, kv));
    }

    CompletionStage<Optional<NodeStat>> stat(NodePath path) {
        return find(path, Nodes::stat);
    }

    private <T> CompletionStage<Optional<T>> find(NodePath path, Function<KeyValue, T> result) {
        return operations.issue(
                Access.READ,
                Set.of(path),
                operation -> get(
                        path,
                        operation,
                        found -> operation.complete(first(found).map(result))));
    }

    CompletionStage<Optional<Listing>> listing(NodePath directory) {
        return operations.issue(
                Access.READ,
                Set.of(directory),
                operation -> list(
                        directory, operation, found -> operation.complete(Optional.of(listing(directory, found)))));
    }

    /** Its ephemerals at and below a path. */
    CompletionStage<Set<NodePath>> own(NodePath under) {
        return operations.issue(
                Access.READ,
                Set.of(under),
                operation -> list(under, operation, below -> {
                    Set<NodePath> own = below.entries().stream()
                            .filter(this::isOwn)
                            .flatMap(entry -> keys.path(entry.getKey()).stream())
                            .collect(Collectors.toCollection(LinkedHashSet::new));
                    get(under, operation, itself -> {
                        first(itself).filter(this::isOwn).ifPresent(entry -> own.add(under));
                        operation.complete(own);
                    });
                }));
    }

    private boolean isOwn(KeyValue entry) {
        return entry.getLease() == lease.value();
    }

    // ---- for those who do more with what they read

    /** Reads one node for an operation, which fails if that cannot be. */
    void get(NodePath path, Operation<?> operation, Consumer<RangeResponse> then) {
        RangeRequest get = RangeRequest.newBuilder().setKey(keys.key(path)).build();
        link.call(KVGrpc.getRangeMethod(), get, reply -> {
            if (reply.isOk()) {
                then.accept(reply.value());
            } else {
                operation.fail(Refusals.exception(reply.status(), Asked.READ, path));
            }
        });
    }

    static Optional<KeyValue> first(RangeResponse found) {
        return found.getKvsList().stream().findFirst();
    }

    /** Reads all below a directory, as of one revision, for an operation, which fails if that cannot be. */
    void list(NodePath directory, Operation<?> operation, Consumer<RangeRead.Found> then) {
        ByteString prefix = keys.prefix(directory);
        RangeRead.start(link, prefix, Keys.end(prefix), false, reply -> {
            if (reply.isOk()) {
                then.accept(reply.value());
            } else if (Refusals.isCompacted(reply.status())) {
                list(directory, operation, then);
            } else {
                operation.fail(Refusals.exception(reply.status(), Asked.READ, directory));
            }
        });
    }

    /** The children, and what would be one if etcd had directories: whatever has something below it. */
    Listing listing(NodePath directory, RangeRead.Found found) {
        Map<String, Long> names = new LinkedHashMap<>();
        int nameStart = directory.isRoot() ? 1 : directory.toString().length() + 1;
        for (KeyValue entry : found.entries()) {
            keys.path(entry.getKey()).map(NodePath::toString).ifPresent(path -> {
                int slash = path.indexOf('/', nameStart);
                if (slash < 0) {
                    names.put(path.substring(nameStart), entry.getCreateRevision());
                } else {
                    names.putIfAbsent(path.substring(nameStart, slash), 0L);
                }
            });
        }
        return EntryNames.listing(names, found.revision());
    }
}
