package baton.server.conformance;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.WatcherType;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Random requests of all kinds, good and bad, from a few clients that come and go. The same seed makes the same steps.
 *
 * <p>Left out is what the two servers do differently on purpose, see {@code docs/divergence.md}; what costs Apache
 * ZooKeeper its life is among it. Lists that are not open to everybody stand on nodes below {@link #GUARDED} only, and
 * {@code setWatches} stays away from those.
 */
final class RequestStream {
    private static final int CLIENTS = 5;
    private static final int BATCH_MAX = 8;
    private static final String GUARDED = "/acl";
    private static final List<String> NAMES = List.of("a", "b", "c", "é");
    private static final List<String> ODD_PATHS = List.of(
            "",
            "/",
            "a",
            "a/b",
            "//",
            "//a",
            "/a/",
            "/a//b",
            "/./a",
            "/a/..",
            "/a\0",
            "/a\t",
            "/a\uE000",
            "/nope/x",
            "/a b",
            "/a/",
            "/\uFFF0",
            "/\uD7FF",
            "/zookeeper",
            "/zookeeper/config",
            "/zookeeper/quota",
            "/zookeeper/own",
            "/...");
    private static final Set<OpCode> END_IN_A_NUMBER = EnumSet.of(
            OpCode.CREATE,
            OpCode.CREATE2,
            OpCode.DELETE,
            OpCode.SET_DATA,
            OpCode.SET_ACL,
            OpCode.ADD_WATCH,
            OpCode.CHECK_WATCHES,
            OpCode.REMOVE_WATCHES);

    /** Odd flags of theirs cost Apache its life, or the soundness of its tree. */
    private static final Set<OpCode> FLAGGED_APART = EnumSet.of(OpCode.CREATE_CONTAINER, OpCode.CREATE_TTL);

    private static final List<String> PROOFS = List.of("u:p", "v:q", "u:other", "plain", ":", "a:b:c", "super:secret");
    private static final List<Acl> STORABLE = List.of(
            new Acl(Permission.ALL, "world", "anyone"),
            new Acl(Permission.READ, "world", "anyone"),
            new Acl(Permission.READ | Permission.CREATE, "world", "anyone"),
            new Acl(Permission.ALL & ~Permission.READ, "world", "anyone"),
            new Acl(0, "world", "anyone"),
            new Acl(64, "world", "anyone"),
            new Acl(Permission.ADMIN, "world", "anyone"),
            new Acl(Permission.ALL, "digest", "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ="),
            new Acl(Permission.READ, "digest", ":x"),
            new Acl(Permission.ALL, "ip", "127.0.0.1"),
            new Acl(Permission.ALL, "ip", "127.0.0.0/8"),
            new Acl(Permission.ALL, "ip", "10.0.0.0/8"),
            new Acl(Permission.ALL, "ip", "::1"),
            new Acl(Permission.ALL, "sasl", "bob"),
            new Acl(Permission.ALL, "sasl", "bob/host@REALM"),
            new Acl(Permission.READ, "sasl", ""));
    private static final List<String> LIMITS =
            List.of("count=1,bytes=1", "count=3", "", "count=5,bytes=-1=;byteHardLimit=1000000;countHardLimit=100000");
    private static final List<Acl> UNSTORABLE = List.of(
            new Acl(Permission.ALL, "world", "somebody"),
            new Acl(Permission.ALL, "nobody-knows", "x"),
            new Acl(Permission.ALL, "", ""),
            new Acl(Permission.ALL, "super", "x"),
            new Acl(Permission.ALL, "digest", "u"),
            new Acl(Permission.ALL, "digest", "a:b:c"),
            new Acl(Permission.ALL, "digest", "u:"),
            new Acl(Permission.ALL, "ip", "1.2.3"),
            new Acl(Permission.ALL, "ip", "127.0.0.1/33"),
            new Acl(Permission.ALL, "ip", "x/8"),
            new Acl(Permission.ALL, "sasl", "a@b@c"),
            new Acl(Permission.ALL, "sasl", "a/b/c@d"),
            new Acl(Permission.ALL, "x509", "CN=unless-there-is-tls"));

    private enum Presence {
        NO_SESSION,
        CONNECTED,
        AWAY
    }

    private record Weighted<T>(int weight, Supplier<T> make) {}

    private final Random random;
    private final Presence[] clients = new Presence[CLIENTS];
    private final List<Weighted<Request>> kinds;

    private long lastZxid;
    private int lastXid;

    /** The second half of something that takes two steps. */
    private @Nullable Step promised;

    RequestStream(long seed) {
        random = new Random(seed);
        kinds = kinds();
        Arrays.fill(clients, Presence.NO_SESSION);
    }

    private List<Weighted<Request>> kinds() {
        return List.of(
                new Weighted<>(24, this::anyCreate),
                new Weighted<>(9, () -> new Request.Delete(path(), version())),
                new Weighted<>(8, () -> new Request.SetData(path(), content(), version())),
                new Weighted<>(6, () -> new Request.GetData(path(), random.nextBoolean())),
                new Weighted<>(6, () -> new Request.Exists(path(), random.nextBoolean())),
                new Weighted<>(4, () -> new Request.GetChildren(path(), random.nextBoolean())),
                new Weighted<>(4, () -> new Request.GetChildren2(path(), random.nextBoolean())),
                new Weighted<>(2, () -> new Request.GetAllChildrenNumber(or("/", path()))),
                new Weighted<>(2, () -> new Request.GetEphemerals(pick("/", "/a", " ", "/a/b", "nope", null))),
                new Weighted<>(2, () -> new Request.Sync(path())),
                new Weighted<>(7, this::multi),
                new Weighted<>(3, this::multiRead),
                new Weighted<>(3, this::setWatches),
                new Weighted<>(4, () -> new Request.AddWatch(path(), pick(AddWatchMode.values()))),
                new Weighted<>(2, () -> new Request.CheckWatches(path(), pick(WatcherType.values()))),
                new Weighted<>(2, () -> new Request.RemoveWatches(path(), pick(WatcherType.values()))),
                new Weighted<>(3, () -> new Request.GetAcl(path())),
                new Weighted<>(4, this::setAcl),
                new Weighted<>(5, this::quota),
                new Weighted<>(2, () -> Request.WhoAmI.INSTANCE),
                new Weighted<>(1, () -> Request.Ping.INSTANCE),
                new Weighted<>(1, () -> new Request.Reconfig(null, "3", null, -1)));
    }

    /** Makes the next step, for servers that have come so far. */
    Step next(long zxid) {
        lastZxid = zxid;
        Step second = promised;
        if (second != null) {
            promised = null;
            return second;
        }
        int client = random.nextInt(CLIENTS);
        return switch (clients[client]) {
            case NO_SESSION -> open(client);
            case AWAY -> comeBack(client);
            case CONNECTED -> chance(2) ? leave(client) : ask(client);
        };
    }

    /** Makes the steps that bring out what every client still has to be told. */
    List<Step> farewell() {
        List<Step> steps = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            if (clients[client] == Presence.CONNECTED) {
                steps.add(new Step.Ask(client, List.of(sent(Request.Ping.INSTANCE))));
            }
        }
        return steps;
    }

    private Step open(int client) {
        if (chance(15)) {
            return new Step.Return(client, Step.Claim.SESSION_GONE);
        }
        clients[client] = Presence.CONNECTED;
        boolean readOnlySent = random.nextInt(4) > 0;
        int timeoutMillis = pick(-5, 0, 30_000, 45_000, 1_000_000);
        return new Step.Open(client, timeoutMillis, readOnlySent && random.nextBoolean(), readOnlySent);
    }

    private Step comeBack(int client) {
        if (chance(30)) {
            return new Step.Return(client, pick(Step.Claim.WRONG_PASSWORD, Step.Claim.FROM_THE_FUTURE));
        }
        clients[client] = Presence.CONNECTED;
        return new Step.Return(client, Step.Claim.RIGHT);
    }

    private Step leave(int client) {
        if (random.nextBoolean()) {
            // Apache may forget what waits to be sent when the session moves: it has to come out before.
            promised = new Step.Return(client, Step.Claim.RIGHT);
            return new Step.Ask(client, List.of(sent(Request.Ping.INSTANCE)));
        }
        clients[client] = Presence.AWAY;
        return new Step.Leave(client);
    }

    private Step ask(int client) {
        if (chance(3)) {
            return new Step.Ask(client, List.of(alone(client)));
        }
        List<SentRequest> requests = new ArrayList<>();
        int count = 1 + random.nextInt(BATCH_MAX);
        for (int i = 0; i < count; i++) {
            Request request = weighted(kinds);
            requests.add(perhapsBroken(sent(request)));
            if (request instanceof Request.SetAcl) {
                // Whether Apache checks what follows against the new list or the one before is a matter of luck.
                break;
            }
        }
        if (chance(2)) {
            requests.add(sent(Request.CloseSession.INSTANCE));
            clients[client] = Presence.NO_SESSION;
        }
        return new Step.Ask(client, requests);
    }

    /** Makes what overtakes other requests, or ends the connection. */
    private SentRequest alone(int client) {
        int kind = random.nextInt(10);
        if (kind < 6) {
            return SentRequest.of(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8(pick(PROOFS))));
        }
        if (kind == 6) {
            return SentRequest.of(Xid.AUTH, new Request.Auth(0, "ip", pick(Bytes.EMPTY, null)));
        }
        if (kind == 7) {
            return SentRequest.of(xid(), new Request.Sasl(pick(Bytes.EMPTY, Bytes.utf8("x"))));
        }
        clients[client] = Presence.AWAY;
        if (kind == 8) {
            String scheme = pick("world", "super", "sasl", "auth", "nobody-knows", "", "digest");
            Bytes proof = scheme.equals("digest") ? null : Bytes.utf8("u:p");
            return SentRequest.of(Xid.AUTH, new Request.Auth(0, scheme, proof));
        }
        int type = pick(0, 10, OpCode.CHECK.code(), 23, 99, 108, 5000, -1, -2, -12, Integer.MIN_VALUE);
        return new SentRequest(xid(), type, new byte[random.nextInt(20)], "unknown operation");
    }

    private SentRequest sent(Request request) {
        return SentRequest.of(xid(), request);
    }

    private int xid() {
        return chance(1) ? pick(0, -2, -4, -8, -100, Integer.MAX_VALUE, Integer.MIN_VALUE, lastXid) : ++lastXid;
    }

    private SentRequest perhapsBroken(SentRequest request) {
        byte[] body = request.body();
        if (body.length == 0 || request.operation() == OpCode.MULTI || !chance(4)) {
            return request;
        }
        return switch (random.nextInt(6)) {
            case 5 -> FLAGGED_APART.contains(request.operation()) ? request : altered(request);
            case 0 -> request.withBody(Arrays.copyOf(body, random.nextInt(body.length)), "cut short");
            case 1 -> request.withBody(Arrays.copyOf(body, body.length + 3), "too long");
            case 2 -> broken(request, pick(-2, Integer.MIN_VALUE, 1 << 28, Integer.MAX_VALUE), "odd length");
            case 3 -> chance(50) ? odd(request) : request;
            default -> request.operation().kind() == OpCode.Kind.READ ? nullPath(request) : request;
        };
    }

    /**
     * Replaces a byte, wherever it is. None becomes negative: a list of less than -1 elements is an empty one to Apache. And
     * what {@code setWatches} may come to stays open.
     */
    private SentRequest altered(SentRequest request) {
        byte[] body = request.body().clone();
        body[random.nextInt(body.length)] = (byte) random.nextInt(128);
        return closes(request.operation(), body) ? request : request.withBody(body, "altered");
    }

    private static boolean closes(OpCode operation, byte[] body) {
        try {
            Request request = Request.read(operation, new WireReader(ByteBuffer.wrap(body)));
            return request instanceof Request.Create create && isClosed(create.path(), create.acl())
                    || request instanceof Request.SetAcl set && isClosed(set.path(), set.acl());
        } catch (WireFormatException neitherServerReadsIt) {
            return false;
        }
    }

    private static boolean isClosed(String path, List<Acl> acl) {
        return !path.startsWith(GUARDED) && acl.stream().noneMatch(each -> (each.permissions() & Permission.READ) != 0);
    }

    private static SentRequest broken(SentRequest request, int first, String why) {
        byte[] body = request.body();
        return body.length < 4
                ? request
                : request.withBody(
                        ByteBuffer.wrap(body.clone()).putInt(0, first).array(), why);
    }

    /** Puts a number where there is none such: the last of watch modes, watcher types and flags. */
    private SentRequest odd(SentRequest request) {
        byte[] body = request.body();
        if (!END_IN_A_NUMBER.contains(request.operation())) {
            return request;
        }
        int last = pick(-1, -2, 7, 99, Integer.MAX_VALUE);
        return request.withBody(
                ByteBuffer.wrap(body.clone()).putInt(body.length - 4, last).array(), "odd end");
    }

    private static SentRequest nullPath(SentRequest request) {
        byte[] body = request.body();
        int length = body.length < 4 ? -1 : ByteBuffer.wrap(body).getInt();
        if (length < 0 || length > body.length - 4 || request.type() == OpCode.SET_WATCHES.code()) {
            return request;
        }
        WireWriter out = new WireWriter();
        out.int32(-1).raw(body, 4 + length, body.length - 4 - length);
        return request.withBody(out.toArray(), "null path");
    }

    private Request anyCreate() {
        return (Request) create(false);
    }

    private Request.MultiOp create(boolean inMulti) {
        String path = path();
        List<Acl> acl = acl(path);
        int kind = random.nextInt(20);
        if (kind == 0) {
            return new Request.Create(OpCode.CREATE_CONTAINER, path, content(), acl, pick(0, 4, 4));
        }
        if (kind == 1) {
            long ttlMillis = pick(1L << 30, 1L << 39, 1L << 40, 0L, -1L, Long.MAX_VALUE);
            int flags = inMulti && random.nextBoolean() ? pick(0, 1, 2, 3, 4, 7, -1) : pick(5, 6);
            return new Request.CreateTtl(path, content(), acl, flags, ttlMillis);
        }
        int flags = pick(0, 0, 0, 0, 1, 1, 2, 3, 4);
        if (chance(2)) {
            flags = inMulti ? 2 : pick(-1, 5, 6, 7, 99);
        }
        return new Request.Create(pick(OpCode.CREATE, OpCode.CREATE2), path, content(), acl, flags);
    }

    private Request multi() {
        List<Request.MultiOp> ops = new ArrayList<>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            ops.add(
                    switch (random.nextInt(6)) {
                        case 0, 1, 2 -> create(true);
                        case 3 -> new Request.Delete(path(), version());
                        case 4 -> new Request.SetData(path(), content(), version());
                        default -> new Request.Check(path(), version());
                    });
        }
        return new Request.Multi(ops);
    }

    private Request multiRead() {
        List<Request.MultiReadOp> ops = new ArrayList<>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            ops.add(
                    random.nextBoolean()
                            ? new Request.GetData(path(), random.nextBoolean())
                            : new Request.GetChildren(path(), random.nextBoolean()));
        }
        return new Request.MultiRead(ops);
    }

    private Request setWatches() {
        long seen = lastZxid - random.nextInt(100);
        return random.nextBoolean()
                ? new Request.SetWatches(seen, openPaths(), openPaths(), openPaths())
                : new Request.SetWatches2(seen, openPaths(), openPaths(), openPaths(), openPaths(), openPaths());
    }

    private List<String> openPaths() {
        List<String> paths = new ArrayList<>();
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String path = path();
            paths.add(path.startsWith(GUARDED) ? "/a" : path);
        }
        return paths;
    }

    /**
     * Makes, uses or removes a quota.
     *
     * <p>What cannot be read costs Apache ZooKeeper its life. Hard limits are out of reach: whether one is overrun depends
     * there on how far the disk has come, see {@link QuotaConformanceTest}.
     */
    private Request quota() {
        String top = "/zookeeper/quota/" + pick(NAMES) + (chance(30) ? "/" + pick(NAMES) : "");
        String limits = top + "/zookeeper_limits";
        String usage = top + "/zookeeper_stats";
        return switch (random.nextInt(10)) {
            case 0, 1 -> plain(top, "");
            case 2 -> plain(limits, pick(LIMITS));
            case 3 -> plain(usage, "whatever");
            case 4, 5 -> new Request.Multi(List.of(plain(limits, pick(LIMITS)), plain(usage, "")));
            case 6 -> new Request.SetData(usage, Bytes.utf8(pick("count=7,bytes=70", "bytes=1", "")), version());
            case 7 -> new Request.SetData(limits, Bytes.utf8(pick(LIMITS)), version());
            case 8 -> new Request.Delete(pick(limits, usage, top), version());
            default -> new Request.GetData(usage, random.nextBoolean());
        };
    }

    private static Request.Create plain(String path, String content) {
        return new Request.Create(OpCode.CREATE2, path, Bytes.utf8(content), Acl.OPEN, 0);
    }

    private Request setAcl() {
        String path = chance(70) ? guarded() : path();
        return new Request.SetAcl(path, acl(path), version());
    }

    private String path() {
        if (chance(5)) {
            return pick(ODD_PATHS);
        }
        return chance(20) ? guarded() : deep("");
    }

    /** Returns the path, or the other if it is empty. */
    private static String or(String other, String path) {
        return path.isEmpty() ? other : path;
    }

    private String guarded() {
        return chance(30) ? GUARDED : deep(GUARDED);
    }

    private String deep(String below) {
        StringBuilder path = new StringBuilder(below);
        int depth = pick(1, 1, 2, 2, 3);
        for (int i = 0; i < depth; i++) {
            path.append('/').append(pick(NAMES));
        }
        return path.toString();
    }

    private List<Acl> acl(String path) {
        if (chance(4)) {
            return pick(List.of(), List.of(STORABLE.get(0), pick(UNSTORABLE)), List.of(pick(UNSTORABLE)));
        }
        if (!path.startsWith(GUARDED)) {
            return chance(5) ? List.of(STORABLE.get(0), STORABLE.get(0)) : Acl.OPEN;
        }
        if (chance(20)) {
            return pick(Acl.CREATOR_ALL, List.of(new Acl(Permission.READ, "auth", "whatever"), STORABLE.get(1)));
        }
        List<Acl> acl = new ArrayList<>(List.of(pick(STORABLE)));
        while (random.nextBoolean()) {
            acl.add(pick(STORABLE));
        }
        return acl;
    }

    private int version() {
        return chance(60) ? -1 : pick(0, 0, 1, 1, 2, 3, -2, Integer.MAX_VALUE);
    }

    private Bytes content() {
        return chance(10) ? null : Bytes.wrap(new byte[random.nextInt(20)]);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private <T> T weighted(List<Weighted<T>> choices) {
        int left = random.nextInt(choices.stream().mapToInt(Weighted::weight).sum());
        for (Weighted<T> each : choices) {
            left -= each.weight;
            if (left < 0) {
                return each.make.get();
            }
        }
        throw new IllegalStateException("weights do not add up");
    }
}
