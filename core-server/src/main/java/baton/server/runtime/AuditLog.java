package baton.server.runtime;

import baton.protocol.Acl;
import baton.protocol.CreateMode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.server.auth.Identity;
import baton.server.config.FeatureSettings;
import baton.server.config.ServerSettings;
import baton.server.request.Event;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who changed what, if {@code audit.enable} asks for it: a line for each change that was asked for, made or refused.
 *
 * <pre>session=0x1  user=bob,10.0.0.1  ip=10.0.0.1  operation=setAcl  znode=/a  acl=world:anyone:r  result=success</pre>
 *
 * <p>Keys, their order, the tabs between them and the name of the logger are Apache ZooKeeper's, so that what sorts and reads
 * its lines goes on doing so; beside its operations there are {@code addAuth}, {@code snapshot} and {@code restore}. Failures have the level
 * ERROR. In which order the lines of changes come, and when, is for the {@link AuditTrail}. Thread-safe.
 */
public final class AuditLog {
    private static final Logger log = LoggerFactory.getLogger(FeatureSettings.AUDIT_LOGGER);
    private static final String ENDED_WITH_SESSION = "ephemeralZNodeDeletionOnSessionCloseOrExpire";

    /** What the system calls whoever runs the server; in a container it may not know, which Java's {@code user.name} shows so. */
    private final String operator = ProcessHandle.current().info().user().orElse("?");

    private AuditLog() {}

    /** Returns the log if the settings ask for one. */
    public static Optional<AuditLog> of(ServerSettings settings) {
        return settings.features().audited() ? Optional.of(new AuditLog()) : Optional.empty();
    }

    /** One line, field by field. */
    private static final class Line {
        private final StringBuilder text = new StringBuilder(160);

        /** Adds a field that has a value; what would end it early, or begin a line of its own, is shown as a question mark. */
        Line with(String key, @Nullable String value) {
            if (value != null) {
                text.append(text.length() == 0 ? "" : "\t").append(key).append('=');
                value.codePoints().forEach(each -> text.appendCodePoint(Character.isISOControl(each) ? '?' : each));
            }
            return this;
        }

        void end(boolean success) {
            if (success) {
                end("success");
            } else {
                log.error(with("result", "failure").text.toString());
            }
        }

        /** Ends a line that tells of no failure. */
        void end(String result) {
            log.info(with("result", result).text.toString());
        }
    }

    /** What one request, or one part of a multi, asks for. */
    private record Change(
            String operation,
            String path,
            @Nullable String type,
            @Nullable String acl) {}

    /** A server serves. */
    void started() {
        new Line().with("user", operator).with("operation", "serverStart").end(true);
    }

    /** A server could not be started. */
    public void notStarted() {
        new Line().with("user", operator).with("operation", "serverStart").end(false);
    }

    /** A server that was started is told to stop. */
    void stopping() {
        new Line().with("user", operator).with("operation", "serverStop").end("invoked");
    }

    /**
     * A client asked for something.
     *
     * @param became the transaction that was made of it; null if none was, because it was refused without
     */
    void asked(Event.Requested requested, InetAddress address, @Nullable Txn became) {
        Request request = requested.request();
        boolean success = became != null && !isFailed(became);
        if (request instanceof Request.Reconfig) {
            who(requested, address).with("operation", "reconfig").end(success);
        } else if (!(request instanceof Request.Multi multi)) {
            changed(requested, address, request, success ? became : null);
        } else if (success && became instanceof Txn.Multi done) {
            for (int i = 0; i < multi.ops().size(); i++) {
                changed(requested, address, multi.ops().get(i), done.parts().get(i));
            }
        } else {
            who(requested, address).with("operation", "multiOperation").end(false);
        }
    }

    private static boolean isFailed(Txn txn) {
        return txn instanceof Txn.Failed || txn instanceof Txn.Multi multi && multi.isFailed();
    }

    private void changed(Event.Requested requested, InetAddress address, Request request, @Nullable Txn done) {
        Change change = change(request, done);
        if (change != null) {
            who(requested, address)
                    .with("operation", change.operation)
                    .with("znode", change.path)
                    .with("znode_type", change.type)
                    .with("acl", change.acl)
                    .end(done != null);
        }
    }

    /** Returns nothing for what changes nothing, and for the end of a session, which is told by its nodes. */
    private static @Nullable Change change(Request request, @Nullable Txn done) {
        if (request instanceof Request.Creation create) {
            return new Change("create", created(create.path(), done), type(create.flags()), null);
        } else if (request instanceof Request.Delete delete) {
            return new Change("delete", delete.path(), null, null);
        } else if (request instanceof Request.SetData set) {
            return new Change("setData", set.path(), null, null);
        } else if (request instanceof Request.SetAcl set) {
            return new Change("setAcl", set.path(), null, acl(set.acl()));
        }
        return null;
    }

    /** With the number that the server has given it. */
    private static String created(String asked, @Nullable Txn done) {
        String created = done == null ? null : done.createdPath();
        return created == null ? asked : created;
    }

    private static String type(int flags) {
        CreateMode mode = CreateMode.find(flags);
        return mode == null ? Integer.toString(flags) : mode.name().toLowerCase(Locale.ROOT);
    }

    private static String acl(List<Acl> acl) {
        return acl.stream()
                .map(each -> each.scheme() + ":" + each.id() + ":" + Permission.format(each.permissions()))
                .collect(Collectors.joining(","));
    }

    /** A client could not prove who it says it is. */
    void notProven(long sessionId, List<Identity> identities, InetAddress address) {
        who(sessionId, identities, address).with("operation", "addAuth").end(false);
    }

    /** Nodes are gone that no client has asked to delete. */
    void vanished(TxnEntry entry) {
        long sessionId = entry.header().sessionId();
        if (entry.txn() instanceof Txn.CloseSession end && end.paths() != null) {
            end.paths().forEach(each -> ended(sessionId, each));
        } else if (entry.txn() instanceof Txn.Multi part) {
            // Of a session that has more nodes than one record may name.
            part.parts().forEach(each -> ended(sessionId, ((Txn.Delete) each).path()));
        } else if (entry.txn() instanceof Txn.DeleteContainer delete) {
            new Line()
                    .with("user", operator)
                    .with("operation", "delete")
                    .with("znode", delete.path())
                    .end(true);
        }
    }

    private void ended(long sessionId, String path) {
        new Line()
                .with("session", session(sessionId))
                .with("user", operator)
                .with("operation", ENDED_WITH_SESSION)
                .with("znode", path)
                .end(true);
    }

    /** Somebody asked the admin server for a copy of everything. */
    public void snapshot(List<Identity> identities, InetAddress address, boolean given) {
        commanded("snapshot", identities, address).end(given);
    }

    /** What somebody sent the admin server is about to take the place of everything. */
    public void restoring(List<Identity> identities, InetAddress address) {
        commanded("restore", identities, address).end("invoked");
    }

    /** It has, whatever becomes of the server; or it will not. */
    public void restore(List<Identity> identities, InetAddress address, boolean replaced) {
        commanded("restore", identities, address).end(replaced);
    }

    private static Line commanded(String operation, List<Identity> identities, InetAddress address) {
        return new Line()
                .with("user", users(identities, address))
                .with("ip", address.getHostAddress())
                .with("operation", operation);
    }

    private static Line who(Event.Requested requested, InetAddress address) {
        return who(requested.sessionId(), requested.identities(), address);
    }

    private static Line who(long sessionId, List<Identity> identities, InetAddress address) {
        return new Line()
                .with("session", session(sessionId))
                .with("user", users(identities, address))
                .with("ip", address.getHostAddress());
    }

    private static String session(long sessionId) {
        return "0x" + Long.toHexString(sessionId);
    }

    /** Whoever a client has proved to be, and then its address; never what proves it. */
    private static String users(List<Identity> identities, InetAddress address) {
        Stream<String> proven = identities.stream()
                .filter(each -> !each.scheme().equals("ip"))
                .map(each -> each.scheme().equals(Identity.SUPER) ? Identity.SUPER : name(each))
                .distinct();
        return Stream.concat(proven, Stream.of(address.getHostAddress())).collect(Collectors.joining(","));
    }

    private static String name(Identity identity) {
        int colon = identity.id().indexOf(':');
        return identity.scheme().equals("digest") && colon >= 0 ? identity.id().substring(0, colon) : identity.id();
    }
}
