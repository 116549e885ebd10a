package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.recipes.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code import}: makes the nodes of an exported file, under its old root or another.
 *
 * <p>The file is read to its end before anything is changed. Nodes go out in transactions of a bounded size, so a
 * refusal on the way leaves those before it. Ephemerals are left out unless asked for: they belonged to a session.
 */
final class ImportVerb {
    private static final int BATCH_NODES_MAX = 100;
    private static final int BATCH_BYTES_MAX = 256 * 1024;

    private final ZnodeShell shell;
    private final Existing existing;
    private final List<Request.Create> batch = new ArrayList<>();
    private final List<String> batchPaths = new ArrayList<>();
    private int batchBytes;
    private long made;
    private long replaced;
    private long kept;

    /** What becomes of nodes that are there already. */
    private enum Existing {
        REFUSED,
        REPLACED,
        KEPT
    }

    /** What a file says of itself. */
    private record Contents(String root, long nodes, long ephemerals) {}

    /** Takes a node of a file. */
    @FunctionalInterface
    private interface NodeReader {
        void take(ExportedNode node) throws InterruptedException;
    }

    private ImportVerb(ZnodeShell shell, Existing existing) {
        this.shell = shell;
        this.existing = existing;
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Path file = Path.of(arguments.operands().get(0));
        Contents contents = read(file, node -> {});
        String target = arguments.operand(1).isPresent() ? arguments.path(1) : contents.root();
        boolean ephemerals = arguments.has("ephemerals");
        long leftOut = ephemerals ? 0 : contents.ephemerals();
        if (arguments.has("dry-run")) {
            shell.print(
                    summary("Would import", contents.nodes() - leftOut, target).with("leftOut", leftOut));
            return;
        }
        ImportVerb importing = new ImportVerb(shell, existing(arguments));
        read(file, node -> {
            if (ephemerals || !node.isEphemeral()) {
                importing.add(node, target);
            }
        });
        importing.send();
        importing.report(target, leftOut);
    }

    private static Existing existing(Arguments arguments) {
        if (arguments.has("overwrite") && arguments.has("keep")) {
            throw new WrongUsageException("--overwrite and --keep: give one of them");
        }
        if (arguments.has("overwrite")) {
            return Existing.REPLACED;
        }
        return arguments.has("keep") ? Existing.KEPT : Existing.REFUSED;
    }

    private static Result summary(String what, long nodes, String target) {
        return Result.of(what + " " + nodes + " nodes into " + target)
                .with("nodes", nodes)
                .with("target", target);
    }

    private void report(String target, long leftOut) {
        Result result = summary("Imported", made + replaced, target);
        StringBuilder text = new StringBuilder(result.text());
        if (replaced > 0) {
            text.append(", ").append(replaced).append(" of them were there and were overwritten");
        }
        if (kept > 0) {
            text.append(", kept ").append(kept).append(" that were there");
        }
        if (leftOut > 0) {
            text.append(", left out ").append(leftOut).append(" ephemerals (--ephemerals takes them)");
        }
        shell.print(new Result(text.toString(), result.fields())
                .with("overwritten", replaced)
                .with("kept", kept)
                .with("leftOut", leftOut));
    }

    private void add(ExportedNode node, String target) throws InterruptedException {
        String path = node.path().equals("/") ? target : target.equals("/") ? node.path() : target + node.path();
        if (path.equals("/") || ExportVerb.isReserved(path)) {
            return;
        }
        int bytes = path.length() + (node.data() == null ? 0 : node.data().size());
        if (batch.size() == BATCH_NODES_MAX || batchBytes + bytes > BATCH_BYTES_MAX) {
            send();
        }
        batch.add(node.creation(path));
        batchPaths.add(path);
        batchBytes += bytes;
    }

    private void send() throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        Response.Multi answer = (Response.Multi) shell.ask(batchPaths.get(0), new Request.Multi(List.copyOf(batch)));
        int refused = refused(answer.results());
        if (refused < 0) {
            made += batch.size();
        } else {
            ErrorCode code = ((MultiResult.Failed) answer.results().get(refused)).errorCode();
            if (code != ErrorCode.NODE_EXISTS || existing == Existing.REFUSED) {
                throw stopped(code == null ? ErrorCode.SYSTEM_ERROR : code, batchPaths.get(refused));
            }
            sendOneByOne();
        }
        batch.clear();
        batchPaths.clear();
        batchBytes = 0;
    }

    /** The first that was refused for a reason of its own; -1 if none was. */
    private static int refused(List<MultiResult> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof MultiResult.Failed failed && failed.error() != 0) {
                return i;
            }
        }
        return -1;
    }

    private CommandRefusedException stopped(ErrorCode code, String path) {
        String remedy = code == ErrorCode.NODE_EXISTS ? "; --overwrite replaces what is there, --keep leaves it" : "";
        return new CommandRefusedException(
                RefusalText.nameOf(code),
                path,
                RefusalText.of(code, path) + " (" + (made + replaced) + " nodes were imported before it" + remedy
                        + ")");
    }

    private void sendOneByOne() throws InterruptedException {
        for (int i = 0; i < batch.size(); i++) {
            String path = batchPaths.get(i);
            try {
                shell.ask(path, batch.get(i));
                made++;
            } catch (RefusedException refused) {
                if (refused.code() != ErrorCode.NODE_EXISTS) {
                    throw stopped(refused.code(), path);
                }
                meet(path, batch.get(i));
            }
        }
    }

    private void meet(String path, Request.Create creation) throws InterruptedException {
        if (existing == Existing.KEPT) {
            kept++;
            return;
        }
        shell.ask(path, new Request.SetData(path, creation.content(), Arguments.ANY_VERSION));
        shell.ask(path, new Request.SetAcl(path, creation.acl(), Arguments.ANY_VERSION));
        replaced++;
    }

    /** Reads a file to its end. */
    private static Contents read(Path file, NodeReader reader) throws InterruptedException {
        long number = 1;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            Map<String, @Nullable Object> header = Json.readObject(String.valueOf(lines.readLine()));
            if (!ExportedNode.FORMAT.equals(header.get("format")) || !(header.get("root") instanceof String root)) {
                throw new IllegalArgumentException("the header of " + ExportedNode.FORMAT + " was expected");
            }
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
            throw new CommandRefusedException("File", null, "cannot read " + file + ": " + unreadable);
        } catch (IllegalArgumentException malformed) {
            throw new CommandRefusedException("File", null, file + ", line " + number + ": " + malformed.getMessage());
        }
    }
}
