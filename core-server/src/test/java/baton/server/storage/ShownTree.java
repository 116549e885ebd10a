package baton.server.storage;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WireReader;
import baton.protocol.Xid;
import baton.server.RawClient;
import baton.server.config.ServerSettings;
import baton.server.runtime.OpenStorage;
import baton.server.tree.NodeOwner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The whole tree as one of those has it who should have the same, in the lines of {@link ModelTree#dump()}. */
public final class ShownTree {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final RawClient client;
    private final TreeMap<String, String> lines = new TreeMap<>();

    private ShownTree(RawClient client) {
        this.client = client;
    }

    /** Asks a server for every node, while nobody changes any; without the sessions, of which the walk takes one. */
    public static List<String> served(int port, String superProof) throws IOException {
        try (RawClient client = RawClient.withSession(port, TIMEOUT_MILLIS)) {
            client.send(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8(superProof)));
            requireDone(client.receiveHeader(), "super");
            ShownTree walk = new ShownTree(client);
            walk.visit("/");
            client.send(1, Request.CloseSession.INSTANCE);
            requireDone(client.receiveHeader(), "close");
            return new ArrayList<>(walk.lines.values());
        }
    }

    /** Recovers the directory of a server that has ended: its nodes, and then its sessions. */
    public static List<String> recovered(ServerSettings settings) throws StorageException {
        try (OpenStorage storage = OpenStorage.open(settings)) {
            return ServerTreeInteropTest.dump(storage.state());
        }
    }

    /** Returns what a server shows of it, which does not tell containers and times to live. */
    public static List<String> asServed(List<String> dump) {
        return dump.stream()
                .filter(line -> line.startsWith("'"))
                .map(ShownTree::withoutHiddenOwner)
                .toList();
    }

    private static String withoutHiddenOwner(String line) {
        int end = line.lastIndexOf(' ');
        int start = line.lastIndexOf(' ', end - 1) + 1;
        long owner = Long.parseUnsignedLong(line.substring(start, end), 16);
        return NodeOwner.isSession(owner) ? line : line.substring(0, start) + "0" + line.substring(end);
    }

    private void visit(String path) throws IOException {
        Response.Content content = (Response.Content) ask(new Request.GetData(path, false));
        Response.AclList acl = (Response.AclList) ask(new Request.GetAcl(path));
        Response.Children children = (Response.Children) ask(new Request.GetChildren(path, false));
        String kept = path.equals("/") ? "" : path;
        lines.put(kept, line(kept, content, acl.acl()));
        for (String each : children.names()) {
            visit(kept + "/" + each);
        }
    }

    private static String line(String path, Response.Content content, List<Acl> acl) {
        Stat stat = content.stat();
        Bytes bytes = content.bytes();
        return ModelTree.line(
                path,
                bytes == null ? "null" : bytes.hex(),
                acl.stream().map(Acl::toString).toList(),
                stat.czxid(),
                stat.mzxid(),
                stat.ctime(),
                stat.mtime(),
                stat.version(),
                // Clients are shown deletions, too.
                (stat.cversion() + stat.numChildren()) / 2,
                stat.aversion(),
                stat.ephemeralOwner(),
                stat.pzxid());
    }

    private Response ask(Request request) throws IOException {
        client.send(1, request);
        WireReader in = WireReader.of(client.receive());
        requireDone(ReplyHeader.read(in), request);
        return Response.read(request.opCode(), in);
    }

    private static void requireDone(ReplyHeader header, Object asked) {
        if (!header.isOk()) {
            throw new AssertionError(asked + ": " + header.errorCode());
        }
    }
}
