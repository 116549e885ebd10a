package baton.client.session;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.SessionId;
import baton.protocol.WatchEvent;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.Xid;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One session of one client, from its first connection to its end.
 *
 * <pre>
 *  IDLE ──start──▶ DIALING ──connected──▶ GREETING ──granted──▶ AUTHENTICATING ──▶ ATTACHED
 *                   ▲   │                    │                        │               │
 *                   │   └────── lost ────────┴────────────────────────┴───────────────┘
 *                   │                        ▼
 *                   └──────back-off──────  WAITING        any ──end confirmed, expired, abandoned──▶ FINISHED
 * </pre>
 *
 * <p>Beside the state stands whether the session {@linkplain Effect.Ended has ended} for its owner. After that the
 * machine goes on dialling for a while only to end it at the store too, so that its ephemerals go quickly.
 *
 * <p>T is the timeout the store granted. The machine pings when nothing was sent for T/3, gives a connection up that
 * was silent for 2/3 T, and the session when nothing sent during the last T was acknowledged. A greeting may stay
 * unanswered for T/3: an Apache server that starts (3.9.5) may accept a connection and never answer it. A request that
 * is made without a connection fails at once: only its owner knows whether it still makes sense later.
 *
 * <p>A server without a quorum is put up with, if at all, once all others were tried. A session it gives is known to
 * nobody else: it ends with its connection.
 */
public final class SessionMachine {
    /** A connection that lasted this long was a good one: the back-off starts over. */
    static final long STABLE_NANOS = 1_000_000_000L;

    /** Shortest and longest mean pause between rounds through the servers. */
    static final long PAUSE_MIN_NANOS = 50_000_000L;

    static final long PAUSE_MAX_NANOS = 1_000_000_000L;

    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int PAUSE_DOUBLINGS_MAX = 5;
    private static final long PING_NANOS_MAX = 10_000_000_000L;

    /** No greeting is given up sooner for being unanswered, unless other servers wait for their turn. */
    private static final long ANSWER_NANOS_MIN = 1_000_000_000L;

    /** The part of T for which the store certainly keeps a session after a request that it acknowledged. */
    private static final double SAFE_PART_ANY_REPLY = 2.0 / 3;

    /** As above, when only a committed write counts: part of T may pass between follower and leader unseen. */
    private static final double SAFE_PART_QUORUM_WRITE = 0.4;

    /** The deadline is reported when it has moved by this part of T, not with every reply. */
    private static final int DEADLINE_STEPS = 64;

    private static final String IDENTITY_DEMANDED = "the store demands an identity that this client does not have";

    private static final Request.Multi QUORUM_WRITE = new Request.Multi(List.of(new Request.Check("/", -1)));

    private enum State {
        IDLE,
        DIALING,
        GREETING,
        AUTHENTICATING,
        ATTACHED,
        WAITING,
        FINISHED
    }

    /** A request on its way; those of the machine itself have no tag. */
    private record Pending(@Nullable Object tag, Request request, int xid, long sentAt) {}

    private final SessionSettings settings;
    private final RandomSource random;
    private final List<ServerAddress> servers;
    private final List<Request.Auth> auth;
    private final SaslLogin.@Nullable Factory logins;
    private final WatchTable watches = new WatchTable();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final ArrayDeque<Pending> authPending = new ArrayDeque<>();
    private final ArrayDeque<Long> pingsSentAt = new ArrayDeque<>();

    private State state = State.IDLE;
    private @Nullable SessionEnd end;
    private List<Effect> out = new ArrayList<>();

    private int attempt;
    private int failures;
    private long attemptStartedAt;
    private long attachedAt;
    private long waitUntil;
    private long lingerUntil;

    private long sessionId;
    private Bytes password = ConnectRequest.NO_PASSWORD;
    /** The conversation of this connection; null before it, and without one. */
    private @Nullable SaslLogin login;

    /** The server has no quorum. */
    private boolean readOnly;

    /** The session was opened by a server without a quorum, and is known to it alone. */
    private boolean local;

    private boolean everAttached;
    private boolean unreachableTold;
    private long timeoutNanos;
    private long lastZxidSeen;
    private int lastXid;

    private long lastSentAt;
    private long lastHeardAt;
    private long lastConfirmationSentAt;
    private boolean acknowledged;
    private long acknowledgedAt;
    private boolean deadlineReported;
    private long deadlineNanos;

    private boolean wakeArmed;
    private long wakeAt;

    public SessionMachine(SessionSettings settings, RandomSource random) {
        this(settings, random, null);
    }

    /** @param logins log every connection in before anything else is asked on it; null for none */
    public SessionMachine(SessionSettings settings, RandomSource random, SaslLogin.@Nullable Factory logins) {
        this.settings = settings;
        this.logins = logins;
        this.random = random;
        this.servers = shuffled(settings.servers(), random);
        this.auth = new ArrayList<>(settings.auth());
        this.timeoutNanos = settings.timeoutMillis() * NANOS_PER_MILLI;
        settings.existing().ifPresent(session -> {
            sessionId = session.sessionId();
            password = session.password();
        });
    }

    /**
     * Takes an event and says what must be done.
     *
     * @param now time on a scale of nanoseconds that only grows
     */
    public List<Effect> on(Event event, long now) {
        out = new ArrayList<>(4);
        if (event instanceof Event.FrameReceived received) {
            frameReceived(received, now);
        } else if (event instanceof Event.Submit submit) {
            submit(submit, now);
        } else if (event instanceof Event.TimeReached) {
            wakeArmed = false;
            timeReached(now);
        } else if (event instanceof Event.Connected connected) {
            connected(connected.attempt(), now);
        } else if (event instanceof Event.ConnectionLost lost) {
            connectionLost(lost, now);
        } else if (event instanceof Event.FrameOversized oversized) {
            frameOversized(oversized, now);
        } else if (event instanceof Event.Start) {
            start(now);
        } else if (event instanceof Event.End) {
            end(now);
        } else {
            abandon();
        }
        armWake();
        return out;
    }

    // ---- connecting

    private void start(long now) {
        if (state != State.IDLE) {
            throw new IllegalStateException("started twice, in state " + state);
        }
        dial(now);
    }

    private void dial(long now) {
        ServerAddress server = servers.get(attempt % servers.size());
        attempt++;
        state = State.DIALING;
        attemptStartedAt = now;
        out.add(new Effect.Dial(attempt, server));
    }

    private void connected(int ofAttempt, long now) {
        if (state != State.DIALING || ofAttempt != attempt) {
            return;
        }
        state = State.GREETING;
        lastSentAt = now;
        boolean readOnlyWillDo = settings.quorum() == SessionSettings.Quorum.PREFERRED;
        ConnectRequest greeting =
                new ConnectRequest(lastZxidSeen, settings.timeoutMillis(), sessionId, password, readOnlyWillDo);
        out.add(new Effect.Send(Bytes.wrap(Frames.connect(greeting))));
    }

    private void greeted(ByteBuffer frame, long now) {
        ConnectResponse response = ConnectResponse.read(reader(frame));
        if (response.isRefused()) {
            if (sessionId == 0) {
                lose("server refused to open a session", now);
            } else {
                over(SessionEnd.EXPIRED, "the store has no such session any more");
            }
            return;
        }
        if (sessionId != 0 && response.sessionId() != sessionId) {
            lose("server answered with session " + SessionId.format(response.sessionId()), now);
            return;
        }
        if (response.readOnly() && failures < servers.size() - 1) {
            lose("server has no quorum: trying the others first", now);
            return;
        }
        readOnly = response.readOnly();
        local = readOnly && sessionId == 0;
        sessionId = response.sessionId();
        password = response.password();
        timeoutNanos = response.timeoutMillis() * NANOS_PER_MILLI;
        acknowledge(lastSentAt, false);
        lastHeardAt = now;
        lastConfirmationSentAt = lastSentAt;
        if (end != null || logins == null) {
            proveIdentities(now);
            return;
        }
        state = State.AUTHENTICATING;
        login = logins.begin();
        sendOwn(new Request.Sasl(login.first()), now);
    }

    private void proveIdentities(long now) {
        if (end != null || auth.isEmpty()) {
            attach(now);
            return;
        }
        state = State.AUTHENTICATING;
        for (Request.Auth each : auth) {
            sendAuth(null, each, Frames.request(each), now);
        }
    }

    /** Goes on with the login until the server is known to know us, and we it. */
    private void conversed(Outcome outcome, long now) {
        SaslLogin current = Objects.requireNonNull(login);
        if (!(outcome instanceof Outcome.Answered answered)
                || !(answered.response() instanceof Response.SaslToken said)) {
            over(SessionEnd.NOT_AUTHENTICATED, "the store refused the login by SASL");
            return;
        }
        Bytes challenge = said.token();
        Bytes answer;
        try {
            answer = current.answer(challenge == null ? Bytes.EMPTY : challenge);
        } catch (SaslLogin.RefusedException refused) {
            over(SessionEnd.NOT_AUTHENTICATED, "login by SASL: " + refused.getMessage());
            return;
        }
        if (current.isComplete()) {
            proveIdentities(now);
        } else {
            sendOwn(new Request.Sasl(answer), now);
        }
    }

    private void attach(long now) {
        state = State.ATTACHED;
        attachedAt = now;
        if (end != null) {
            sendOwn(Request.CloseSession.INSTANCE, now);
            return;
        }
        int timeoutMillis = (int) (timeoutNanos / NANOS_PER_MILLI);
        out.add(new Effect.Attached(new Credentials(sessionId, password), timeoutMillis, !everAttached, readOnly));
        everAttached = true;
        unreachableTold = false;
        reportDeadline();
        for (Request each : watches.registrations(lastZxidSeen)) {
            sendOwn(each, now);
        }
    }

    private void connectionLost(Event.ConnectionLost lost, long now) {
        if (lost.attempt() == attempt && hasConnection()) {
            lose(lost.why(), now);
        }
    }

    private void frameOversized(Event.FrameOversized oversized, long now) {
        if (oversized.attempt() != attempt || !hasConnection()) {
            return;
        }
        // Events are small, so this is the reply to the oldest request, and would be again.
        Pending oldest = pending.poll();
        if (oldest != null) {
            watches.gone(oldest.request());
            complete(oldest, Outcome.Lost.TOO_LARGE);
        }
        lose("server sent a frame of " + oversized.frameBytes() + " bytes", now);
    }

    /** Gives the connection up, whoever broke it, and plans the next attempt. */
    private void lose(String why, long now) {
        boolean wasAttached = state == State.ATTACHED;
        if (local && (wasAttached || end != null)) {
            over(SessionEnd.EXPIRED, "only its server knew it, which had no quorum: " + why);
            return;
        }
        if (local) {
            local = false;
            sessionId = 0;
            password = ConnectRequest.NO_PASSWORD;
        }
        out.add(new Effect.HangUp(attempt));
        failures = wasAttached && now - attachedAt >= STABLE_NANOS ? 0 : failures + 1;
        state = State.WAITING;
        waitUntil = now + pause();
        if (wasAttached && end == null) {
            out.add(new Effect.Detached(why));
        } else if (end == null && !unreachableTold) {
            unreachableTold = true;
            out.add(new Effect.Unreachable(why));
        }
        failPending(Outcome.Lost.UNANSWERED);
    }

    private long pause() {
        int rounds = failures / servers.size();
        if (rounds == 0) {
            return 0;
        }
        long mean = Math.min(PAUSE_MAX_NANOS, PAUSE_MIN_NANOS << Math.min(rounds - 1, PAUSE_DOUBLINGS_MAX));
        return mean / 2 + random.below((int) mean);
    }

    // ---- requests

    private void submit(Event.Submit submit, long now) {
        Request request = submit.request();
        if (end != null) {
            out.add(new Effect.Complete(submit.tag(), Outcome.Lost.by(end)));
        } else if (request instanceof Request.Auth identity) {
            addAuth(submit, identity, now);
        } else if (state != State.ATTACHED) {
            watches.gone(request);
            out.add(new Effect.Complete(submit.tag(), Outcome.Lost.NOT_SENT));
        } else if (pending.size() >= settings.inFlightMax()) {
            out.add(new Effect.Complete(submit.tag(), Outcome.Lost.NOT_SENT));
        } else {
            send(submit.tag(), request, submit.frame(), now);
        }
    }

    // An identity counts for every later connection too, so it is remembered even if there is none now. While those
    // before it are being proved it goes with them, for nobody asks for them a second time over this connection.
    private void addAuth(Event.Submit submit, Request.Auth identity, long now) {
        auth.add(identity);
        if (state == State.ATTACHED || !authPending.isEmpty()) {
            sendAuth(submit.tag(), identity, submit.frame(), now);
        } else {
            out.add(new Effect.Complete(submit.tag(), Outcome.Lost.NOT_SENT));
        }
    }

    private void sendOwn(Request request, long now) {
        send(null, request, Frames.request(request), now);
    }

    private void send(@Nullable Object tag, Request request, byte[] frame, long now) {
        lastXid = lastXid == Integer.MAX_VALUE ? 1 : lastXid + 1;
        Frames.setXid(frame, lastXid);
        pending.add(new Pending(tag, request, lastXid, now));
        lastSentAt = now;
        out.add(new Effect.Send(Bytes.wrap(frame)));
    }

    private void sendAuth(@Nullable Object tag, Request.Auth identity, byte[] frame, long now) {
        Frames.setXid(frame, Xid.AUTH);
        authPending.add(new Pending(tag, identity, Xid.AUTH, now));
        lastSentAt = now;
        out.add(new Effect.Send(Bytes.wrap(frame)));
    }

    private void sendPing(long now) {
        pingsSentAt.add(now);
        lastSentAt = now;
        out.add(new Effect.Send(Bytes.wrap(Frames.request(Xid.PING, Request.Ping.INSTANCE))));
    }

    // ---- replies

    private void frameReceived(Event.FrameReceived received, long now) {
        if (received.attempt() != attempt) {
            return;
        }
        try {
            switch (state) {
                case GREETING -> greeted(received.frame(), now);
                case AUTHENTICATING, ATTACHED -> replied(received.frame(), now);
                case IDLE, DIALING, WAITING, FINISHED -> {}
            }
        } catch (WireFormatException garbage) {
            lose("server sent garbage: " + garbage.getMessage(), now);
        }
    }

    private void replied(ByteBuffer frame, long now) {
        WireReader in = reader(frame);
        ReplyHeader header = ReplyHeader.read(in);
        lastHeardAt = now;
        switch (header.xid()) {
            case Xid.NOTIFICATION -> notified(WatchEvent.read(in), header.zxid());
            case Xid.PING -> ponged(header);
            case Xid.AUTH -> authenticated(header, now);
            default -> answered(header, in, now);
        }
    }

    private void ponged(ReplyHeader header) {
        Long sentAt = pingsSentAt.poll();
        if (header.error() == ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH.code()) {
            // Who asks for nothing else would be let in and cut off again and again.
            over(SessionEnd.NOT_AUTHENTICATED, IDENTITY_DEMANDED);
        } else if (sentAt != null) {
            acknowledge(sentAt, false);
        }
    }

    private void notified(WatchEvent event, long zxid) {
        watches.fired(event);
        if (end == null) {
            out.add(new Effect.Deliver(event, zxid));
        }
    }

    private void authenticated(ReplyHeader header, long now) {
        Pending oldest = authPending.poll();
        if (oldest == null) {
            lose("server answered an identity that was not sent", now);
            return;
        }
        if (!header.isOk()) {
            complete(oldest, new Outcome.Refused(header.zxid(), header.error()));
            Request.Auth identity = (Request.Auth) oldest.request();
            String why = "the store refused an identity of scheme " + identity.scheme();
            over(SessionEnd.NOT_AUTHENTICATED, why, oldest.tag() != null);
            return;
        }
        complete(oldest, new Outcome.Answered(header.zxid(), Response.Empty.INSTANCE));
        if (state == State.AUTHENTICATING && authPending.isEmpty()) {
            attach(now);
        }
    }

    private void answered(ReplyHeader header, WireReader in, long now) {
        Pending oldest = pending.peek();
        if (oldest == null || oldest.xid() != header.xid()) {
            String expected = oldest == null ? "none" : Integer.toString(oldest.xid());
            lose("xid out of order: expected " + expected + ", got " + header.xid(), now);
            return;
        }
        // Read before the request leaves the queue: if the bytes are garbage, its fate is that of the others.
        Outcome outcome = header.isOk()
                ? new Outcome.Answered(
                        header.zxid(), Response.read(oldest.request().opCode(), in))
                : new Outcome.Refused(header.zxid(), header.error());
        pending.remove();
        lastZxidSeen = Math.max(lastZxidSeen, header.zxid());
        watches.replied(oldest.request(), header.error());
        complete(oldest, outcome);
        if (oldest.request() == Request.CloseSession.INSTANCE) {
            finish();
        } else if (oldest.request() instanceof Request.Sasl) {
            conversed(outcome, now);
        } else if (header.error() == ErrorCode.SESSION_EXPIRED.code()) {
            over(SessionEnd.EXPIRED, "the store said that the session has expired");
        } else if (header.error() == ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH.code()) {
            over(SessionEnd.NOT_AUTHENTICATED, IDENTITY_DEMANDED);
        } else if (!header.isOk() && oldest.tag() == null) {
            lose("server refused " + oldest.request().opCode() + " with error " + header.error(), now);
        } else {
            boolean committed = header.isOk() && oldest.request().opCode().isWrite();
            acknowledge(oldest.sentAt(), committed);
        }
    }

    private void complete(Pending request, Outcome outcome) {
        if (request.tag() != null) {
            out.add(new Effect.Complete(request.tag(), outcome));
        }
    }

    private void failPending(Outcome.Lost harmless) {
        pingsSentAt.clear();
        for (Pending each : authPending) {
            complete(each, harmless);
        }
        authPending.clear();
        for (Pending each : pending) {
            watches.gone(each.request());
            boolean change = each.request().opCode().isWrite();
            complete(each, change ? Outcome.Lost.IN_DOUBT : harmless);
        }
        pending.clear();
    }

    // ---- liveness

    /** Takes note that the store heard what was sent at {@code sentAt}. */
    private void acknowledge(long sentAt, boolean quorumWrite) {
        if (quorumWrite && sentAt - lastConfirmationSentAt > 0) {
            lastConfirmationSentAt = sentAt;
        }
        if (acknowledged && sentAt - acknowledgedAt < 0) {
            return;
        }
        acknowledged = true;
        acknowledgedAt = sentAt;
        boolean any = settings.confirmation() == SessionSettings.Confirmation.ANY_REPLY;
        // Opening a session is a quorum write, taking it up again is confirmed by the leader.
        if (any || quorumWrite || state == State.GREETING) {
            double safePart = any ? SAFE_PART_ANY_REPLY : SAFE_PART_QUORUM_WRITE;
            long extended = sentAt + (long) (timeoutNanos * safePart * settings.leaseFactor());
            if (!deadlineReported || extended - deadlineNanos >= timeoutNanos / DEADLINE_STEPS) {
                deadlineNanos = extended;
                deadlineReported = true;
                if (state == State.ATTACHED) {
                    reportDeadline();
                }
            }
        }
    }

    private void reportDeadline() {
        if (end == null && deadlineReported) {
            out.add(new Effect.Extended(deadlineNanos));
        }
    }

    private void timeReached(long now) {
        if (state == State.FINISHED || state == State.IDLE) {
            return;
        }
        if (end != null && now - lingerUntil >= 0) {
            finish();
            return;
        }
        if (end == null && acknowledged && now - giveUpAt() >= 0) {
            giveUp(now);
        }
        switch (state) {
            case DIALING, GREETING, AUTHENTICATING -> {
                if (now - attemptStartedAt >= connectNanos()) {
                    lose("no answer within " + connectNanos() / NANOS_PER_MILLI + " ms", now);
                }
            }
            case ATTACHED -> attachedFor(now);
            case IDLE, WAITING, FINISHED -> {}
        }
        if (state == State.WAITING && now - waitUntil >= 0) {
            dial(now);
        }
    }

    private void attachedFor(long now) {
        if (now - lastHeardAt >= silenceNanos()) {
            lose("server silent for " + (now - lastHeardAt) / NANOS_PER_MILLI + " ms", now);
        } else if (confirmsByWrite() && now - lastConfirmationSentAt >= timeoutNanos / 3) {
            lastConfirmationSentAt = now;
            sendOwn(QUORUM_WRITE, now);
        } else if (now - lastSentAt >= pingNanos()) {
            sendPing(now);
        }
    }

    private void armWake() {
        if (state == State.FINISHED || state == State.IDLE) {
            return;
        }
        long due = switch (state) {
            case DIALING, GREETING, AUTHENTICATING -> attemptStartedAt + connectNanos();
            case ATTACHED -> {
                long liveness =
                        confirmsByWrite() ? lastConfirmationSentAt + timeoutNanos / 3 : lastSentAt + pingNanos();
                yield earlier(lastHeardAt + silenceNanos(), earlier(liveness, lastSentAt + pingNanos()));
            }
            case WAITING -> waitUntil;
            case IDLE, FINISHED -> throw new IllegalStateException("no wake-up in state " + state);
        };
        if (end != null) {
            due = earlier(due, lingerUntil);
        } else if (acknowledged) {
            due = earlier(due, giveUpAt());
        }
        if (!wakeArmed || due - wakeAt < 0) {
            wakeArmed = true;
            wakeAt = due;
            out.add(new Effect.WakeAt(due));
        }
    }

    private static long earlier(long a, long b) {
        return a - b <= 0 ? a : b;
    }

    private boolean confirmsByWrite() {
        return settings.confirmation() == SessionSettings.Confirmation.QUORUM_WRITE && end == null;
    }

    /** Each server gets its turn while the session lives, and so does one that left a connection unanswered. */
    private long connectNanos() {
        long turn = timeoutNanos / servers.size();
        long answerMax = Math.max(timeoutNanos / 3, ANSWER_NANOS_MIN);
        return Math.max(NANOS_PER_MILLI, Math.min(turn, answerMax));
    }

    private long silenceNanos() {
        return timeoutNanos * 2 / 3;
    }

    private long pingNanos() {
        return Math.min(timeoutNanos / 3, PING_NANOS_MAX);
    }

    private long giveUpAt() {
        return acknowledgedAt + timeoutNanos;
    }

    // ---- endings

    /** The session must have expired by now, as far as can be told from here; make sure of it in the background. */
    private void giveUp(long now) {
        end = SessionEnd.GIVEN_UP;
        lingerUntil = now + 2 * timeoutNanos;
        out.add(new Effect.Ended(end, "no contact for " + timeoutNanos / NANOS_PER_MILLI + " ms", false));
        failPending(Outcome.Lost.SESSION_ENDED);
        if (state == State.ATTACHED) {
            sendOwn(Request.CloseSession.INSTANCE, now);
        } else if (state == State.AUTHENTICATING) {
            attach(now);
        }
    }

    private void end(long now) {
        if (end != null || state == State.FINISHED) {
            return;
        }
        end = SessionEnd.ENDED_BY_OWNER;
        out.add(new Effect.Ended(end, "ended by its owner", true));
        lingerUntil = acknowledged ? giveUpAt() : now + timeoutNanos;
        switch (state) {
            case ATTACHED -> sendOwn(Request.CloseSession.INSTANCE, now);
            case AUTHENTICATING -> attach(now);
            // The server may have opened the session already: wait for its word, then close it.
            case GREETING -> {}
            case IDLE, DIALING, WAITING, FINISHED -> {
                if (sessionId == 0) {
                    finish();
                }
            }
        }
    }

    private void abandon() {
        if (state != State.FINISHED) {
            over(SessionEnd.ABANDONED, "let go of by its owner", true);
        }
    }

    private void over(SessionEnd how, String why) {
        over(how, why, false);
    }

    private void over(SessionEnd how, String why, boolean ownerKnows) {
        if (end == null) {
            end = how;
            out.add(new Effect.Ended(how, why, ownerKnows));
        }
        finish();
    }

    private void finish() {
        if (hasConnection()) {
            out.add(new Effect.HangUp(attempt));
        }
        state = State.FINISHED;
        failPending(Outcome.Lost.by(Objects.requireNonNull(end)));
        out.add(new Effect.Finished());
    }

    private boolean hasConnection() {
        return switch (state) {
            case DIALING, GREETING, AUTHENTICATING, ATTACHED -> true;
            case IDLE, WAITING, FINISHED -> false;
        };
    }

    private WireReader reader(ByteBuffer frame) {
        return new WireReader(frame, settings.replyBytesMax());
    }

    private static List<ServerAddress> shuffled(List<ServerAddress> servers, RandomSource random) {
        List<ServerAddress> shuffled = new ArrayList<>(servers);
        for (int last = shuffled.size() - 1; last > 0; last--) {
            int other = random.below(last + 1);
            ServerAddress moved = shuffled.set(other, shuffled.get(last));
            shuffled.set(last, moved);
        }
        return shuffled;
    }
}
