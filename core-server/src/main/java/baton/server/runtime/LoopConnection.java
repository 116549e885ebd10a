package baton.server.runtime;

import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.Xid;
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
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
    private static final Runnable NOTHING_TO_FORGET = () -> {};

    private final ClientChannel channel;
    private final ClientLoop loop;
    private final ConnectionServices services;
    private final ConnectionCounters counters;
    private final List<Identity> ofAddress;
    private final long acceptedAtMillis;

    private int place;

    // Made by the loop, for the first watch. Others ask for it only under the lock under which it was given a path.
    private @Nullable WatchedPaths watchedPaths;

    // Written by the loop.
    private volatile @Nullable Session session;

    /** Written by the loop as soon as it proves or owes anything, which most never do. */
    private volatile @Nullable ClientProofs proofs;

    private Phase phase = Phase.NEW;

    /** Has the one timer forgotten that a connection has at a time: until it has said who it is, or is told that it is not. */
    private Runnable forgetTimer = NOTHING_TO_FORGET;

    /** Made for the first write: most connections of a large crowd have none. */
    private @Nullable PendingAnswers pending;

    private long heardAtNanos;

    /** Since bytes arrived last the session was told that its client was heard of. */
    private boolean sessionIsKept;

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
        this.counters = new ConnectionCounters(loop.counters());
        this.ofAddress = loop.identitiesOf(address(), services.credentials().authentication());
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

    /** Returns the number of the client's session, 0 if it has none yet. */
    long sessionId() {
        Session present = session;
        return present == null ? 0 : present.id();
    }

    void resetCounters() {
        counters.reset();
    }

    @Override
    public List<Identity> identities() {
        ClientProofs own = proofs;
        return own == null ? ofAddress : own.identities();
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
        counters.timeReads(services.clock(), heardAtNanos);
    }

    @Override
    public int ahead(ByteBuffer bytes) {
        return phase == Phase.OPEN ? loop.nodeReads().foresee(bytes) : 0;
    }

    @Override
    public void certified(String subject) {
        if (!proofs().certified(subject)) {
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
        counters.countWord();
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
    public void leaving() {
        if (phase == Phase.OPENING) {
            // Clients that will not wait any longer close their end.
            loop.submitSurely(new Event.Disconnected(this, sessionId()));
        }
    }

    @Override
    public void ended() {
        saidAll = true;
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
        if (heldBack) {
            excuse();
        }
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
        ClientProofs own = proofs;
        if (own != null) {
            own.leave();
        }
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
            // What is taken now may have come since the last round, and its client trusts in having been heard.
            excuse();
            heldBack = false;
            channel.resume();
        }
    }

    /** Counts as heard if it was the server that would not listen, or if the client takes what it is being sent. */
    void excuseIfHeldBack() {
        if (heldBack || channel.isTakingOutput()) {
            excuse();
        }
    }

    private void excuse() {
        if (session != null) {
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

    private ClientProofs proofs() {
        ClientProofs own = proofs;
        if (own == null) {
            own = new ClientProofs(services, address(), ofAddress);
            proofs = own;
        }
        return own;
    }

    private boolean isProofOwed() {
        ClientProofs own = proofs;
        return own != null && own.areOwed();
    }

    private void closeIfProofIsOwed() {
        if (phase == Phase.OPEN && isProofOwed()) {
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
        if (!proves && !services.credentials().authentication().suffices(identities())) {
            return turnAway(xid, ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH, null);
        }
        if (!proves && isProofOwed() && operation != OpCode.PING) {
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
                    this, sessionId(), xid, Request.read(operation, frame), identities(), heardAtNanos);
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
            readNode(xid, operation, frame, open);
        } else {
            readOther(xid, operation, frame, open);
        }
        return true;
    }

    private void readNode(int xid, OpCode operation, WireReader frame, Session open) {
        NodeReads node = loop.nodeReads();
        node.look(operation, frame, this, open, identities());
        loop.drainInboxUpTo(node.zxid());
        countRefusal(operation, node.error().code());
        countRead(operation, xid, node.zxid(), sent(loop.answers().send(channel, xid, node)));
        if (node.error() == ErrorCode.OK) {
            loop.counters().readTraffic().read(node.unsafePath(), node.pathLength(), node.payloadBytes());
            boolean isList = operation == OpCode.GET_CHILDREN || operation == OpCode.GET_CHILDREN2;
            if (isList && node.payloadBytes() > 0) {
                loop.counters().countListing(node.listingWasKept());
            }
        }
    }

    private void readOther(int xid, OpCode operation, WireReader frame, Session open) {
        ReadAnswer answer;
        try {
            answer = services.reads().answer(Request.read(operation, frame), this, open, identities());
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

    private boolean authenticate(int xid, OpCode operation, WireReader frame, int bytes) {
        countReceived(bytes);
        // Not waited for by anything, it still does not overtake events of changes that others have seen answered.
        loop.drainInbox();
        List<Identity> before = identities();
        ClientProofs.Verdict verdict = proofs().judge(operation, frame, sessionId());
        if (identities() != before) {
            proved();
        }
        if (verdict instanceof ClientProofs.Taken taken) {
            reply(xid, NO_ZXID, ErrorCode.OK.code(), taken.response());
        } else if (verdict instanceof ClientProofs.Refused refused) {
            turnAway(xid, refused);
        } else {
            end();
        }
        return true;
    }

    private void proved() {
        if (session != null) {
            loop.submitSurely(new Event.Proved(this, session.id(), identities()));
        }
        if (phase == Phase.OPEN && !isProofOwed()) {
            clearTimer();
        }
    }

    private void turnAway(int xid, ClientProofs.Refused refused) {
        if (refused.afterMillis() == 0) {
            turnAway(xid, refused.error(), refused.response());
            return;
        }
        phase = Phase.CLOSING;
        setTimer(refused.afterMillis(), () -> turnAway(xid, refused.error(), refused.response()));
    }

    private boolean turnAway(int xid, ErrorCode error, @Nullable Response response) {
        services.metrics().count(Tally.AUTH_FAILED_COUNT);
        reply(xid, NO_ZXID, error.code(), response);
        end();
        return true;
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
        if (!welcome.owed().isEmpty()) {
            proofs().owe(welcome.owed());
            setTimer(services.handshakeMillis(), this::closeIfProofIsOwed);
        }
        phase = Phase.OPEN;
        sendConnectResponse(welcome.response());
        counters.countWelcome(welcome.zxid(), heardAtNanos, services.clock().nanos());
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
        int answerBytes = sent(loop.answers().send(channel, answer));
        counters.countAnswer(operation, answer.xid(), answer.zxid(), answerBytes);
        counters.countTime(operation, since, services.clock().nanos());
        if (heldBack) {
            loop.resume(this);
        } else {
            endUnlessOwing();
        }
    }

    /** Something that this client watches has happened. */
    void sendEvent(byte[] frame) {
        counters.countSent(frame.length);
        channel.send(frame, frame.length);
    }

    /** Something that many clients watch has happened. */
    void sendSharedEvent(SharedFrames frame) {
        counters.countSent(frame.lastBytes());
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
        sent(loop.answers().send(channel, response));
    }

    /** Returns how many bytes were sent. */
    private int reply(int xid, long zxid, int error, @Nullable Response response) {
        return sent(loop.answers().send(channel, xid, zxid, error, response));
    }

    private int sent(int bytes) {
        counters.countSent(bytes);
        return bytes;
    }

    private void countReceived(int bytes) {
        loop.asks(this);
        counters.countReceived(bytes);
    }

    private void countRead(OpCode operation, int xid, long zxid, int answerBytes) {
        counters.countRead(operation, xid, zxid, answerBytes, services.clock(), heardAtNanos);
    }
}
