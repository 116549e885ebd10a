package baton.shell;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireWriter;
import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sun.misc.Signal;

/**
 * Two lives of a server, and what operators and clients ask of it, by sockets alone: what would be loaded here for a client
 * would be archived, too, and every start of a server would pay for it.
 */
final class ServerRehearsal {
    private static final int SESSIONS = 10;
    private static final int NODES = 200;
    private static final int ANSWER_MILLIS_MAX = 30_000;
    private static final int SESSION_MILLIS = 30_000;

    private ServerRehearsal() {}

    /** Does not return, but ends the process as a server from the command line does. */
    static void in(Path directory) throws StartFailedException, IOException {
        AdminSettings admin = AdminSettings.at(ListenAddress.EPHEMERAL);
        try (BatonServer server =
                BatonServer.start(ServerSettings.inDirectory(directory).withAdmin(admin))) {
            for (int round = 0; round < SESSIONS; round++) {
                tell(server.port(), session("/r" + round));
            }
            for (String page : List.of("/readyz", "/metrics")) {
                tell(server.adminPort(), text("GET " + page + " HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n"));
            }
        }
        // Once more, on what is there now, and as from the command line.
        serve(Files.writeString(
                directory.resolve("zoo.cfg"),
                "dataDir=" + directory + "\nclientPort=2181\nadmin.enableServer=false\n"));
    }

    /** Ends the process as an operator does, once the server has answered: what a start and a stop use is archived as well. */
    private static void serve(Path config) throws IOException {
        PipedInputStream said = new PipedInputStream();
        System.setOut(new PrintStream(new PipedOutputStream(said), true));
        Thread operator = new Thread(() -> stopOnceServing(said), "baton-rehearsal");
        operator.setDaemon(true);
        operator.start();
        Main.run("server", config.toString(), "--listen", "127.0.0.1:0");
    }

    private static void stopOnceServing(InputStream said) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8))) {
            String line = String.valueOf(lines.readLine());
            int port = Integer.parseInt(line.replaceFirst(".*?:(\\d+) .*", "$1"));
            for (String word : List.of("srvr", "mntr", "ruok")) {
                tell(port, text(word));
            }
            tell(port, session("/again"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            // Also if something was not as expected: nobody else would stop it.
            Signal.raise(new Signal("TERM"));
        }
    }

    /** Says all of it, and hears what there is to say until the server ends the connection. */
    private static void tell(int port, byte[] all) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            socket.getOutputStream().write(all);
            if (socket.getInputStream().readAllBytes().length == 0) {
                throw new IOException("no answer from port " + port);
            }
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * A session from its beginning to its end, in which each of the usual requests is made. The answers are so few that they
     * wait for whoever is still talking.
     */
    private static byte[] session(String top) {
        List<Request> requests = new ArrayList<>();
        Bytes content = Bytes.wrap(new byte[100]);
        requests.add(new Request.Create(top, content, Acl.OPEN, CreateMode.PERSISTENT));
        for (int i = 0; i < NODES; i++) {
            String path = top + "/" + i;
            requests.add(new Request.Create(path, content, Acl.OPEN, CreateMode.PERSISTENT));
            requests.add(new Request.Exists(path, true));
            requests.add(new Request.SetData(path, content, -1));
            requests.add(new Request.GetData(path, false));
        }
        requests.add(new Request.Create(top + "/e", Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL_SEQUENTIAL));
        requests.add(new Request.GetChildren(top, true));
        requests.add(new Request.GetChildren2(top, false));
        String last = top + "/0";
        requests.add(new Request.Multi(List.of(new Request.Check(last, -1), new Request.Delete(last, -1))));
        requests.add(Request.CloseSession.INSTANCE);
        WireWriter frames = new WireWriter();
        int first = frames.beginFrame();
        new ConnectRequest(0, SESSION_MILLIS, 0, ConnectRequest.NO_PASSWORD, false).write(frames);
        frames.endFrame(first);
        int xid = 0;
        for (Request each : requests) {
            int mark = frames.beginFrame();
            new RequestHeader(++xid, each.opCode()).write(frames);
            each.write(frames);
            frames.endFrame(mark);
        }
        return frames.toArray();
    }
}
