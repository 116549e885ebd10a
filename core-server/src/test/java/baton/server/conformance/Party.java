package baton.server.conformance;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Response;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One of the two servers, with the clients it has, and what it said to them. */
final class Party implements AutoCloseable {
    private static final String CUT_OFF = "cut off";
    private static final int CUT_OFF_BEYOND_BITS = 40;

    /** A client's session, and its connection if it has one. */
    private static final class Client {
        @Nullable
        RawClient connection;

        long sessionId;
        Bytes password = ConnectRequest.NO_PASSWORD;
    }

    /** Something the server said; events that one transaction caused in no particular order are sorted by their text. */
    private record Line(boolean isEvent, long zxid, String text) {}

    private final int port;
    private final ShownAnswer shown = new ShownAnswer();
    private final Map<Integer, Client> clients = new HashMap<>();
    private final Set<Long> unordered = new HashSet<>();
    private final Map<OpCode, Set<Integer>> answered = new EnumMap<>(OpCode.class);
    private long lastZxid;

    Party(int port) {
        this.port = port;
    }

    /** Returns the zxid in the last answer. */
    long lastZxid() {
        return lastZxid;
    }

    /** Returns which errors, 0 among them, every operation was answered with. */
    Map<OpCode, Set<Integer>> answered() {
        return answered;
    }

    /** Does the step, and returns everything the server says to the client until it has dealt with it. */
    List<String> perform(Step step) throws IOException {
        Client client = clients.computeIfAbsent(step.client(), number -> new Client());
        if (step instanceof Step.Open open) {
            return connect(
                    client,
                    new ConnectRequest(
                            0,
                            lastZxid,
                            open.timeoutMillis(),
                            0,
                            ConnectRequest.NO_PASSWORD,
                            open.readOnly(),
                            open.readOnlySent()));
        }
        if (step instanceof Step.Return back) {
            return comeBack(client, back.claim());
        }
        if (step instanceof Step.Ask ask) {
            return ask(client, ask.requests());
        }
        connectionOf(client).close();
        client.connection = null;
        return List.of();
    }

    private List<String> comeBack(Client client, Step.Claim claim) throws IOException {
        boolean gone = claim == Step.Claim.SESSION_GONE;
        boolean future = claim == Step.Claim.FROM_THE_FUTURE;
        byte[] password = client.password.toArray();
        if (claim == Step.Claim.WRONG_PASSWORD) {
            password[0]++;
        }
        long seen = future ? lastZxid + (1L << CUT_OFF_BEYOND_BITS) : lastZxid;
        RawClient before = client.connection;
        List<String> said = connect(
                client,
                new ConnectRequest(0, seen, 60_000, gone ? 77 : client.sessionId, Bytes.wrap(password), false, true));
        if (before != null && claim == Step.Claim.RIGHT) {
            said = new ArrayList<>(said);
            for (String each : inOrder(restOf(before))) {
                said.add("old connection: " + each);
            }
        }
        return said;
    }

    private List<String> connect(Client client, ConnectRequest request) throws IOException {
        RawClient connection = new RawClient(port);
        try {
            ConnectResponse response = connection.connect(request);
            if (!response.isRefused()) {
                client.connection = connection;
                client.sessionId = response.sessionId();
                client.password = response.password();
                return List.of(shown.connected(response));
            }
            List<String> said = new ArrayList<>(List.of("refused: " + shown.connected(response)));
            restOf(connection).forEach(each -> said.add(each.text));
            return said;
        } catch (EOFException | SocketException cut) {
            connection.close();
            return List.of(CUT_OFF);
        }
    }

    private List<String> ask(Client client, List<SentRequest> requests) throws IOException {
        RawClient connection = connectionOf(client);
        WireWriter out = new WireWriter();
        requests.forEach(each -> each.write(out));
        connection.send(out.toArray());
        List<Line> said = new ArrayList<>();
        try {
            for (SentRequest each : requests) {
                ReplyHeader answered = answer(connection, each, said);
                if (endsConnection(each, answered)) {
                    said.addAll(restOf(connection));
                    client.connection = null;
                }
            }
        } catch (EOFException | SocketException cut) {
            said.add(new Line(false, 0, CUT_OFF));
            client.connection = null;
        }
        return inOrder(said);
    }

    /** Takes in everything up to the answer to the request. */
    private ReplyHeader answer(RawClient connection, SentRequest request, List<Line> said) throws IOException {
        while (true) {
            byte[] frame = connection.receive();
            WireReader in = WireReader.of(frame);
            ReplyHeader header = ReplyHeader.read(in);
            if (header.xid() == Xid.NOTIFICATION) {
                said.add(new Line(true, header.zxid(), shown.event(header, in, frame.length)));
                continue;
            }
            OpCode operation = request.operation();
            if (operation != null) {
                answered.computeIfAbsent(operation, none -> new TreeSet<>()).add(header.error());
            }
            if (operation == OpCode.CLOSE_SESSION) {
                unordered.add(header.zxid());
            }
            lastZxid = Math.max(lastZxid, header.zxid());
            said.add(new Line(false, header.zxid(), shown.reply(operation, header, in, frame.length)));
            return header;
        }
    }

    private static boolean endsConnection(SentRequest request, ReplyHeader answered) {
        return request.operation() == OpCode.CLOSE_SESSION
                || answered.error() == ErrorCode.UNIMPLEMENTED.code() && answered.zxid() == -1
                || answered.error() == ErrorCode.AUTH_FAILED.code()
                || answered.error() == ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH.code();
    }

    /** Takes in what comes until the server closes the connection. */
    private List<Line> restOf(RawClient connection) throws IOException {
        List<Line> rest = new ArrayList<>();
        try (connection) {
            while (true) {
                byte[] frame = connection.receive();
                WireReader in = WireReader.of(frame);
                ReplyHeader header = ReplyHeader.read(in);
                rest.add(new Line(true, header.zxid(), shown.event(header, in, frame.length)));
            }
        } catch (EOFException | SocketException cut) {
            rest.add(new Line(false, 0, CUT_OFF));
            return rest;
        }
    }

    private List<String> inOrder(List<Line> said) {
        List<String> text = new ArrayList<>();
        List<String> run = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            Line line = said.get(i);
            if (line.isEvent && unordered.contains(line.zxid)) {
                run.add(line.text);
                if (i + 1 < said.size() && said.get(i + 1).isEvent && said.get(i + 1).zxid == line.zxid) {
                    continue;
                }
                run.stream().sorted().forEach(text::add);
                run.clear();
            } else {
                text.add(line.text);
            }
        }
        return text;
    }

    /** Asks one thing, and returns what stands in the answer; null if there is none. */
    @Nullable
    Response fetch(int number, SentRequest request) throws IOException {
        Client client = clients.get(number);
        if (client == null) {
            throw new IllegalStateException("client " + number + " never connected");
        }
        RawClient connection = connectionOf(client);
        WireWriter out = new WireWriter();
        request.write(out);
        connection.send(out.toArray());
        WireReader in = WireReader.of(connection.receive());
        ReplyHeader header = ReplyHeader.read(in);
        OpCode operation = request.operation();
        return header.isOk() && operation != null ? Response.read(operation, in) : null;
    }

    /** Shows what stands in an answer. */
    String body(@Nullable Response response) {
        return response == null ? "refused" : shown.body(response);
    }

    private static RawClient connectionOf(Client client) {
        RawClient connection = client.connection;
        if (connection == null) {
            throw new IllegalStateException("the client is not connected");
        }
        return connection;
    }

    @Override
    public void close() throws IOException {
        for (Client each : clients.values()) {
            if (each.connection != null) {
                each.connection.close();
            }
        }
    }
}
