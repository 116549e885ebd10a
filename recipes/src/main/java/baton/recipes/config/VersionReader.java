package baton.recipes.config;

import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.Calls;
import baton.recipes.CodecException;
import baton.recipes.run.Deadline;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Reads versions whole. They never change, so files that are read one after another belong together. */
final class VersionReader {
    private final ConfigLayout layout;
    private final Calls calls;
    private final Supplier<Deadline> deadline;

    VersionReader(ConfigLayout layout, Calls calls, Supplier<Deadline> deadline) {
        this.layout = layout;
        this.calls = calls;
        this.deadline = deadline;
    }

    /**
     * The {@link VersionEntry} of a version, with all its files as its value; or what else stands in its place. Empty if
     * the version is gone, or one of its files: then it is being tidied away.
     */
    CompletableFuture<Optional<Payload>> read(String version) {
        NodePath path = layout.version(version);
        return readNode(path)
                .thenCompose(head -> head.isEmpty() || !layout.hasFiles()
                        ? CompletableFuture.completedFuture(head)
                        : withFiles(path, head.get()));
    }

    private CompletableFuture<Optional<Payload>> withFiles(NodePath path, Payload head) {
        VersionEntry entry;
        try {
            entry = VersionEntry.decode(head);
            entry.files().forEach(path::child);
        } catch (CodecException | IllegalArgumentException foreign) {
            return CompletableFuture.completedFuture(Optional.of(head));
        }
        SortedMap<String, CompletableFuture<Optional<Payload>>> reads = new TreeMap<>();
        entry.files().forEach(name -> reads.put(name, readNode(path.child(name))));
        return CompletableFuture.allOf(reads.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    SortedMap<String, Payload> files = new TreeMap<>();
                    reads.forEach((name, read) -> read.join().ifPresent(content -> files.put(name, content)));
                    return files.size() < reads.size()
                            ? Optional.empty()
                            : Optional.of(
                                    entry.withValue(FileBundle.bundled(files)).encode());
                });
    }

    private CompletableFuture<Optional<Payload>> readNode(NodePath path) {
        return calls.repeatable(deadline.get(), core -> core.read(path))
                .thenApply(found -> found.map(node -> node.data()));
    }
}
