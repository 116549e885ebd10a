package baton.server.runtime;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.auth.Authentication;
import baton.server.auth.DigestMd5Login;
import baton.server.auth.EnsembleCalls;
import baton.server.auth.Identity;
import baton.server.request.Effect;
import baton.server.request.Event;
import baton.server.request.NodeReads;
import baton.server.request.ReadAnswer;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.transport.ClientChannel;
import baton.server.transport.ClientInput;
import baton.server.transport.SharedFrames;
import baton.server.watch.WatchedPaths;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client.
 *
 * <pre>
 *  NEW ──connect request──▶ OPENING ──welcome──▶ OPEN ──close session──▶ CLOSING
 *   └───────────────── refused, bad input, end of the session ──────────────▲
 *  any of them ──the socket is closed──▶ CLOSED
 * </pre>
 *
 * <p>Answers go out in the order of the requests. Writes are passed on to the sequencer at once, however many wait; a
 * read is answered here, but only when no write of this client is unanswered, and what comes behind it waits with it. So
 * a client sees its own writes, and its requests take effect in its order.
 *
 * <p>Before a read's answer is written, everything the sequencer has sent to this loop so far is taken in: an event of a
 * change that the read has seen is among it, and leaves first.
 *
 * <p>Confined to its loop, except for what {@link ClientConnection} promises.
 */
final class LoopConnection implements ClientConnection, ClientInput, LoopRoster.Member {
    private enum Phase {
        NEW,
        OPENING,
        OPEN,
        CLOSING,
        CLOSED
    }

    private static final Logger log = LoggerFactory.getLogger(LoopConnection.class);
    private static final long NO_ZXID = 0;
    private static final long UNKNOWN_OPERATION_ZXID = -1;
    private static final long MISSED_EVENT_ZXID = -1;
    private static final int WRITES_IN_FLIGHT_MAX = 1_000;
    private static final int IDENTITIES_MAX = 100;
    private static final Runnable NOTHING_TO_FORGET = () -> {};

    private final ClientChannel channel;
    private final ClientLoop loop;
    private final ConnectionServices services;
    private final ConnectionCounters counters = new ConnectionCounters();
    private final long acceptedAtMillis;

    private int place;

    // Made by the loop, for the first watch. Others ask for it only under the lock under which it was given a path.
    private @Nullable WatchedPaths watchedPaths;

    // Written by the loop.
    private volatile List<Identity> identities;
    private volatile @Nullable Session session;
    private Phase phase = Phase.NEW;

    /** Has the one timer forgotten that a connection has at a time: until it has said who it is, or is told that it is not. */
    private Runnable forgetTimer = NOTHING_TO_FORGET;

    /** Made for the first write: most connections of a large crowd have none. */
    private @Nullable PendingAnswers pending;

    private @Nullable DigestMd5Login login;
    private List<Identity> owed = List.of();
    private List<Identity> counted = List.of();
    private long heardAtNanos;

    /** Since bytes arrived last the session was told that its client was heard of. */
    private boolean sessionIsKept;

    /** Reads answered one after the other, all of this operation, and the clock has not been asked since. */
    private int untimed;

    private OpCode untimedOperation = OpCode.PING;
    private boolean heldBack;

    /** What comes next has found no room in the server. */
    private boolean stalled;

    /** Nothing more will be heard from the client; it may wait for answers. */
    private boolean saidAll;

    /** Nobody waits for answers. */
    private boolean lost;

    /** Of what was heard before that something had no room, and so nothing is done any more but to end the session. */
    private boolean omitting;

    LoopConnection(ClientChannel channel, ClientLoop loop, ConnectionServices services) {
        this.channel = channel;
        this.loop = loop;
        this.services = services;
        this.heardAtNanos = services.clock().nanos();
        this.acceptedAtMillis = services.clock().wallMillis();
        this.identities = loop.identitiesOf(address(), authentication());
        loop.add(this);
        setTimer(services.handshakeMillis(), this::closeUnlessConnected);
    }

    ClientLoop loop() {
        return loop;
    }

    /** Returns where the client is. Callable from any thread, and so are the three that follow. */
    InetAddress address() {
        return channel.remote().getAddress();
    }

    /** Returns what the connection looks like now. */
    ConnectionView view() {
        return counters.view(
                new ConnectionView.Origin(channel.remote(), channel.isSecure(), acceptedAtMillis), session);
    }

    long shownSessionId() {
        return sessionId();
    }

    void resetCounters() {
        counters.reset();
    }

    @Override
    public List<Identity> identities() {
        return identities;
    }

    @Override
    public WatchedPaths watchedPaths() {
        WatchedPaths present = watchedPaths;
        if (present == null) {
            present = new WatchedPaths();
            watchedPaths = present;
        }
        return present;
    }

    @Override
    public String toString() {
        return channel.remote()
                + (session == null ? "" : "/" + services.labels().of(session.id()));
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void moveTo(int next) {
        place = next;
    }

    // Input.

    @Override
    public void heard() {
        // What is read ahead of a request that waits does not make it younger.
        if (!heldBack) {
            heardAtNanos = services.clock().nanos();
            sessionIsKept = false;
        }
    }

    /** Needs a whole request: who never finishes one could hold locks for ever. */
    private void keepSession() {
        sessionIsKept = true;
        if (session != null) {
            long atMillis = TimeUnit.NANOSECONDS.toMillis(heardAtNanos);
            // It may have been excused since.
            session.heard(Math.max(atMillis, session.heardAtMillis()));
        }
    }

    @Override
    public void offered() {
        timeReads();
    }

    @Override
    public int ahead(ByteBuffer bytes) {
        return phase == Phase.OPEN ? loop.nodeReads().foresee(bytes) : 0;
    }

    @Override
    public void certified(String subject) {
        if (!identify(authentication().ofCertificate(subject))) {
            channel.close();
        }
    }

    @Override
    public boolean frame(WireReader frame) {
        if (!sessionIsKept) {
            keepSession();
        }
        boolean taken = switch (phase) {
            case NEW -> lost || connect(frame);
            case OPENING -> false;
            case OPEN -> request(frame);
            case CLOSING, CLOSED -> true;
        };
        heldBack = !taken;
        if (lost) {
            // It will not be offered again, and what comes behind it must not happen without it.
            omitting |= !taken;
            return true;
        }
        return taken;
    }

    @Override
    public int argumentBytes(int first) {
        return phase == Phase.NEW ? services.words().argumentBytes(first, address()) : 0;
    }

    @Override
    public boolean word(int first, long argument) {
        @Nullable
        CompletionStage<String> answer =
                phase == Phase.NEW ? services.words().answer(first, argument, address()) : null;
        if (answer == null) {
            // Whatever is not a word is a length that no frame may have.
            services.metrics().count(Tally.LARGE_REQUESTS_REJECTED);
            return false;
        }
        loop.counters().countWord();
        counters.countReceived();
        phase = Phase.CLOSING;
        answer.handle((text, failure) -> {
            byte[] bytes = bytes(text, failure);
            loop.transport().execute(() -> say(bytes));
            return bytes;
        });
        return true;
    }

    /** Not for the loop, since a text may be long. */
    private byte[] bytes(@Nullable String text, @Nullable Throwable failure) {
        if (text == null) {
            loop.transport().lastResort().lookAt(failure);
            log.error("failed to answer a word of client={}", channel.remote(), failure);
            return new byte[0];
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void say(byte[] bytes) {
        if (phase != Phase.CLOSED) {
            channel.send(bytes, bytes.length);
            channel.closeAfterSending();
        }
    }

    @Override
    public void ended() {
        saidAll = true;
        if (phase == Phase.OPENING) {
            // Clients that will not wait any longer close their end, and are read no further than that.
            loop.submitSurely(new Event.Disconnected(this, sessionId()));
        }
        endUnlessOwing();
    }

    private void endUnlessOwing() {
        // Who is closing or being let in is told when that is done.
        boolean isDue = phase == Phase.NEW || phase == Phase.OPEN;
        if (saidAll && isDue && !heldBack && !isAnswerPending()) {
            end();
        }
    }

    @Override
    public void lost() {
        lost = true;
    }

    @Override
    public void givenUp() {
        services.metrics().countRefusal(Limit.UNREAD);
    }

    @Override
    public void closed() {
        boolean awaitsSession = phase == Phase.OPENING;
        phase = Phase.CLOSED;
        heldBack = false;
        forgetTimer.run();
        services.metrics().count(Tally.CONNECTION_DROP_COUNT);
        loop.remove(this);
        // Ends its paths even if it has none: a read that is still on its way must not set a watch for nobody.
        services.watches().removeAll(this);
        services.identities().leave(counted);
        counted = List.of();
        while (isAnswerPending()) {
            release();
        }
        if (session != null || awaitsSession) {
            loop.submitSurely(new Event.Disconnected(this, sessionId()));
        }
    }

    /** Offers the input that could not be taken before. */
    void resume() {
        if (heldBack) {
            heldBack = false;
            channel.resume();
        }
    }

    /** Counts as heard if it was the server that would not listen, or if the client takes what it is being sent. */
    void excuseIfHeldBack() {
        if ((heldBack || channel.isTakingOutput()) && session != null) {
            session.heard(TimeUnit.NANOSECONDS.toMillis(services.clock().nanos()));
        }
    }

    private boolean connect(WireReader frame) {
        countReceived(frame.remaining());
        ConnectRequest request;
        try {
            request = ConnectRequest.read(frame);
        } catch (WireFormatException e) {
            channel.tellOfNoHandshake();
            end();
            return true;
        }
        if (!loop.submit(new Event.Connected(this, request))) {
            return stall();
        }
        enter();
        if (!channel.isSecure()) {
            boolean local = address().isLoopbackAddress();
            services.metrics().count(local ? Tally.NON_MTLS_LOCAL_CONN_COUNT : Tally.NON_MTLS_REMOTE_CONN_COUNT);
        }
        phase = Phase.OPENING;
        clearTimer();
        loop.introduced(this);
        return true;
    }

    private void setTimer(long millis, Runnable task) {
        forgetTimer.run();
        forgetTimer = loop.transport().executeAfter(millis, task);
    }

    private void clearTimer() {
        forgetTimer.run();
        forgetTimer = NOTHING_TO_FORGET;
    }

    /** Makes room for others, who may have more to say. */
    void turnOut() {
        services.metrics().countRefusal(Limit.HANDSHAKES);
        channel.close();
    }

    /** Ends the connection at once, without what was sent and not written out. */
    void cutOff() {
        channel.close();
    }

    private void closeUnlessConnected() {
        if (phase == Phase.NEW && !heldBack) {
            services.metrics().count(Tally.SESSIONLESS_CONNECTIONS_EXPIRED);
            channel.close();
        }
    }

    private void closeIfProofIsOwed() {
        if (phase == Phase.OPEN && owesProof()) {
            services.metrics().count(Tally.AUTH_FAILED_COUNT);
            channel.close();
        }
    }

    private boolean request(WireReader frame) {
        if (frame.remaining() < RequestHeader.BYTES) {
            channel.tellOfNoRequest();
            end();
            return true;
        }
        int bytes = frame.remaining();
        int xid = frame.int32("xid");
        OpCode operation = OpCode.find(frame.int32("type"));
        boolean proves = operation != null && operation.kind() == OpCode.Kind.CONNECTION;
        if (!proves && !authentication().suffices(identities)) {
            return turnAway(xid, ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH, null);
        }
        if (!proves && owesProof() && operation != OpCode.PING) {
            return turnAway(xid, ErrorCode.AUTH_FAILED, null);
        }
        if (operation == null || operation == OpCode.CHECK) {
            return unknown(xid);
        }
        return switch (operation.kind()) {
            case WRITE, SYNC -> write(xid, operation, frame, bytes);
            case READ, LOCAL -> read(xid, operation, frame, bytes);
            case CONNECTION -> authenticate(xid, operation, frame, bytes);
            case INTERNAL -> operation == OpCode.DELETE_CONTAINER ? forbidden() : unknown(xid);
        };
    }

    /** Says whether the session is somebody's who this client has not proved to be. */
    private boolean owesProof() {
        if (!owed.isEmpty() && identities.containsAll(owed)) {
            owed = List.of();
            clearTimer();
        }
        return !owed.isEmpty();
    }

    private boolean write(int xid, OpCode operation, WireReader frame, int bytes) {
        // The end of a session only ever makes room.
        boolean isEnd = operation == OpCode.CLOSE_SESSION;
        if (omitting && !isEnd) {
            return true;
        }
        if (pending().size() >= WRITES_IN_FLIGHT_MAX && !(lost && isEnd)) {
            // The next answer asks again.
            return false;
        }
        if (loop.isFull() && !isEnd) {
            return stall();
        }
        Event event = event(xid, operation, frame);
        if (lost && isEnd) {
            loop.submitSurely(event);
        } else if (!loop.submit(event)) {
            return stall();
        }
        enter();
        countReceived(bytes);
        int heldBytes = RequestWeight.bytes(event, bytes);
        loop.countOutstanding(1, heldBytes);
        counters.countQueued(1);
        pending().add(operation, heldBytes, heardAtNanos);
        if (isEnd) {
            phase = Phase.CLOSING;
        }
        return true;
    }

    /** There is no room in the server: what was to be taken in is offered again. */
    private boolean stall() {
        if (!stalled) {
            stalled = true;
            services.metrics().countRefusal(Limit.REQUESTS);
        }
        loop.stall(this);
        return false;
    }

    /** There was room, perhaps not at once. */
    private void enter() {
        if (stalled) {
            stalled = false;
            loop.counters().countRoomWait(services.clock().nanos() - heardAtNanos);
        }
    }

    private PendingAnswers pending() {
        PendingAnswers present = pending;
        if (present == null) {
            present = new PendingAnswers();
            pending = present;
        }
        return present;
    }

    private boolean isAnswerPending() {
        return pending != null && !pending.isEmpty();
    }

    private Event event(int xid, OpCode operation, WireReader frame) {
        try {
            return new Event.Requested(
                    this, sessionId(), xid, Request.read(operation, frame), identities, heardAtNanos);
        } catch (WireFormatException e) {
            return new Event.Undecodable(this, sessionId(), xid);
        }
    }

    private boolean read(int xid, OpCode operation, WireReader frame, int bytes) {
        if (lost) {
            return true;
        }
        if (isAnswerPending()) {
            return false;
        }
        Session open = session;
        if (open == null) {
            throw new IllegalStateException("open without a session: " + this);
        }
        countReceived(bytes);
        if (NodeReads.answers(operation)) {
            NodeReads node = loop.nodeReads();
            node.look(operation, frame, this, open, identities);
            loop.drainInboxUpTo(node.zxid());
            countRefusal(operation, node.error().code());
            countRead(operation, xid, node.zxid(), reply(xid, node));
            if (node.error() == ErrorCode.OK) {
                loop.counters().readTraffic().read(node.unsafePath(), node.pathLength(), node.payloadBytes());
                boolean isList = operation == OpCode.GET_CHILDREN || operation == OpCode.GET_CHILDREN2;
                if (isList && node.payloadBytes() > 0) {
                    loop.counters().countListing(node.listingWasKept());
                }
            }
            return true;
        }
        ReadAnswer answer;
        try {
            answer = services.reads().answer(Request.read(operation, frame), this, open, identities);
        } catch (WireFormatException e) {
            answer = services.reads().undecodable();
        }
        loop.drainInboxUpTo(answer.zxid());
        for (WatchEvent each : answer.missed()) {
            sendEvent(EventFrame.encode(each, MISSED_EVENT_ZXID));
        }
        countRefusal(operation, answer.error().code());
        int echoed = operation == OpCode.PING ? Xid.PING : xid;
        int answerBytes = reply(echoed, answer.zxid(), answer.error().code(), answer.response());
        countRead(operation, xid, answer.zxid(), answerBytes);
        return true;
    }

    private void countRefusal(OpCode operation, int error) {
        if (error == ErrorCode.QUOTA_EXCEEDED.code()) {
            services.metrics().countRefusal(Limit.HOLDINGS);
        } else if (error == ErrorCode.MARSHALLING_ERROR.code()
                && (operation == OpCode.GET_CHILDREN
                        || operation == OpCode.GET_CHILDREN2
                        || operation == OpCode.GET_EPHEMERALS)) {
            services.metrics().countRefusal(Limit.LISTS);
        }
    }

    private void countRead(OpCode operation, int xid, long zxid, int answerBytes) {
        loop.counters().countAnswer(answerBytes);
        counters.countAnswer(operation, xid, zxid);
        if (operation != untimedOperation) {
            timeReads();
            untimedOperation = operation;
        }
        untimed++;
    }

    /** Those that arrived together count as answered when the last of them is: one look at the clock for all. */
    private void timeReads() {
        if (untimed > 0) {
            countTimes(untimedOperation, services.clock().nanos(), heardAtNanos, untimed);
            untimed = 0;
        }
    }

    private void countTimes(OpCode operation, long now, long since, int times) {
        loop.counters().countTimes(operation, now - since, times);
        counters.countTimes(now - since, now, times);
    }

    private boolean authenticate(int xid, OpCode operation, WireReader frame, int bytes) {
        countReceived(bytes);
        // Not waited for by anything, it still does not overtake events of changes that others have seen answered.
        loop.drainInbox();
        Request request;
        try {
            request = Request.read(operation, frame);
        } catch (WireFormatException e) {
            return failProof(xid, null);
        }
        if (request instanceof Request.Sasl sasl) {
            return login(xid, sasl.token() == null ? Bytes.EMPTY : sasl.token());
        }
        Request.Auth auth = (Request.Auth) request;
        EnsembleCalls calls = authentication().ensembleCalls(auth.scheme());
        if (calls != null) {
            return called(xid, calls.judge(auth.proof()));
        }
        Optional<List<Identity>> proven = services.credentials().identities(auth.scheme(), auth.proof());
        if (proven.isEmpty() || !identify(proven.get())) {
            return failProof(xid, null);
        }
        reply(xid, NO_ZXID, ErrorCode.OK.code(), null);
        return true;
    }

    private boolean called(int xid, EnsembleCalls.Outcome outcome) {
        Tally tally = switch (outcome) {
            case MEANT -> Tally.ENSEMBLE_AUTH_SUCCESS;
            case UNSAID -> Tally.ENSEMBLE_AUTH_SKIP;
            case STRAYED -> Tally.ENSEMBLE_AUTH_FAIL;
        };
        services.metrics().count(tally);
        if (outcome == EnsembleCalls.Outcome.STRAYED) {
            // Without a word: it tries another server then, where an error would end its client for good.
            end();
        } else {
            reply(xid, NO_ZXID, ErrorCode.OK.code(), null);
        }
        return true;
    }

    private boolean login(int xid, Bytes token) {
        if (!authentication().offersLogin()) {
            // What a server without a SASL login says: go on, you are nobody.
            reply(xid, NO_ZXID, ErrorCode.OK.code(), new Response.SaslToken(null));
            return true;
        }
        if (login == null) {
            login = services.credentials().login();
        }
        DigestMd5Login.Step step = login.take(token);
        if (step.isFailed()) {
            tellOfFailedProof();
        }
        if (step.isFailed() && !authentication().forgivesFailedLogins()) {
            ErrorCode error = authentication().requiresLogin()
                    ? ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH
                    : ErrorCode.AUTH_FAILED;
            return turnAwayLater(xid, error);
        }
        if (step.isFailed() || step.user() != null) {
            login = null;
        }
        if (step.user() != null) {
            if (!identify(authentication().ofLogin(step.user()))) {
                return failProof(xid, new Response.SaslToken(null));
            }
        }
        reply(xid, NO_ZXID, ErrorCode.OK.code(), new Response.SaslToken(step.token()));
        return true;
    }

    private boolean isTooMany(List<Identity> all) {
        long bytes = 0;
        for (Identity each : all) {
            bytes += each.scheme().length() + each.id().length();
        }
        return all.size() > IDENTITIES_MAX || bytes > services.identityBytesMax();
    }

    /** Says whether the identities are the client's now, rather than too many or those of too many others already. */
    private boolean identify(List<Identity> more) {
        List<Identity> all = new ArrayList<>(identities);
        for (Identity each : more) {
            if (!all.contains(each)) {
                all.add(each);
            }
        }
        if (isTooMany(all)) {
            services.metrics().countRefusal(Limit.IDENTITIES);
            return false;
        }
        List<Identity> added = List.copyOf(all.subList(identities.size(), all.size()));
        boolean isSuper = added.stream().anyMatch(each -> each.scheme().equals(Identity.SUPER));
        if (!isSuper && !services.identities().enter(added)) {
            services.metrics().countRefusal(Limit.IDENTITIES);
            return false;
        }
        if (!isSuper) {
            counted = Stream.concat(counted.stream(), added.stream()).toList();
        }
        identities = List.copyOf(all);
        if (session != null && !added.isEmpty()) {
            loop.submitSurely(new Event.Proved(this, session.id(), identities));
        }
        return true;
    }

    /** Lets whoever guesses wait for the answer, the longer the more often. */
    private boolean turnAwayLater(int xid, ErrorCode error) {
        phase = Phase.CLOSING;
        int waitMillis = services.credentials().countFailedLogin(address());
        setTimer(waitMillis, () -> turnAway(xid, error, new Response.SaslToken(null)));
        return true;
    }

    private boolean failProof(int xid, @Nullable Response response) {
        tellOfFailedProof();
        return turnAway(xid, ErrorCode.AUTH_FAILED, response);
    }

    private void tellOfFailedProof() {
        AuditLog audit = services.audit();
        if (audit != null) {
            audit.notProven(sessionId(), identities, address());
        }
    }

    private boolean turnAway(int xid, ErrorCode error, @Nullable Response response) {
        services.metrics().count(Tally.AUTH_FAILED_COUNT);
        reply(xid, NO_ZXID, error.code(), response);
        end();
        return true;
    }

    private Authentication authentication() {
        return services.credentials().authentication();
    }

    /** An operation no release has, or none for clients: said so, behind the answers before it, and cut off. */
    private boolean unknown(int xid) {
        // Who has gone does not wait for the answers before it: what he said behind it must not happen all the same.
        if (isAnswerPending() && !lost) {
            return false;
        }
        countReceived(RequestHeader.BYTES);
        // It ends the connection, but not before events of changes that others have seen answered.
        loop.drainInbox();
        reply(xid, UNKNOWN_OPERATION_ZXID, ErrorCode.UNIMPLEMENTED.code(), null);
        end();
        return true;
    }

    private boolean forbidden() {
        end();
        return true;
    }

    // Output.

    /** The client has a session now, if it proves to be somebody, for whom it is kept. */
    void welcome(Effect.Welcome welcome) {
        Session granted = welcome.session();
        if (phase == Phase.CLOSED) {
            loop.submitSurely(new Event.Disconnected(this, granted.id()));
            return;
        }
        session = granted;
        owed = welcome.owed();
        if (!owed.isEmpty()) {
            setTimer(services.handshakeMillis(), this::closeIfProofIsOwed);
        }
        phase = Phase.OPEN;
        sendConnectResponse(welcome.response());
        long now = services.clock().nanos();
        counters.countAnswer(OpCode.CREATE_SESSION, 0, welcome.zxid());
        counters.countTimes(now - heardAtNanos, now, 1);
        loop.resume(this);
        endUnlessOwing();
    }

    /** The client gets no session. */
    void refuse(ConnectResponse response) {
        sendConnectResponse(response);
        end();
    }

    /** The sequencer has answered the oldest pending request. */
    void answer(Effect.Answer answer) {
        if (phase == Phase.CLOSED) {
            services.metrics().count(Tally.STALE_REPLIES);
            return;
        }
        long since = pending().firstSinceNanos();
        OpCode operation = pending().firstOperation();
        release();
        countRefusal(operation, answer.refusal());
        int answerBytes = reply(answer);
        loop.counters().countAnswer(answerBytes);
        counters.countAnswer(operation, answer.xid(), answer.zxid());
        countTimes(operation, services.clock().nanos(), since, 1);
        if (heldBack) {
            loop.resume(this);
        } else {
            endUnlessOwing();
        }
    }

    /** Something that this client watches has happened. */
    void sendEvent(byte[] frame) {
        countSent(frame.length);
        channel.send(frame, frame.length);
    }

    /** Something that many clients watch has happened. */
    void sendSharedEvent(SharedFrames frame) {
        countSent(frame.lastBytes());
        channel.sendInTurn(frame);
    }

    /** Ends the connection behind what was sent. */
    void end() {
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSING;
            heldBack = false;
            channel.closeAfterSending();
        }
    }

    private void release() {
        loop.countOutstanding(-1, -pending().firstBytes());
        counters.countQueued(-1);
        pending().removeFirst();
    }

    private void sendConnectResponse(ConnectResponse response) {
        WireWriter out = loop.scratch();
        int mark = out.beginFrame();
        response.write(out);
        out.endFrame(mark);
        send(out);
    }

    /** Returns how many bytes were sent. */
    private int reply(int xid, long zxid, int error, @Nullable Response response) {
        WireWriter out = loop.scratch();
        int mark = out.beginFrame();
        new ReplyHeader(xid, zxid, error).write(out);
        if (response != null) {
            response.write(out);
        }
        out.endFrame(mark);
        send(out);
        return out.size();
    }

    private int reply(Effect.Answer answer) {
        WireWriter out = loop.scratch();
        int mark = out.beginFrame();
        out.int32(answer.xid()).int64(answer.zxid()).int32(answer.error());
        answer.writeBody(out);
        out.endFrame(mark);
        send(out);
        return out.size();
    }

    private int reply(int xid, NodeReads node) {
        WireWriter out = loop.scratch();
        int mark = out.beginFrame();
        ByteBuffer lent = node.write(xid, out);
        if (lent == null) {
            out.endFrame(mark);
            send(out);
            return out.size();
        }
        int bytes = out.size() + lent.remaining();
        out.patchInt32(mark, bytes - mark - Integer.BYTES);
        countSent(bytes);
        channel.send(out, node.lentAt(), lent);
        return bytes;
    }

    private void send(WireWriter out) {
        countSent(out.size());
        channel.send(out);
    }

    private void countReceived(int bytes) {
        loop.counters().countRequest(bytes);
        loop.asks(this);
        counters.countReceived();
    }

    private void countSent(int bytes) {
        loop.counters().countSent(bytes);
        counters.countSent();
    }

    private long sessionId() {
        return session == null ? 0 : session.id();
    }
}
