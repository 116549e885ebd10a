package baton.shell.console;

import baton.client.ZnodeException;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.SequenceSuffix;
import baton.protocol.Stat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of a change whose answer was lost, by what it would have left behind.
 *
 * <p>To be asked once the session is connected again and has synchronised: from then on the change is visible, or will
 * never happen. What is older than the last transaction seen before the change was sent is not its work; what is newer
 * and looks exactly like it counts as its work, even if somebody else did the very same meanwhile. That there is nothing
 * like it proves nothing where others could have taken it away since.
 */
final class Settlement {
    /** What {@link SequenceSuffix} appends: ten characters, or eleven. */
    private static final Pattern SEQUENCE = Pattern.compile("\\d{10}|-\\d{9,10}");

    private final Server server;
    private final long zxidBefore;
    private final long session;

    /** How the server is asked. */
    @FunctionalInterface
    interface Server {
        /** @throws ZnodeException if it refuses, or is lost */
        Response ask(Request request) throws InterruptedException;
    }

    /** What became of a change. */
    enum Fate {
        APPLIED,
        /** It was not, and never will be. */
        NOT_APPLIED,
        /** Others have changed too much, or it leaves nothing to look for. */
        UNKNOWN
    }

    /** @param answer what the server would have said, if it was applied */
    record Verdict(Fate fate, @Nullable Response answer) {
        static final Verdict UNKNOWN = new Verdict(Fate.UNKNOWN, null);
        static final Verdict NOT_APPLIED = new Verdict(Fate.NOT_APPLIED, null);

        static Verdict applied(Response answer) {
            return new Verdict(Fate.APPLIED, answer);
        }
    }

    /**
     * @param zxidBefore last transaction seen before the change was sent
     * @param session who sent it
     */
    Settlement(Server server, long zxidBefore, long session) {
        this.server = server;
        this.zxidBefore = zxidBefore;
        this.session = session;
    }

    Verdict of(Request change) throws InterruptedException {
        if (change instanceof Request.Creation create) {
            return ofCreate(create.path(), create.content(), CreateMode.find(create.flags()));
        }
        if (change instanceof Request.Delete delete) {
            return ofDelete(delete.path());
        }
        if (change instanceof Request.SetData set) {
            return ofSetData(set);
        }
        if (change instanceof Request.SetAcl set) {
            return ofSetAcl(set);
        }
        return change instanceof Request.Multi multi ? ofMulti(multi.ops()) : Verdict.UNKNOWN;
    }

    private Verdict ofCreate(String path, @Nullable Bytes content, @Nullable CreateMode mode)
            throws InterruptedException {
        if (mode == null) {
            return Verdict.UNKNOWN;
        }
        if (mode.isSequential()) {
            return ofSequentialCreate(path, content, mode);
        }
        Optional<Response.Content> found = read(path);
        if (found.isEmpty()) {
            return ofAbsence(parentOf(path));
        }
        if (found.get().stat().czxid() <= zxidBefore) {
            return Verdict.NOT_APPLIED;
        }
        return isOurs(found.get(), content, mode) ? Verdict.applied(new Response.Created(path)) : Verdict.UNKNOWN;
    }

    /** A node that is not there may have been made and deleted again, unless its parent has had no change of children. */
    private Verdict ofAbsence(String parent) throws InterruptedException {
        Optional<Response> found = present(new Request.Exists(parent, false));
        return found.isPresent() && statOf(found.get()).pzxid() <= zxidBefore ? Verdict.NOT_APPLIED : Verdict.UNKNOWN;
    }

    private static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    /** Looks at the nodes with the name and a number, from the newest back to those that were there before. */
    private Verdict ofSequentialCreate(String path, @Nullable Bytes content, CreateMode mode)
            throws InterruptedException {
        String parent = parentOf(path);
        String prefix = path.substring(path.lastIndexOf('/') + 1);
        Optional<Response> children = present(new Request.GetChildren(parent, false));
        if (children.isEmpty()) {
            return Verdict.UNKNOWN;
        }
        List<String> numbered = ((Response.Children) children.get())
                .names().stream()
                        .filter(name -> isNumbered(name, prefix))
                        .sorted(Comparator.reverseOrder())
                        .toList();
        List<String> ours = new ArrayList<>();
        for (String name : numbered) {
            String candidate = Subtree.child(parent, name);
            Optional<Response.Content> found = read(candidate);
            if (found.isPresent() && found.get().stat().czxid() <= zxidBefore) {
                break;
            }
            if (found.isPresent() && isOurs(found.get(), content, mode)) {
                ours.add(candidate);
            }
        }
        if (ours.size() > 1) {
            return Verdict.UNKNOWN;
        }
        return ours.isEmpty() ? ofAbsence(parent) : Verdict.applied(new Response.Created(ours.get(0)));
    }

    /** Whether the name is the prefix and a number as servers write it, and not one of a longer prefix. */
    private static boolean isNumbered(String name, String prefix) {
        return name.startsWith(prefix)
                && SEQUENCE.matcher(name.substring(prefix.length())).matches();
    }

    private boolean isOurs(Response.Content node, @Nullable Bytes content, CreateMode mode) {
        boolean owned = !mode.isEphemeral() || node.stat().ephemeralOwner() == session;
        return owned && Objects.equals(node.bytes(), content);
    }

    private Verdict ofDelete(String path) throws InterruptedException {
        Optional<Response> found = present(new Request.Exists(path, false));
        if (found.isEmpty()) {
            return Verdict.applied(Response.Empty.INSTANCE);
        }
        return statOf(found.get()).czxid() <= zxidBefore ? Verdict.NOT_APPLIED : Verdict.UNKNOWN;
    }

    private Verdict ofSetData(Request.SetData set) throws InterruptedException {
        Optional<Response.Content> found = read(set.path());
        if (found.isEmpty()) {
            return Verdict.UNKNOWN;
        }
        if (found.get().stat().mzxid() <= zxidBefore) {
            return Verdict.NOT_APPLIED;
        }
        return Objects.equals(found.get().bytes(), set.content())
                ? Verdict.applied(new Response.StatOnly(found.get().stat()))
                : Verdict.UNKNOWN;
    }

    private Verdict ofSetAcl(Request.SetAcl set) throws InterruptedException {
        Optional<Response> found = present(new Request.GetAcl(set.path()));
        List<Acl> inForce =
                found.map(answer -> ((Response.AclList) answer).acl()).orElse(List.of());
        return inForce.equals(set.acl())
                ? Verdict.applied(new Response.StatOnly(((Response.AclList) found.get()).stat()))
                : Verdict.UNKNOWN;
    }

    /** All of it happened, or nothing: one change that certainly did not speaks for all. */
    private Verdict ofMulti(List<Request.MultiOp> ops) throws InterruptedException {
        List<MultiResult> results = new ArrayList<>();
        Verdict last = Verdict.UNKNOWN;
        for (Request.MultiOp op : ops) {
            Verdict verdict = op instanceof Request.Check ? Verdict.applied(Response.Empty.INSTANCE) : of(op);
            Response answer = verdict.answer();
            if (answer == null) {
                return verdict;
            }
            last = op instanceof Request.Check ? last : verdict;
            results.add(MultiResult.Done.of(op.opCode(), answer));
        }
        return last.fate() == Fate.APPLIED ? Verdict.applied(new Response.Multi(results)) : Verdict.UNKNOWN;
    }

    private Optional<Response.Content> read(String path) throws InterruptedException {
        return present(new Request.GetData(path, false)).map(Response.Content.class::cast);
    }

    private Optional<Response> present(Request request) throws InterruptedException {
        try {
            return Optional.of(server.ask(request));
        } catch (ZnodeException refused) {
            if (refused.code() == ErrorCode.NO_NODE) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private static Stat statOf(Response answer) {
        return ((Response.StatOnly) answer).stat();
    }
}
