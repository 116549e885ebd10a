package baton.server.sim.world;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WatcherType;
import baton.server.auth.DigestScheme;
import baton.server.sim.history.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one client does: it asks for everything, about few nodes, so that conflicts are frequent. Every value is unique. */
final class Workload {
    private static final List<String> PATHS = List.of("/a", "/b", "/c", "/a/x", "/a/y", "/a/x/q", "/b/z", "/b/z/w");
    private static final List<String> QUOTAS =
            List.of("/zookeeper/quota/a", "/zookeeper/quota/b", "/zookeeper/quota/a/x");
    private static final List<String> USERS = List.of("ann:1", "bob:2", "cyd:3");
    private static final String WRONG = "0";
    private static final String BULK = "/bulk";
    private static final List<String> LOGINS = List.of("dan", "eve");
    private static final String ENSEMBLE_SCHEME = "ensemble";

    /** As much as a snapshot writes at once, or more: a node of this size makes it write in the middle of the tree. */
    static final int BULK_BYTES = 1 << 17;

    private static final String HUGE = "/huge";
    private static final String COLD = "/cold";
    private static final int COLD_NODES_EACH = 250;
    private static final int COLD_REQUESTS_MAX = 32;

    private static final int LARGE_BYTES = 3_000;
    private static final int LARGE_ONE_IN = 40;
    private static final int LONG_BYTES = 8_000;

    /** Of these names a list has no room for all, where lists are short. */
    static final int LONG_NAME_BYTES = 400;

    private static final int LONG_NAMES = 4;

    private static final int OWNED_NAMES = 12;

    /** So often in a row a list is asked for, before it changes, that it is lent to some who want it. */
    private static final int LISTINGS = 8;

    private static final Acl EVERY_ADDRESS = new Acl(Permission.ALL, "ip", "10.0.0.0/8");

    /** Forbids nothing either, but has to be looked at, in the middle of which much may happen. */
    private static final List<Acl> OPEN_BY_ADDRESS = List.of(EVERY_ADDRESS);

    private final Chance chance;
    private final Plan plan;
    private final String author;
    private final int readsInTen;
    private final boolean isLong;
    private final boolean isHuge;
    private boolean isToFillTheTree;
    private int coldRequests;
    private boolean isSayingGoodbye;
    private int listings;
    private int values;
    private String path = PATHS.get(0);
    private String common = PATHS.get(0);

    Workload(Chance chance, Plan plan, int client) {
        this.chance = chance;
        this.plan = plan;
        this.author = "c" + client + "-";
        // On a disk that fills up the log keeps room for smaller things.
        boolean isBulky = plan.has(Feature.BULK) || plan.has(Scarcity.PATIENCE);
        this.isToFillTheTree = client == 0 && isBulky && !plan.has(Fault.DISK_FULL);
        boolean hasRoom = !plan.has(Fault.DISK_FULL) && !plan.has(Scarcity.MEMORY);
        boolean isToPlant = client == 0 && plan.has(Feature.COLD_TREE) && hasRoom;
        this.coldRequests = isToPlant ? (int) chance.fork("cold").spread(4, COLD_REQUESTS_MAX) : 0;
        this.isHuge = plan.has(Feature.HUGE_CONTENTS) && hasRoom;
        this.readsInTen = (int) chance.between(1, 8);
        this.isLong = plan.has(Feature.LONG_CONTENTS) && !plan.has(Fault.DISK_FULL);
    }

    /** @param nowNanos the time: all clients have the same node in mind at one time, whatever becomes of their requests */
    Deed next(long nowNanos) {
        common = PATHS.get((int) (nowNanos / plan.thinkNanosMax() % PATHS.size()));
        boolean isSpoiled = plan.has(Feature.BAD_FRAMES) && chance.oneIn(40);
        if (isSpoiled && chance.oneIn(2)) {
            BadFrame[] all = BadFrame.values();
            return chance.oneIn(2) ? new Deed.GoWrong() : new Deed.SayWrong(all[chance.below(all.length)]);
        }
        Deed deed = inOrder();
        return isSpoiled && deed instanceof Deed.Ask ask ? new Deed.AskInPart(ask.request()) : deed;
    }

    private Deed inOrder() {
        if (isSayingGoodbye) {
            isSayingGoodbye = false;
            return new Deed.SayGoodbye(chance.oneIn(2), chance.oneIn(4));
        }
        if (chance.oneIn(100)) {
            // What it leaves has only just been decided, or not even that.
            isSayingGoodbye = true;
            return new Deed.Ask(ephemeral(path()));
        }
        if (chance.oneIn(60)) {
            return new Deed.Ask(watchesAgain());
        }
        return plan.has(Feature.LOGINS) && chance.oneIn(20)
                ? new Deed.LogIn(login(), plan.has(Feature.WRONG_PASSWORDS) && chance.oneIn(4))
                : new Deed.Ask(request());
    }

    private Request request() {
        if (isToFillTheTree) {
            isToFillTheTree = false;
            return plain(BULK, Bytes.wrap(new byte[BULK_BYTES]));
        }
        if (coldRequests > 0) {
            return coldNodes(--coldRequests);
        }
        if (isHuge && chance.oneIn(20)) {
            return aboutHuge();
        }
        if (plan.has(Feature.LISTING) && (listings > 0 || chance.oneIn(10))) {
            listings = listings > 0 ? listings - 1 : LISTINGS;
            return new Request.GetChildren2("/", false);
        }
        if (plan.has(Feature.LISTS) && chance.oneIn(12)) {
            return aboutLists();
        }
        if (plan.has(Feature.QUOTAS) && chance.oneIn(8)) {
            return aboutQuotas();
        }
        if (plan.has(Scarcity.LISTS) && chance.oneIn(10)) {
            return aboutLongNames();
        }
        if (plan.has(Scarcity.EPHEMERALS) && chance.oneIn(10)) {
            return aboutEphemerals();
        }
        if (plan.has(Scarcity.PATIENCE) && chance.oneIn(10)) {
            return much();
        }
        return chance.below(10) < readsInTen ? read() : write();
    }

    private Request coldNodes(int group) {
        String top = COLD + group;
        List<Request.MultiOp> nodes = new ArrayList<>(List.of(plain(top, null)));
        for (int i = 0; i < COLD_NODES_EACH; i++) {
            nodes.add(plain(top + "/" + i, Bytes.utf8(author + values++)));
        }
        return new Request.Multi(nodes);
    }

    /** Asks for the one node whose data, with what a request has besides, is as long as a request may be, or hardly shorter. */
    private Request aboutHuge() {
        int besides = RequestHeader.BYTES + 3 * Integer.BYTES + HUGE.length() + chance.below(2) * chance.below(200);
        return switch (chance.below(5)) {
            case 0 -> plain(HUGE, null);
            case 1 -> new Request.Delete(HUGE, -1);
            case 2 -> new Request.GetData(HUGE, chance.oneIn(2));
            default -> {
                String value = author + values++;
                String rest = ".".repeat(plan.limits().frameBytesMax() - besides - value.length());
                yield new Request.SetData(HUGE, Bytes.utf8(value + rest), -1);
            }
        };
    }

    /**
     * Makes the request for which there must be room when nothing is wrong any more.
     *
     * @param name no other like it
     */
    Request atLast(String name) {
        return plan.has(Scarcity.MEMORY) ? new Request.Sync("/") : plain("/last-" + author + name, Bytes.utf8(name));
    }

    /** Makes a request whose answer is as long as {@link #BULK_BYTES}. */
    static Request much() {
        return new Request.GetData(BULK, false);
    }

    /**
     * Returns the path of before again and again, or the one that others have in mind, since much goes wrong only between two
     * requests about one node.
     */
    private String path() {
        if (chance.oneIn(2)) {
            path = common;
        } else if (chance.oneIn(2)) {
            path = PATHS.get(chance.below(PATHS.size()));
        }
        return path;
    }

    private Request read() {
        String path = path();
        boolean watch = chance.oneIn(2);
        return switch (chance.below(10)) {
            case 0, 1 -> new Request.GetData(path, watch);
            case 2, 3 -> new Request.Exists(path, watch);
            case 4 -> chance.oneIn(3) ? new Request.GetChildren(path, watch) : new Request.GetChildren2(path, watch);
            case 5 ->
                new Request.MultiRead(List.of(
                        new Request.GetData(path, false),
                        new Request.GetChildren(path(), false),
                        new Request.GetData(path, false)));
            case 6 -> new Request.GetEphemerals(chance.oneIn(2) ? "" : path);
            case 7 -> new Request.GetAllChildrenNumber(path);
            case 8 -> aboutWatches(path);
            default ->
                chance.oneIn(6)
                        ? new Request.AddWatch(
                                path, chance.oneIn(2) ? AddWatchMode.PERSISTENT : AddWatchMode.PERSISTENT_RECURSIVE)
                        : new Request.GetChildren2("/", watch);
        };
    }

    private Request aboutWatches(String path) {
        WatcherType type = WatcherType.values()[chance.below(WatcherType.values().length)];
        return chance.oneIn(2) ? new Request.CheckWatches(path, type) : new Request.RemoveWatches(path, type);
    }

    /** Asks for watches as one who comes back, though the client was never away; with a zxid as in a {@link Deed.Ask}. */
    private Request watchesAgain() {
        int zxid = chance.oneIn(2) ? 0 : -chance.below(20);
        return chance.oneIn(2)
                ? new Request.SetWatches(zxid, some(), some(), some())
                : new Request.SetWatches2(zxid, some(), some(), some(), few(), few());
    }

    /** Says whether it is asked for when somebody comes back. */
    static boolean isForWatches(Request request) {
        return request instanceof Request.SetWatches || request instanceof Request.SetWatches2;
    }

    /** Returns what a client asks that has seen so much, if it is to ask that. */
    static Request since(long seenZxid, Request request) {
        if (request instanceof Request.SetWatches set) {
            long zxid = Math.max(0, seenZxid + set.relativeZxid());
            return new Request.SetWatches(zxid, set.data(), set.exist(), set.child());
        }
        if (request instanceof Request.SetWatches2 set) {
            long zxid = Math.max(0, seenZxid + set.relativeZxid());
            return new Request.SetWatches2(
                    zxid, set.data(), set.exist(), set.child(), set.persistent(), set.persistentRecursive());
        }
        return request;
    }

    private List<String> few() {
        return chance.oneIn(4) ? some() : List.of();
    }

    private List<String> some() {
        return PATHS.stream().filter(each -> chance.oneIn(3)).toList();
    }

    /** Draws one of those who can log in, whose passwords are their names. */
    private String login() {
        return LOGINS.get(chance.below(LOGINS.size()));
    }

    /** Returns everybody who can log in, with the password. */
    static Map<String, String> logins() {
        return LOGINS.stream().collect(Collectors.toMap(each -> each, each -> each));
    }

    private Request write() {
        return switch (chance.below(12)) {
            case 0, 1, 2, 3 -> create();
            case 4, 5 -> new Request.Delete(path(), version());
            case 6, 7 -> new Request.SetData(path(), content(), version());
            case 8 -> new Request.SetAcl(path(), chance.oneIn(4) ? Acl.READ_ONLY : acl(), version());
            case 9 ->
                chance.oneIn(10)
                        ? new Request.Reconfig("server.9=nowhere:1:2", null, null, -1)
                        : new Request.Sync(path());
            default -> multi();
        };
    }

    /** Makes nodes of the session, and deletes those of anybody: where nothing else is in their way. */
    private Request aboutEphemerals() {
        if (chance.oneIn(2)) {
            return chance.oneIn(4) ? new Request.Delete(owned(), -1) : ephemeral(owned());
        }
        List<Request.MultiOp> ops = new ArrayList<>();
        for (int i = chance.below(4); i >= 0; i--) {
            ops.add(chance.oneIn(4) ? new Request.Delete(owned(), -1) : ephemeral(owned()));
        }
        return new Request.Multi(ops);
    }

    private String owned() {
        return "/owned" + chance.below(OWNED_NAMES);
    }

    private Request.MultiOp create() {
        CreateMode mode = CreateMode.values()[chance.below(CreateMode.values().length)];
        if (mode.isSequential() && !chance.oneIn(4)) {
            // These come to stay: nobody guesses their names.
            mode = CreateMode.EPHEMERAL;
        }
        List<Acl> acl = chance.oneIn(20) ? Acl.READ_ONLY : acl();
        if (mode.isTtl()) {
            return new Request.CreateTtl(path(), content(), acl, mode.flags(), chance.spread(100, 20_000));
        }
        OpCode opCode = mode.isContainer() ? OpCode.CREATE_CONTAINER : chance.oneIn(3) ? OpCode.CREATE : OpCode.CREATE2;
        return new Request.Create(opCode, path(), content(), acl, mode.flags());
    }

    /** Makes something that goes with the session. */
    private Request.MultiOp ephemeral(String name) {
        return new Request.Create(OpCode.CREATE2, name, content(), acl(), CreateMode.EPHEMERAL.flags());
    }

    private Request multi() {
        List<Request.MultiOp> ops = new ArrayList<>();
        for (long i = chance.oneIn(12) ? chance.between(5, 20) : chance.between(1, 4); i > 0; i--) {
            ops.add(
                    switch (chance.below(4)) {
                        case 0 -> new Request.Delete(path(), -1);
                        case 1 -> new Request.SetData(path(), content(), -1);
                        case 2 -> new Request.Check(path(), version());
                        default -> create();
                    });
        }
        return new Request.Multi(ops);
    }

    private int version() {
        return chance.oneIn(4) ? chance.below(3) : -1;
    }

    private @Nullable Bytes content() {
        if (chance.oneIn(12)) {
            return null;
        }
        String value = author + values++;
        boolean isLarge = chance.oneIn(isLong ? 2 : LARGE_ONE_IN);
        return Bytes.utf8(isLarge ? value + ".".repeat(chance.below(isLong ? LONG_BYTES : LARGE_BYTES)) : value);
    }

    private Request aboutLongNames() {
        String name = "/" + "long".repeat(LONG_NAME_BYTES / 4) + chance.below(LONG_NAMES);
        return switch (chance.below(6)) {
            case 0, 1, 2 -> plain(name, null);
            case 3 -> new Request.Delete(name, -1);
            case 4 -> new Request.GetChildren("/", chance.oneIn(2));
            default ->
                new Request.MultiRead(List.of(new Request.GetChildren("/", false), new Request.GetData("/", false)));
        };
    }

    // Who may do what.

    private Request aboutLists() {
        return switch (chance.below(9)) {
            case 0 -> prove(perhapsWrong(USERS.get(chance.below(USERS.size()))));
            case 1 -> prove(chance.oneIn(4) ? Caller.SUPER_PROOF : USERS.get(0));
            case 2 -> new Request.WhoAmI();
            case 3, 4 -> new Request.GetAcl(path());
            case 5 -> new Request.AddWatch(path(), AddWatchMode.PERSISTENT);
            default -> new Request.SetAcl(path(), guards(), version());
        };
    }

    private String perhapsWrong(String userAndPassword) {
        boolean isWrong = plan.has(Feature.WRONG_PASSWORDS) && chance.oneIn(2);
        return isWrong ? userAndPassword + WRONG : userAndPassword;
    }

    /** Returns the proof with the password that is right. */
    static String mended(String userAndPassword) {
        return userAndPassword.endsWith(WRONG)
                ? userAndPassword.substring(0, userAndPassword.length() - WRONG.length())
                : userAndPassword;
    }

    /** Makes the request of somebody who knows a password. */
    static Request.Auth prove(String userAndPassword) {
        return new Request.Auth(0, DigestScheme.NAME, Bytes.utf8(userAndPassword));
    }

    /** Makes the request of somebody who looks for the ensemble of that name. */
    static Request.Auth call(String ensemble) {
        return new Request.Auth(0, ENSEMBLE_SCHEME, Bytes.utf8(ensemble));
    }

    /** Says whether it tells which ensemble is meant, and not who somebody is. */
    static boolean isCall(Request request) {
        return request instanceof Request.Auth auth && ENSEMBLE_SCHEME.equals(auth.scheme());
    }

    /** Draws a list. Most forbid nothing, or soon nobody could do anything. */
    private List<Acl> acl() {
        if (chance.oneIn(2)) {
            return Acl.OPEN;
        }
        if (!plan.has(Feature.LISTS)) {
            return OPEN_BY_ADDRESS;
        }
        return chance.oneIn(2) ? guards() : List.of(neighbours(), EVERY_ADDRESS);
    }

    private Acl neighbours() {
        return new Acl(permissions(), "ip", "10.0.0.0/" + chance.between(24, 32));
    }

    private List<Acl> guards() {
        Acl user = new Acl(permissions(), "digest", Caller.idOf(USERS.get(chance.below(USERS.size()))));
        Acl anybody = new Acl(permissions(), "world", "anyone");
        return switch (chance.below(8)) {
            case 0, 1 -> Acl.CREATOR_ALL;
            case 2 -> List.of(user);
            case 3 -> List.of(user, anybody, user);
            case 4 -> List.of(neighbours(), anybody);
            case 5 -> List.of(anybody, new Acl(permissions(), "auth", "whoever"));
            case 6 ->
                plan.has(Feature.LOGINS)
                        ? List.of(new Acl(permissions(), "sasl", login()), new Acl(Permission.READ, "world", "anyone"))
                        : List.of(anybody);
            default -> chance.oneIn(2) ? List.of() : List.of(new Acl(Permission.ALL, "digest", "without-a-hash"));
        };
    }

    private int permissions() {
        return chance.oneIn(2) ? Permission.ALL : chance.below(Permission.ALL + 1);
    }

    // How much there may be.

    /** Limits and account of a subtree come and go together, since an account without limits is nobody's. */
    private Request aboutQuotas() {
        String quota = QUOTAS.get(chance.below(QUOTAS.size()));
        String limits = quota + "/zookeeper_limits";
        String account = quota + "/zookeeper_stats";
        return switch (chance.below(8)) {
            case 0 -> plain(quota, null);
            case 1, 2 -> new Request.Multi(List.of(plain(limits, limitText()), plain(account, null)));
            case 3 -> new Request.SetData(limits, limitText(), version());
            case 4 -> new Request.SetData(account, chance.oneIn(2) ? null : Bytes.utf8("no account"), version());
            case 5, 6 -> new Request.GetData(chance.oneIn(4) ? limits : account, chance.oneIn(2));
            default ->
                chance.oneIn(3)
                        ? new Request.Multi(List.of(new Request.Delete(account, -1), new Request.Delete(limits, -1)))
                        : new Request.Exists(account, chance.oneIn(2));
        };
    }

    private static Request.MultiOp plain(String path, @Nullable Bytes content) {
        return new Request.Create(OpCode.CREATE, path, content, Acl.OPEN, CreateMode.PERSISTENT.flags());
    }

    private @Nullable Bytes limitText() {
        if (chance.oneIn(10)) {
            return chance.oneIn(2) ? null : Bytes.utf8("no limits");
        }
        String soft = "count=" + chance.between(-1, 3) + ",bytes=" + chance.between(-1, 40);
        String hard = "=;byteHardLimit=" + chance.between(-1, 60) + ";countHardLimit=" + chance.between(-1, 4);
        return Bytes.utf8(chance.oneIn(4) ? soft : soft + hard);
    }
}
