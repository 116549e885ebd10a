package baton.client.session;

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
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Plays world and server to a session machine, by hand and with a clock that stands still until told otherwise. */
final class Dialogue {
    static final int TIMEOUT_MILLIS = 6_000;
    static final long SESSION = 0x100000000000001L;
    static final Bytes PASSWORD = Bytes.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});

    final SessionMachine machine;
    long now = 1_000_000_000L;
    List<Effect> effects = List.of();
    private final List<Sent> sent = new ArrayList<>();
    private int attempt;
    private boolean greeting;
    private ConnectRequest greeted;

    /** A request the machine sent. */
    record Sent(int xid, Request request) {}

    Dialogue(SessionSettings settings) {
        machine = new SessionMachine(settings, bound -> 0);
    }

    /** A machine that logs in, and has begun to dial. */
    Dialogue(SessionSettings settings, SaslLogin.Factory logins) {
        machine = new SessionMachine(settings, bound -> 0, logins);
        on(new Event.Start());
    }

    static Dialogue start() {
        Dialogue dialogue = new Dialogue(settings().build());
        dialogue.on(new Event.Start());
        return dialogue;
    }

    /** A machine whose session is attached. */
    static Dialogue attached() {
        Dialogue dialogue = start();
        dialogue.connectAndGrant();
        return dialogue;
    }

    static Settings settings() {
        return new Settings();
    }

    /** Settings with defaults that suit most tests. */
    static final class Settings {
        private List<ServerAddress> servers = List.of(new ServerAddress("a", 1));
        private List<Request.Auth> auth = List.of();
        private SessionSettings.Confirmation confirmation = SessionSettings.Confirmation.ANY_REPLY;
        private double leaseFactor = 1;
        private int inFlightMax = 100;
        private SessionSettings.Quorum quorum = SessionSettings.Quorum.REQUIRED;

        Settings servers(String... hosts) {
            servers = java.util.Arrays.stream(hosts)
                    .map(host -> new ServerAddress(host, 1))
                    .toList();
            return this;
        }

        Settings auth(Request.Auth... identities) {
            auth = List.of(identities);
            return this;
        }

        Settings confirmation(SessionSettings.Confirmation how) {
            confirmation = how;
            return this;
        }

        Settings leaseFactor(double factor) {
            leaseFactor = factor;
            return this;
        }

        Settings inFlightMax(int max) {
            inFlightMax = max;
            return this;
        }

        Settings readOnlyWillDo() {
            quorum = SessionSettings.Quorum.PREFERRED;
            return this;
        }

        SessionSettings build() {
            return new SessionSettings(
                    servers,
                    TIMEOUT_MILLIS,
                    auth,
                    confirmation,
                    leaseFactor,
                    1 << 20,
                    inFlightMax,
                    Optional.empty(),
                    quorum);
        }
    }

    // ---- the world

    List<Effect> on(Event event) {
        effects = machine.on(event, now);
        for (Effect effect : effects) {
            if (effect instanceof Effect.Dial dial) {
                attempt = dial.attempt();
                greeting = true;
            } else if (effect instanceof Effect.Send send) {
                take(send.frame());
            }
        }
        return effects;
    }

    /** Lets time pass to a given age of the dialogue, and reports that the time came. */
    List<Effect> passMillis(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        return on(new Event.TimeReached());
    }

    void lose() {
        on(new Event.ConnectionLost(attempt, "cut"));
    }

    void connect() {
        on(new Event.Connected(attempt));
    }

    void submit(String tag, Request request) {
        on(new Event.Submit(tag, request, Frames.request(request)));
    }

    // ---- the server

    void grant() {
        grant(SESSION, TIMEOUT_MILLIS);
    }

    void grant(long session, int timeoutMillis) {
        grant(new ConnectResponse(0, timeoutMillis, session, PASSWORD, false, true));
    }

    void grantReadOnly(long session) {
        grant(new ConnectResponse(0, TIMEOUT_MILLIS, session, PASSWORD, true, true));
    }

    private void grant(ConnectResponse response) {
        WireWriter out = new WireWriter();
        response.write(out);
        receive(out);
    }

    void refuse() {
        WireWriter out = new WireWriter();
        ConnectResponse.refused(false, true).write(out);
        receive(out);
    }

    void connectAndGrant() {
        connect();
        grant();
    }

    void answer(long zxid, Response response) {
        WireWriter out = new WireWriter();
        new ReplyHeader(next().xid(), zxid, 0).write(out);
        response.write(out);
        receive(out);
    }

    void refuse(long zxid, ErrorCode error) {
        WireWriter out = new WireWriter();
        new ReplyHeader(next().xid(), zxid, error).write(out);
        receive(out);
    }

    void receiveHeader(int xid, long zxid, int error) {
        WireWriter out = new WireWriter();
        new ReplyHeader(xid, zxid, error).write(out);
        receive(out);
    }

    void event(WatchEvent event, long zxid) {
        WireWriter out = new WireWriter();
        ReplyHeader.notification(zxid).write(out);
        event.write(out);
        receive(out);
    }

    void receive(WireWriter frame) {
        on(new Event.FrameReceived(attempt, ByteBuffer.wrap(frame.toArray())));
    }

    /** Takes the oldest request that was not answered. */
    Sent next() {
        if (sent.isEmpty()) {
            throw new AssertionError("the machine has sent nothing that is not answered");
        }
        return sent.remove(0);
    }

    boolean hasSent() {
        return !sent.isEmpty();
    }

    void answerPing() {
        Sent ping = next();
        if (ping.xid() != Xid.PING) {
            throw new AssertionError("expected a ping, not " + ping);
        }
        receiveHeader(Xid.PING, 1, 0);
    }

    ConnectRequest greeted() {
        return greeted;
    }

    int attempt() {
        return attempt;
    }

    /** The effects of a kind among the last ones. */
    <T extends Effect> List<T> effects(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private void take(Bytes frame) {
        WireReader in = WireReader.of(frame);
        in.int32("length");
        if (greeting) {
            greeting = false;
            sent.clear();
            greeted = ConnectRequest.read(in);
            return;
        }
        RequestHeader header = RequestHeader.read(in);
        OpCode opCode = header.opCode();
        sent.add(new Sent(header.xid(), Request.read(opCode, in)));
    }
}
