package baton.client.session;

import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import java.util.List;

/**
 * Moves a client below a node: its {@code /a} is {@code <prefix>/a} at the server, in requests, replies and events alike.
 *
 * <p>{@code delete /} is sent as it is, and refused by the server, so that a client never deletes the node it stands
 * on. Unlike Apache's client this one also translates the results of a multi and the listing of ephemerals.
 *
 * @param prefix path at the server without a slash at its end; empty for none
 */
public record Chroot(String prefix) {

    /** The request as the server must see it. */
    public Request toServer(Request request) {
        if (prefix.isEmpty()) {
            return request;
        }
        if (request instanceof Request.MultiOp op) {
            return op(op);
        } else if (request instanceof Request.MultiReadOp op) {
            return readOp(op);
        } else if (request instanceof Request.Exists r) {
            return new Request.Exists(path(r.path()), r.watch());
        } else if (request instanceof Request.GetChildren2 r) {
            return new Request.GetChildren2(path(r.path()), r.watch());
        } else if (request instanceof Request.GetAcl r) {
            return new Request.GetAcl(path(r.path()));
        } else if (request instanceof Request.SetAcl r) {
            return new Request.SetAcl(path(r.path()), r.acl(), r.version());
        } else if (request instanceof Request.GetAllChildrenNumber r) {
            return new Request.GetAllChildrenNumber(path(r.path()));
        } else if (request instanceof Request.GetEphemerals r) {
            return new Request.GetEphemerals(path(r.prefix() == null ? "/" : r.prefix()));
        } else if (request instanceof Request.Sync r) {
            return new Request.Sync(path(r.path()));
        } else if (request instanceof Request.AddWatch r) {
            return new Request.AddWatch(path(r.path()), r.mode());
        } else if (request instanceof Request.CheckWatches r) {
            return new Request.CheckWatches(path(r.path()), r.type());
        } else if (request instanceof Request.RemoveWatches r) {
            return new Request.RemoveWatches(path(r.path()), r.type());
        } else if (request instanceof Request.Multi r) {
            return new Request.Multi(r.ops().stream().map(this::op).toList());
        } else if (request instanceof Request.MultiRead r) {
            return new Request.MultiRead(r.ops().stream().map(this::readOp).toList());
        }
        return request;
    }

    /** The reply as the client must see it. */
    public Response toClient(Response response) {
        if (prefix.isEmpty()) {
            return response;
        }
        if (response instanceof Response.Created r) {
            return new Response.Created(strip(r.path()));
        } else if (response instanceof Response.CreatedWithStat r) {
            return new Response.CreatedWithStat(strip(r.path()), r.stat());
        } else if (response instanceof Response.Synced r) {
            return new Response.Synced(strip(r.path()));
        } else if (response instanceof Response.Ephemerals r) {
            return new Response.Ephemerals(ephemerals(r.paths()));
        } else if (response instanceof Response.Multi r) {
            return new Response.Multi(r.results().stream().map(this::result).toList());
        }
        return response;
    }

    /** The event as the client must see it. */
    public WatchEvent toClient(WatchEvent event) {
        return prefix.isEmpty() ? event : new WatchEvent(event.type(), event.state(), strip(event.path()));
    }

    private Request.MultiOp op(Request.MultiOp op) {
        if (op instanceof Request.Create r) {
            return new Request.Create(r.opCode(), path(r.path()), r.content(), r.acl(), r.flags());
        } else if (op instanceof Request.CreateTtl r) {
            return new Request.CreateTtl(path(r.path()), r.content(), r.acl(), r.flags(), r.ttlMillis());
        } else if (op instanceof Request.Delete r) {
            return r.path().equals("/") ? r : new Request.Delete(path(r.path()), r.version());
        } else if (op instanceof Request.SetData r) {
            return new Request.SetData(path(r.path()), r.content(), r.version());
        }
        Request.Check check = (Request.Check) op;
        return new Request.Check(path(check.path()), check.version());
    }

    private Request.MultiReadOp readOp(Request.MultiReadOp op) {
        if (op instanceof Request.GetData r) {
            return new Request.GetData(path(r.path()), r.watch());
        }
        Request.GetChildren r = (Request.GetChildren) op;
        return new Request.GetChildren(path(r.path()), r.watch());
    }

    private MultiResult result(MultiResult result) {
        return result instanceof MultiResult.Done done
                ? new MultiResult.Done(done.type(), toClient(done.response()))
                : result;
    }

    // The server compares prefixes of text, so "/app" also finds what belongs to "/apple".
    private List<String> ephemerals(List<String> paths) {
        return paths.stream().filter(this::isBelow).map(this::strip).toList();
    }

    private boolean isBelow(String path) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }

    private String path(String path) {
        return path.equals("/") ? prefix : prefix + path;
    }

    private String strip(String path) {
        if (!isBelow(path)) {
            return path;
        }
        return path.length() == prefix.length() ? "/" : path.substring(prefix.length());
    }
}
