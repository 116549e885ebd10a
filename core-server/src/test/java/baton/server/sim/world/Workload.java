package baton.server.sim.world;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one client asks for: everything, about few nodes, so that conflicts are frequent. Every value is unique. */
final class Workload {
    private static final List<String> PATHS = List.of("/a", "/b", "/c", "/a/x", "/a/y", "/a/x/q", "/b/z", "/b/z/w");
    private static final int LARGE_BYTES = 3_000;

    private final Chance chance;
    private final String author;
    private final int readsInTen;
    private int values;
    private String path = PATHS.get(0);

    Workload(Chance chance, int client) {
        this.chance = chance;
        this.author = "c" + client + "-";
        this.readsInTen = (int) chance.between(1, 8);
    }

    Request next() {
        return chance.below(10) < readsInTen ? read() : write();
    }

    /** Returns the path of before again and again, since much goes wrong only between two requests about one node. */
    private String path() {
        if (!chance.oneIn(3)) {
            path = PATHS.get(chance.below(PATHS.size()));
        }
        return path;
    }

    private Request read() {
        String path = path();
        boolean watch = chance.oneIn(2);
        return switch (chance.below(9)) {
            case 0, 1 -> new Request.GetData(path, watch);
            case 2, 3 -> new Request.Exists(path, watch);
            case 4 -> new Request.GetChildren2(path, watch);
            case 5 ->
                new Request.MultiRead(List.of(
                        new Request.GetData(path, false),
                        new Request.GetChildren(path(), false),
                        new Request.GetData(path(), false)));
            case 6 -> new Request.GetEphemerals("");
            case 7 -> new Request.GetAllChildrenNumber(path);
            default ->
                chance.oneIn(6)
                        ? new Request.AddWatch(
                                path, chance.oneIn(2) ? AddWatchMode.PERSISTENT : AddWatchMode.PERSISTENT_RECURSIVE)
                        : new Request.GetChildren2("/", watch);
        };
    }

    private Request write() {
        return switch (chance.below(12)) {
            case 0, 1, 2, 3 -> create();
            case 4, 5 -> new Request.Delete(path(), version());
            case 6, 7 -> new Request.SetData(path(), content(), version());
            case 8 -> new Request.SetAcl(path(), chance.oneIn(4) ? Acl.READ_ONLY : Acl.OPEN, version());
            case 9 -> new Request.Sync(path());
            default -> multi();
        };
    }

    private Request.MultiOp create() {
        CreateMode mode = CreateMode.values()[chance.below(CreateMode.values().length)];
        if (mode.isSequential() && !chance.oneIn(4)) {
            // These come to stay: nobody guesses their names.
            mode = CreateMode.EPHEMERAL;
        }
        List<Acl> acl = chance.oneIn(20) ? Acl.READ_ONLY : Acl.OPEN;
        if (mode.isTtl()) {
            return new Request.CreateTtl(path(), content(), acl, mode.flags(), chance.spread(100, 20_000));
        }
        OpCode opCode = mode.isContainer() ? OpCode.CREATE_CONTAINER : chance.oneIn(3) ? OpCode.CREATE : OpCode.CREATE2;
        return new Request.Create(opCode, path(), content(), acl, mode.flags());
    }

    private Request multi() {
        List<Request.MultiOp> ops = new ArrayList<>();
        for (int i = chance.below(4); i >= 0; i--) {
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
        return Bytes.utf8(chance.oneIn(40) ? value + ".".repeat(chance.below(LARGE_BYTES)) : value);
    }
}
