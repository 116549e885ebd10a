package baton.shell.console;

import baton.recipes.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exported file, read node by node; see {@link ExportedNode} for what it looks like. */
final class ExportFile {
    /** What a file says of itself. */
    record Contents(String root, long nodes, long ephemerals) {}

    /** Takes a node of a file. */
    @FunctionalInterface
    interface NodeReader {
        /** @throws IllegalArgumentException saying what is wrong with it */
        void take(ExportedNode node) throws InterruptedException;
    }

    private ExportFile() {}

    /**
     * Reads a file to its end.
     *
     * @throws CommandRefusedException naming the line that is wrong, or saying that the end is missing
     */
    static Contents read(Path file, NodeReader reader) throws InterruptedException {
        long number = 1;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String root = ExportedNode.rootOf(String.valueOf(lines.readLine()));
            long nodes = 0;
            long ephemerals = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                Map<String, @Nullable Object> fields = Json.readObject(line);
                if (fields.get("nodes") instanceof Long count) {
                    if (count != nodes) {
                        throw new IllegalArgumentException(count + " nodes were expected before this, not " + nodes);
                    }
                    return new Contents(root, nodes, ephemerals);
                }
                ExportedNode node = ExportedNode.of(fields);
                nodes++;
                ephemerals += node.isEphemeral() ? 1 : 0;
                reader.take(node);
            }
            throw new IllegalArgumentException("the file ends here, and is not whole");
        } catch (IOException unreadable) {
            throw new CommandRefusedException("File", null, "cannot read " + file + ": " + FileFault.of(unreadable));
        } catch (IllegalArgumentException malformed) {
            throw new CommandRefusedException("File", null, file + ", line " + number + ": " + malformed.getMessage());
        }
    }
}
