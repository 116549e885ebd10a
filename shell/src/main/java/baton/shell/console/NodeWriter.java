package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Makes many nodes, in transactions of a bounded size: a refusal on the way leaves those before it, and the same again
 * with {@code --keep} goes on behind them.
 */
final class NodeWriter implements AutoCloseable {
    private static final int BATCH_NODES_MAX = 100;
    private static final int BATCH_BYTES_MAX = 256 * 1024;

    private final ZnodeShell shell;
    private final Existing existing;
    private final String doing;
    private final Progress progress;
    private final List<Request.Create> batch = new ArrayList<>();
    private int batchBytes;
    private long replaced;
    private long kept;

    /** What becomes of nodes that are there already. */
    enum Existing {
        /** By a command that could be told otherwise. */
        REFUSED,
        /** By a command that knows no other way. */
        IN_THE_WAY,
        REPLACED,
        KEPT,
        /** If they are like those that are to be made: then they were, by the same command before it was stopped. */
        KEPT_IF_LIKE;

        static Existing of(Arguments arguments) {
            if (arguments.has("overwrite") && arguments.has("keep")) {
                throw new WrongUsageException("--overwrite and --keep: give one of them");
            }
            if (arguments.has("overwrite")) {
                return REPLACED;
            }
            return arguments.has("keep") ? KEPT : REFUSED;
        }
    }

    /** @param doing such as {@code imported} */
    NodeWriter(ZnodeShell shell, Existing existing, String doing) {
        this.shell = shell;
        this.existing = existing;
        this.doing = doing;
        this.progress = new Progress(shell.output(), doing);
    }

    /** Nodes that were made, or replaced. */
    long written() {
        return progress.count();
    }

    /** How many of those written were there before. */
    long replaced() {
        return replaced;
    }

    long kept() {
        return kept;
    }

    /** Makes a node some time before {@link #finish} returns; those of the server itself are left alone. */
    void add(Request.Create creation) throws InterruptedException {
        String path = creation.path();
        if (isTheServers(path)) {
            return;
        }
        int bytes = path.length()
                + (creation.content() == null ? 0 : creation.content().size());
        if (batch.size() == BATCH_NODES_MAX || batchBytes + bytes > BATCH_BYTES_MAX) {
            finish();
        }
        batch.add(creation);
        batchBytes += bytes;
    }

    /** Leaves a node as it is, which counts as kept. */
    void leave(Request.Create creation) {
        if (!isTheServers(creation.path())) {
            kept++;
        }
    }

    private static boolean isTheServers(String path) {
        return path.equals("/") || ExportVerb.isReserved(path);
    }

    /** Makes what is not made yet. */
    void finish() throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        try {
            send();
        } catch (RefusedException refused) {
            throw refused.noting(
                    " (" + written() + " nodes were " + doing + " before it" + remedy(refused.code()) + ")");
        }
        batch.clear();
        batchBytes = 0;
    }

    private String remedy(ErrorCode code) {
        if (code != ErrorCode.NODE_EXISTS) {
            return "";
        }
        return switch (existing) {
            case REFUSED -> "; --overwrite replaces what is there, --keep leaves it";
            case IN_THE_WAY -> MoveVerb.RESUMING;
            case REPLACED, KEPT, KEPT_IF_LIKE -> "";
        };
    }

    private void send() throws InterruptedException {
        Response.Multi answer = (Response.Multi) shell.ask(batch.get(0).path(), new Request.Multi(List.copyOf(batch)));
        int refused = MultiVerb.refused(answer.results());
        if (refused < 0) {
            progress.add(batch.size());
            return;
        }
        ErrorCode code = MultiVerb.codeOf(answer.results().get(refused));
        if (code != ErrorCode.NODE_EXISTS || existing == Existing.REFUSED || existing == Existing.IN_THE_WAY) {
            throw new RefusedException(code, batch.get(refused).path());
        }
        for (Request.Create each : batch) {
            sendAlone(each);
        }
    }

    private void sendAlone(Request.Create creation) throws InterruptedException {
        String path = creation.path();
        try {
            shell.ask(path, creation);
            progress.add(1);
        } catch (RefusedException refused) {
            if (refused.code() != ErrorCode.NODE_EXISTS) {
                throw refused;
            }
            meet(creation);
        }
    }

    private void meet(Request.Create creation) throws InterruptedException {
        if (existing == Existing.KEPT_IF_LIKE) {
            requireLike(creation);
        }
        if (existing == Existing.KEPT || existing == Existing.KEPT_IF_LIKE) {
            kept++;
            return;
        }
        String path = creation.path();
        shell.ask(path, new Request.SetData(path, creation.content(), Arguments.ANY_VERSION));
        shell.ask(path, new Request.SetAcl(path, creation.acl(), Arguments.ANY_VERSION));
        replaced++;
        progress.add(1);
    }

    private void requireLike(Request.Create creation) throws InterruptedException {
        String path = creation.path();
        Response.Content content = (Response.Content) shell.ask(path, new Request.GetData(path, false));
        Response.AclList rights = (Response.AclList) shell.ask(path, new Request.GetAcl(path));
        if (!Objects.equals(content.bytes(), creation.content())
                || !rights.acl().equals(creation.acl())) {
            throw new CommandRefusedException(
                    "Differs", path, path + " is there, and is not like what is to be there: remove one of the two");
        }
    }

    /** Adds to a result what else there is to say. */
    Result reported(Result result, long ephemeralsLeftOut) {
        StringBuilder text = new StringBuilder(result.text());
        if (replaced > 0) {
            text.append(", ").append(replaced).append(" of them were there and were overwritten");
        }
        if (kept > 0) {
            text.append(", kept ").append(kept).append(" that were there");
        }
        if (ephemeralsLeftOut > 0) {
            text.append(", left out ").append(ephemeralsLeftOut).append(" ephemerals (--ephemerals takes them)");
        }
        return new Result(text.toString(), result.fields())
                .with("overwritten", replaced)
                .with("kept", kept)
                .with("leftOut", ephemeralsLeftOut);
    }

    @Override
    public void close() {
        progress.close();
    }
}
