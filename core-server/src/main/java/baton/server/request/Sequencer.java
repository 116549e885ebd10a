package baton.server.request;

import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.request.Effect.CloseReason;
import baton.server.session.ClientConnection;
import baton.server.session.RateLimit;
import baton.server.session.Session;
import baton.server.session.SessionIds;
import baton.server.session.SessionPasswords;
import baton.server.session.SessionTable;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import baton.server.watch.WatchTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one that writes: it orders all changes, decides about each, and carries them out once they are durable.
 *
 * <p>A request is checked at once, against the tree as everything before it will leave it, and gets the next zxid, also
 * if it is refused. When the log reports it durable it is applied, its watch events are delivered, and it is answered, in
 * this order and in that of the zxids. What changes nothing but must see everything before it waits in the same line
 * without a zxid: a {@code sync}, the return of a session, and some refusals, of which no log tells:
 *
 * <ul>
 *   <li>of what could not be decoded, or whose record would be too large to be read again;
 *   <li>of ephemeral nodes beyond those that a session may own, but not of what is beyond a hard quota;
 *   <li>of what would let the tree grow while space is low, the tree full, or the growth of an identity used up;
 *   <li>while the disk is spent, of whatever fails, has no room or does not only delete.
 * </ul>
 *
 * <p>The host must close the tree's read gate before it brings {@link Event.Durable}, and open it after it has handed the
 * {@link Effect.Deliver} effects to where their receivers will find them; then nobody sees a change before its event.
 * Other events never change the tree.
 *
 * <p>Sessions: a session belongs to one connection at a time. When it is taken up again it moves, and what the old
 * connection still had on its way in is dropped; so a client that is back knows that nothing of its past happens after
 * that. What was in the log by then happens before it is welcome.
 *
 * <p>Space: no more is proposed than the log can write even if the disk is full, see {@link LogRoom}. When next to nothing
 * is left only deletes are taken, sessions end as far as there is room and the rest of them when there is, and what is
 * refused leaves no trace. So a full disk never ends the server.
 */
public final class Sequencer {
    /** A tree that was full must shrink by this part of its size before it may grow again. */
    private static final int FULL_HYSTERESIS = 16;

    /** For so long a client may wait for its new session: less than any that would look for another server. */
    private static final int OPENING_PATIENCE_MILLIS = 1_000;

    /** Something that happens at its place in the line. */
    private sealed interface Waiting {}

    /** An entry on its way to the disk; asked for by a client, or by nobody. */
    private record Proposed(TxnEntry entry, @Nullable ClientConnection from, OpCode operation) implements Waiting {
        int xid() {
            return entry.header().cxid();
        }
    }

    private record Syncing(ClientConnection from, int xid, String path) implements Waiting {}

    private record Refusing(ClientConnection from, int xid, int error, Effect.@Nullable Body body) implements Waiting {}

    /** Somebody who will get a session when there is room for one more. */
    private record Newcomer(ClientConnection connection, ConnectRequest request) {}

    private record Returning(ClientConnection from, Session session, ConnectResponse response) implements Waiting {}

    /** A session to be ended as soon as there is room for it; asked for by its client, or by nobody. */
    private record Ending(long sessionId, @Nullable ClientConnection from, int xid) {}

    private final ZnodeTree tree;
    private final SessionTable sessions;
    private final SequencerSettings settings;
    private final SessionIds sessionIds;
    private final SessionPasswords passwords;
    private final RateLimit openingRate;
    private final SessionOwners owners;
    private final OutstandingChanges changes;
    private final WriteChecks checks;
    private final SessionTxns sessionTxns;
    private final IdentityGrowth growth;
    private final ArrayDeque<Waiting> line = new ArrayDeque<>();
    private final Map<Long, ConnectRequest> openings = new HashMap<>();
    private final ArrayDeque<Newcomer> newcomers = new ArrayDeque<>();
    private final ArrayDeque<Ending> endings = new ArrayDeque<>();
    private final LogRoom room = new LogRoom();
    private final Ages ages = new Ages();

    private long lastZxid;

    // The latest time told, and what had been proposed by then.
    private long latestMillis = Long.MIN_VALUE;
    private long zxidByThen;

    private long nextSweepMillis = Long.MIN_VALUE;
    private long nextRecountMillis = Long.MAX_VALUE;
    private boolean treeIsFull;

    // The effects of the event at hand.
    private final List<Effect> effects = new ArrayList<>();

    private final Consequences consequences;
    private Moment now = new Moment(0, 0);

    public Sequencer(
            ServerState state,
            WatchTable<ClientConnection> watches,
            AccessControl access,
            SequencerSettings settings,
            SessionIds sessionIds,
            SessionPasswords passwords) {
        this.tree = state.tree();
        this.sessions = state.sessions();
        this.settings = settings;
        this.sessionIds = sessionIds;
        this.passwords = passwords;
        this.openingRate = new RateLimit(settings.bounds().opening());
        this.owners = new SessionOwners(access, settings.sessionsBound());
        this.changes = new OutstandingChanges(tree);
        this.consequences = new Consequences(watches, access, effects);
        this.checks = new WriteChecks(tree, changes, access, settings);
        this.sessionTxns = checks.sessionTxns();
        this.growth = new IdentityGrowth(settings.bounds().growth());
        this.lastZxid = tree.position().zxid();
    }

    /**
     * Begins to serve: counts the time of the sessions from now on, and ends those of which nothing is left but nodes.
     * Nobody may read before.
     */
    public List<Effect> start(Moment startedAt) {
        begin(startedAt);
        tree.replayed();
        sessions.start(now.monotonicMillis());
        for (long owner : tree.ephemerals().owners()) {
            if (sessions.find(owner) == null) {
                closeSession(owner, null, 0);
            }
        }
        if (settings.digestsLogged()) {
            recount();
        }
        return effects;
    }

    /** Takes in what happened, and returns what must happen now, in a list that is valid until the next event. */
    public List<Effect> on(Event event, Moment happenedAt) {
        begin(happenedAt);
        if (event instanceof Event.Requested requested) {
            requested(requested);
        } else if (event instanceof Event.Durable durable) {
            durable(durable.zxid());
        } else if (event instanceof Event.Ticked) {
            ticked();
        } else if (event instanceof Event.StoodStill stoodStill) {
            sessions.excuse(stoodStill.millis(), now.monotonicMillis());
        } else if (event instanceof Event.Connected connected) {
            connected(connected.from(), connected.request());
        } else if (event instanceof Event.Undecodable undecodable) {
            undecodable(undecodable);
        } else if (event instanceof Event.Proved proved) {
            Session session = sessions.find(proved.sessionId());
            if (session != null && session.holder() == proved.from()) {
                owners.proved(session, proved.identities());
            }
        } else if (event instanceof Event.Disconnected disconnected) {
            disconnected(disconnected.from(), disconnected.sessionId());
        } else if (event instanceof Event.SpaceChanged space) {
            room.changed(space.space());
            endSessions();
        }
        return effects;
    }

    /** Returns how many changes of nodes there were so far, counting those of a node by one transaction once. */
    public long changesMade() {
        return changes.made();
    }

    /** Returns how many of them are not in the tree yet. */
    public int changesOutstanding() {
        return changes.outstanding();
    }

    /** Says whether logs and snapshots hold digests of the tree. */
    public boolean keepsDigests() {
        return settings.digestsLogged();
    }

    /** Says whether so much waits for the disk that requests had better wait outside. */
    public boolean isSaturated() {
        return !room.isSpent() && !room.takes(0);
    }

    /** Returns the zxid given out last. */
    public long lastProposedZxid() {
        return lastZxid;
    }

    /** Returns the monotonic time at which {@link Event.Ticked} has something to do. */
    public long nextTickAtMillis() {
        long nextOpeningMillis = newcomers.isEmpty() ? Long.MAX_VALUE : openingRate.nextAtMillis();
        long nextChoreMillis = Math.min(nextSweepMillis, nextRecountMillis);
        return Math.min(nextOpeningMillis, Math.min(sessions.nextDueAtMillis(), nextChoreMillis));
    }

    /** Returns how many sessions fewer than at most could be opened at the time of the last event. */
    public long openingDeficit() {
        return openingRate.deficit(now.monotonicMillis());
    }

    private void begin(Moment moment) {
        now = moment;
        // A host may bring more events with one time, and a tick with an older one; real time goes on meanwhile.
        if (moment.monotonicMillis() > latestMillis) {
            latestMillis = moment.monotonicMillis();
            zxidByThen = lastZxid;
        }
        effects.clear();
    }

    private void requested(Event.Requested event) {
        if (!isServed(event.from(), event.sessionId())) {
            return;
        }
        Request request = event.request();
        if (request instanceof Request.Sync sync) {
            wait(new Syncing(event.from(), event.xid(), sync.path()));
        } else if (request instanceof Request.CloseSession) {
            closeSession(event.sessionId(), event.from(), event.xid());
        } else if (request instanceof Request.DeleteContainer || request instanceof Request.CreateSession) {
            effects.add(new Effect.Close(event.from(), CloseReason.NOT_FOR_CLIENTS));
        } else if (needsSpaceThatIsKept(request)) {
            refuse(event, ErrorCode.QUOTA_EXCEEDED.code(), null);
        } else {
            Txn txn = checks.check(request, event.sessionId(), event.identities(), lastZxid + 1, now.wallMillis());
            String exceeded = checks.exceededQuota();
            if (exceeded != null) {
                effects.add(new Effect.OverQuota(exceeded));
            }
            if (checks.isBeyondBounds() || room.isSpent() && isFailed(txn)) {
                refuse(event, txn);
                return;
            }
            if (room.isSpent() && !hasRoomOrUndoes()) {
                refuse(event, ErrorCode.QUOTA_EXCEEDED.code(), null);
                return;
            }
            if (request instanceof Request.SetAcl && checks.moreBytes() > 0 && isGrowthRefused()) {
                checks.undo(lastZxid + 1);
                refuse(event, ErrorCode.QUOTA_EXCEEDED.code(), null);
                return;
            }
            if (!growth.admits(event.identities(), checks.moreNodes(), checks.moreBytes(), now.monotonicMillis())) {
                checks.undo(lastZxid + 1);
                refuse(event, ErrorCode.QUOTA_EXCEEDED.code(), null);
                return;
            }
            propose(event.sessionId(), txn, event.from(), event.xid(), request.opCode());
            if (checks.crowded() != null) {
                effects.add(checks.crowded());
            }
        }
    }

    private boolean needsSpaceThatIsKept(Request request) {
        if (room.isSpent()) {
            return !Growth.isNegativeIn(request);
        }
        return isGrowthRefused() && Growth.isIn(request, changes);
    }

    private boolean isGrowthRefused() {
        return room.isLow() || isTreeFull();
    }

    private static boolean isFailed(Txn txn) {
        return txn instanceof Txn.Failed || txn instanceof Txn.Multi multi && multi.isFailed();
    }

    /** Answers as the failed transaction would be, without a trace in the log. */
    private void refuse(Event.Requested event, Txn failed) {
        if (failed instanceof Txn.Multi multi) {
            refuse(event, 0, new PartResults(multi));
        } else {
            refuse(event, ((Txn.Failed) failed).error(), null);
        }
    }

    private void refuse(Event.Requested event, int error, Effect.@Nullable Body body) {
        wait(new Refusing(event.from(), event.xid(), error, body));
    }

    /** Looks at the tree's size, and tells the operator when it is too large and when it no longer is. */
    private boolean isTreeFull() {
        long bytesMax = settings.bounds().treeBytesMax();
        long bytes = tree.memoryBytes();
        boolean isFull = bytes > (treeIsFull ? bytesMax - bytesMax / FULL_HYSTERESIS - 1 : bytesMax);
        if (isFull != treeIsFull) {
            treeIsFull = isFull;
            effects.add(new Effect.TreeRoom(isFull, tree.nodeCount(), bytes, bytesMax));
        }
        return isFull;
    }

    private void undecodable(Event.Undecodable event) {
        if (isServed(event.from(), event.sessionId())) {
            wait(new Refusing(event.from(), event.xid(), ErrorCode.MARSHALLING_ERROR.code(), null));
        }
    }

    /** A session that is closing is not served any more: its connection will be closed when that is done. */
    private boolean isServed(ClientConnection from, long sessionId) {
        Session session = sessions.find(sessionId);
        if (session == null) {
            effects.add(new Effect.Close(from, CloseReason.NO_SESSION));
            return false;
        }
        if (!isHolder(from, session)) {
            effects.add(new Effect.Close(from, CloseReason.SESSION_MOVED));
            return false;
        }
        return !session.isClosing();
    }

    private static boolean isHolder(ClientConnection connection, @Nullable Session session) {
        return session != null && session.holder() == connection;
    }

    private void disconnected(ClientConnection from, long sessionId) {
        if (sessionId == 0) {
            // A session for somebody who has given up would keep one from those who wait behind him.
            if (newcomers.removeIf(each -> each.connection == from)) {
                effects.add(new Effect.Close(from, CloseReason.GAVE_UP));
            }
            return;
        }
        Session session = sessions.find(sessionId);
        if (session != null && session.holder() == from) {
            session.handTo(null);
        }
    }

    private void connected(ClientConnection from, ConnectRequest request) {
        // Not an answer that the session is gone: it may live on a server that has caught up.
        if (request.lastZxidSeen() > tree.position().zxid()) {
            effects.add(new Effect.Close(from, CloseReason.CLIENT_AHEAD));
        } else if (request.sessionId() != 0) {
            takeUp(from, request);
        } else if (sessions.size() + openings.size() + newcomers.size()
                >= settings.bounds().sessionsMax()) {
            effects.add(new Effect.Close(from, CloseReason.TOO_MANY_SESSIONS));
        } else {
            newcomers.add(new Newcomer(from, request));
            letIn();
            if (newcomers.size() > openingRate.within(OPENING_PATIENCE_MILLIS)) {
                newcomers.removeLast();
                effects.add(new Effect.Close(from, CloseReason.TOO_MANY_AT_ONCE));
            }
        }
    }

    /** Opens sessions for those who have waited longest, as many as there may be now. */
    private void letIn() {
        while (!newcomers.isEmpty() && room.isSpent()) {
            effects.add(new Effect.Close(newcomers.remove().connection, CloseReason.NO_SPACE));
        }
        while (!newcomers.isEmpty() && openingRate.take(now.monotonicMillis())) {
            Newcomer next = newcomers.remove();
            long sessionId = newSessionId();
            openings.put(sessionId, next.request);
            propose(sessionId, sessionTxns.open(granted(next.request)), next.connection, 0, OpCode.CREATE_SESSION);
        }
    }

    private long newSessionId() {
        long sessionId = sessionIds.next();
        while (sessions.find(sessionId) != null) {
            sessionId = sessionIds.next();
        }
        return sessionId;
    }

    // The password comes first: who does not know it must not be able to disturb the session's connection.
    private void takeUp(ClientConnection from, ConnectRequest request) {
        Session session = sessions.findOpen(request.sessionId());
        if (session == null
                || !passwords.isShown(request.sessionId(), request.password())
                || !owners.admits(session, from.identities())) {
            effects.add(new Effect.Refuse(from, ConnectResponse.refused(false, request.readOnlySent())));
            return;
        }
        owners.opened(session, from.identities());
        ClientConnection before = session.holder();
        session.handTo(from);
        if (before != null && before != from) {
            effects.add(new Effect.Close(before, CloseReason.SESSION_MOVED));
        }
        sessions.renew(session, granted(request), now.monotonicMillis());
        wait(new Returning(from, session, response(session, request)));
    }

    private int granted(ConnectRequest request) {
        return Math.max(
                settings.sessionTimeoutMillisMin(),
                Math.min(settings.sessionTimeoutMillisMax(), request.timeoutMillis()));
    }

    private ConnectResponse response(Session session, ConnectRequest request) {
        return new ConnectResponse(
                0, session.timeoutMillis(), session.id(), passwords.of(session.id()), false, request.readOnlySent());
    }

    private void ticked() {
        ages.mark(zxidByThen, latestMillis);
        letIn();
        for (Session expired : sessions.expire(now.monotonicMillis())) {
            closeSession(expired.id(), null, 0);
        }
        if (now.monotonicMillis() >= nextSweepMillis) {
            // The first tick only starts the clock.
            if (nextSweepMillis != Long.MIN_VALUE) {
                sweep();
            }
            nextSweepMillis = now.monotonicMillis() + settings.sweepIntervalMillis();
        }
        if (now.monotonicMillis() >= nextRecountMillis) {
            recount();
        }
    }

    /** Counts some nodes of the tree anew; throws what ends the server if it is damaged. */
    private void recount() {
        double part = tree.recount().step();
        nextRecountMillis = now.monotonicMillis() + Math.max(1, (long) (part * settings.recountMillis()));
    }

    private void sweep() {
        List<String> paths = tree.vanishing(
                zxid -> ages.ofMillis(zxid, latestMillis), settings.neverUsedMillis(), settings.sweepNodesMax());
        for (String path : paths) {
            if (room.isSpent() || !room.takes(0)) {
                return; // What vanishes by itself can do so at the next sweep.
            }
            Txn txn = checks.check(new Request.DeleteContainer(path), 0, List.of(), lastZxid + 1, now.wallMillis());
            if (!(txn instanceof Txn.Failed)) {
                propose(0, txn, null, 0, OpCode.DELETE_CONTAINER);
            }
        }
    }

    private void closeSession(long sessionId, @Nullable ClientConnection from, int xid) {
        Session session = sessions.find(sessionId);
        if (session != null) {
            sessions.beginClosing(session);
        }
        endings.addLast(new Ending(sessionId, from, xid));
        endSessions();
    }

    /** Ends the sessions that are to end, in order, as far as the log has room for it. */
    private void endSessions() {
        while (!endings.isEmpty() && room.takes(0) && end(endings.getFirst())) {
            endings.removeFirst();
        }
    }

    private boolean end(Ending ending) {
        long sessionId = ending.sessionId;
        // What other servers let a session own may be more than one record can name.
        for (Txn part = sessionTxns.emptyPartly(sessionId, lastZxid + 1);
                part != null;
                part = sessionTxns.emptyPartly(sessionId, lastZxid + 1)) {
            if (!hasRoomOrUndoes()) {
                return false;
            }
            propose(sessionId, part, null, 0, OpCode.MULTI);
        }
        Txn txn = sessionTxns.close(sessionId, lastZxid + 1);
        if (!hasRoomOrUndoes()) {
            return false;
        }
        propose(sessionId, txn, ending.from, ending.xid, OpCode.CLOSE_SESSION);
        return true;
    }

    private boolean hasRoomOrUndoes() {
        boolean fits = room.takes(checks.recordBytes());
        if (!fits) {
            checks.undo(lastZxid + 1);
        }
        return fits;
    }

    private void propose(long sessionId, Txn txn, @Nullable ClientConnection from, int xid, OpCode operation) {
        lastZxid++;
        TxnDigest digest =
                txn instanceof Txn.Failed || !settings.digestsLogged() ? null : new TxnDigest(changes.digest());
        TxnEntry entry = TxnEntry.of(sessionId, xid, lastZxid, now.wallMillis(), txn, digest);
        line.addLast(new Proposed(entry, from, operation));
        room.proposed(lastZxid, checks.recordBytes());
        effects.add(new Effect.Append(entry));
    }

    private void wait(Waiting waiting) {
        line.addLast(waiting);
        proceed(tree.position().zxid());
    }

    private void durable(long zxid) {
        if (zxid > lastZxid) {
            throw new IllegalStateException("durable up to " + zxid + ", but only " + lastZxid + " was proposed");
        }
        proceed(zxid);
        checks.applied(tree.position().zxid());
        room.durable(zxid);
        endSessions();
    }

    /** Serves the line up to the first entry that is not durable. */
    private void proceed(long durableZxid) {
        while (!line.isEmpty()) {
            Waiting first = line.getFirst();
            if (first instanceof Proposed proposed) {
                if (proposed.entry.zxid() > durableZxid) {
                    return;
                }
                apply(proposed);
            } else if (first instanceof Syncing sync) {
                answer(sync.from, sync.xid, 0, new Effect.NodePath(sync.path));
            } else if (first instanceof Refusing refused) {
                answer(refused.from, refused.xid, refused.error, refused.body);
            } else if (first instanceof Returning returning) {
                welcome(returning);
            }
            line.removeFirst();
        }
    }

    private void welcome(Returning returning) {
        // Meanwhile the session may have been closed, or taken up by yet another connection.
        if (returning.session.isClosing()) {
            boolean readOnlySent = returning.response.readOnlySent();
            effects.add(new Effect.Refuse(returning.from, ConnectResponse.refused(false, readOnlySent)));
        } else if (isHolder(returning.from, returning.session)) {
            List<Identity> owed = owners.owed(returning.session, returning.from.identities());
            effects.add(new Effect.Welcome(returning.from, returning.session, returning.response, 0, owed));
        }
    }

    private void apply(Proposed proposed) {
        TxnEntry entry = proposed.entry;
        consequences.apply(tree, entry);
        TxnDigest digest = entry.digest();
        if (digest != null && digest.treeDigest() != tree.position().digest()) {
            throw new IllegalStateException("applying " + entry + " led to digest "
                    + Long.toHexString(tree.position().digest()) + ", proposed was "
                    + Long.toHexString(digest.treeDigest()));
        }
        if (entry.txn() instanceof Txn.CreateSession create) {
            opened(proposed, create);
        } else if (entry.txn() instanceof Txn.CloseSession) {
            closed(proposed);
        } else if (proposed.from != null) {
            effects.add(consequences.answer(proposed.from, proposed.xid(), proposed.operation));
        }
    }

    private void opened(Proposed proposed, Txn.CreateSession create) {
        long sessionId = proposed.entry.header().sessionId();
        Session session = sessions.open(sessionId, create.timeoutMillis(), now.monotonicMillis());
        ConnectRequest request = openings.remove(sessionId);
        if (proposed.from != null && request != null) {
            session.handTo(proposed.from);
            owners.opened(session, proposed.from.identities());
            effects.add(new Effect.Welcome(
                    proposed.from, session, response(session, request), proposed.entry.zxid(), List.of()));
        }
    }

    private void closed(Proposed proposed) {
        long sessionId = proposed.entry.header().sessionId();
        Session session = sessions.find(sessionId);
        ClientConnection connection = session == null ? null : session.holder();
        sessions.remove(sessionId);
        if (proposed.from != null) {
            answer(proposed.from, proposed.xid(), 0, null);
        }
        if (connection != null) {
            CloseReason reason = proposed.from == null ? CloseReason.SESSION_EXPIRED : CloseReason.SESSION_CLOSED;
            effects.add(new Effect.Close(connection, reason));
        }
    }

    private void answer(ClientConnection to, int xid, int error, Effect.@Nullable Body body) {
        effects.add(new Effect.Answer(to, xid, tree.position().zxid(), error, body, null));
    }
}
