package baton.server.sim.history;

import baton.protocol.Acl;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What the model answers to one who reads, in its present state. It changes nothing. */
final class ModelReads {
    /** A header of 16 bytes, and a stat. */
    private static final int ANSWER_BYTES = 16 + 68;

    private final ModelTree tree;
    private final Caller caller;
    private final long session;
    private final int listBytesMax;

    /** @param session of the one who reads, as is the caller */
    ModelReads(ModelTree tree, Caller caller, long session, int listBytesMax) {
        this.tree = tree;
        this.caller = caller;
        this.session = session;
        this.listBytesMax = listBytesMax;
    }

    Response answer(Request request) throws Refused {
        if (request instanceof Request.GetData get) {
            return new Response.Content(readable(get.path()).content(), tree.stat(get.path()));
        }
        if (request instanceof Request.Exists exists) {
            readable(exists.path());
            return new Response.StatOnly(tree.stat(exists.path()));
        }
        if (request instanceof Request.GetAcl get) {
            List<Acl> acl =
                    permitted(get.path(), Permission.READ | Permission.ADMIN).acl();
            return new Response.AclList(caller.shown(acl), tree.stat(get.path()));
        }
        if (request instanceof Request.GetChildren2 get) {
            readable(get.path());
            return new Response.ChildrenWithStat(listed(get.path()), tree.stat(get.path()));
        }
        if (request instanceof Request.GetChildren get) {
            readable(get.path());
            return new Response.Children(listed(get.path()));
        }
        if (request instanceof Request.GetAllChildrenNumber get) {
            readable(get.path());
            return new Response.DescendantCount(tree.below(get.path()).size());
        }
        if (request instanceof Request.GetEphemerals get) {
            return new Response.Ephemerals(tree.ephemeralsOf(session).stream()
                    .filter(each -> each.startsWith(get.prefix()))
                    .toList());
        }
        if (request instanceof Request.WhoAmI) {
            return new Response.Identities(caller.identities());
        }
        return answers((Request.MultiRead) request);
    }

    private Response answers(Request.MultiRead multi) {
        List<MultiResult> results = new ArrayList<>();
        for (Request.MultiReadOp op : multi.ops()) {
            try {
                results.add(MultiResult.Done.of(op.opCode(), answer(op)));
            } catch (Refused refused) {
                results.add(new MultiResult.Failed(refused.error()));
            }
        }
        return new Response.Multi(results);
    }

    private ModelNode readable(String path) throws Refused {
        return permitted(path, Permission.READ);
    }

    private ModelNode permitted(String path, int permissions) throws Refused {
        ModelNode node = tree.present(path);
        if (!caller.may(node.acl(), permissions)) {
            throw new Refused(ErrorCode.NO_AUTH);
        }
        return node;
    }

    /** Returns the children unless the answer, with a header and a stat, would be too large. */
    private List<String> listed(String path) throws Refused {
        List<String> names = tree.children(path);
        long bytes = ANSWER_BYTES
                + 4
                + names.stream().mapToLong(each -> 4 + each.length()).sum();
        if (bytes > listBytesMax) {
            throw new Refused(ErrorCode.MARSHALLING_ERROR);
        }
        return names;
    }

    /** What a client that comes back has missed. */
    Missed missed(Request.SetWatches2 set) {
        Missed missed = new Missed(new ArrayList<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        for (String path : set.data()) {
            ModelNode node = tree.find(ModelTree.internal(path));
            if (node == null || node.mzxid() > set.relativeZxid()) {
                missed.data().add(path);
                miss(missed, EventType.NODE_DATA_CHANGED, path);
            }
        }
        for (String path : set.exist()) {
            if (tree.has(ModelTree.internal(path))) {
                missed.exist().add(path);
                miss(missed, EventType.NODE_CREATED, path);
            }
        }
        for (String path : set.child()) {
            ModelNode node = tree.find(ModelTree.internal(path));
            if (node == null || node.pzxid() > set.relativeZxid()) {
                missed.children().add(path);
                miss(missed, EventType.NODE_CHILDREN_CHANGED, path);
            }
        }
        return missed;
    }

    private void miss(Missed missed, EventType type, String path) {
        ModelNode node = tree.find(ModelTree.internal(path));
        if (node == null || caller.may(node.acl(), Permission.READ)) {
            missed.events().add(new WatchEvent(node == null ? EventType.NODE_DELETED : type, path));
        }
    }
}
