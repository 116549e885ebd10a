package baton.bench;

import static baton.bench.Measure.CPU;
import static baton.bench.Measure.P99;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.Response;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What is asked of a server, and how many at a time.
 *
 * <p>Frames are encoded once; only the xid, and for creates the number in the name, are patched in per request.
 */
enum Workload {
    W1("create unique names, 100 B", 16, 16, 0, Mix.WRITES, Bar.of(3, 6).and(CPU, 5, 10)) {
        private static final int DIGITS = 12;
        private static final int PARTS = 100;
        private static final int CLEARED_AT_ONCE = 100 * PARTS;

        @Override
        Frames frames(Keys keys) {
            return Frames.of(Template.numbered(create(name(0)), NAMES.length() + 1, DIGITS));
        }

        /** Before the nodes fill a heap of 1 GiB. */
        @Override
        long operationsMax() {
            return 1_500_000;
        }

        @Override
        void prepare(Admin admin, Keys keys) throws IOException {
            admin.ensure(NAMES);
        }

        @Override
        long clear(Admin admin, long from, long to) throws IOException {
            for (long batch = from; batch < to; batch += CLEARED_AT_ONCE) {
                List<Request> multis = new ArrayList<>();
                for (long at = batch; at < Math.min(to, batch + CLEARED_AT_ONCE); at += PARTS) {
                    multis.add(new Request.Multi(LongStream.range(at, Math.min(to, at + PARTS))
                            .mapToObj(number -> (Request.MultiOp) new Request.Delete(name(number), -1))
                            .toList()));
                }
                admin.callAll(multis);
            }
            return to;
        }

        private static String name(long number) {
            return NAMES + "/" + Digits.of(number, DIGITS);
        }

        @Override
        void verify(Admin admin, Keys keys, long done) throws IOException {
            expect("children of " + NAMES, done, children(admin, NAMES));
        }
    },
    W2("setData 100 B", 16, 16, 10_000, Mix.SETS, Bar.of(3, 5).and(CPU, 5, 10)),
    W3("setData 100 B", 64, 1, 10_000, Mix.SETS, Bar.of(2.5, 4).and(P99, 2, 3)),
    W4(
            "getData 100 B of 500,000 nodes",
            16,
            16,
            500_000,
            Mix.GETS,
            Bar.of(5, 10).and(CPU, 8, 15)),
    W5("getData 100 B", 64, 1, 10_000, Mix.GETS, Bar.of(2.5, 3.5).and(CPU, 4, 6)),
    W6("90% getData 10% setData", 16, 16, 10_000, Mix.WRITES, Bar.of(4, 8)) {
        @Override
        Frames frames(Keys keys) {
            return Frames.chosen(
                    List.of(anySet(keys, VALUE), anyGet(keys)),
                    (connection, xid) -> ThreadLocalRandom.current().nextInt(10) == 0 ? 0 : 1);
        }
    },
    W6M(
            "1 create 8 setData 45 getData 45 getChildren2 (100 x 50 B) 1 delete",
            16,
            16,
            10_000,
            Mix.WRITES,
            Bar.of(4, 12)) {
        private static final int CYCLE = 100;
        private static final int LISTED = 100;

        @Override
        void prepare(Admin admin, Keys keys) throws IOException {
            super.prepare(admin, keys);
            admin.ensure(LISTS);
            for (int at = 0; at < LISTED; at++) {
                admin.ensure(LISTS + "/" + "n".repeat(47) + (100 + at));
            }
        }

        /** The first of a cycle creates a node of the connection's own, the one in the middle deletes it. */
        @Override
        Frames frames(Keys keys) {
            List<Template> frames = new ArrayList<>();
            for (int at = 0; at < connections; at++) {
                frames.add(Template.fixed(create(own(keys, at))));
                frames.add(Template.fixed(frame(new Request.Delete(own(keys, at), -1))));
            }
            int list = frames.size();
            frames.add(Template.fixed(frame(new Request.GetChildren2(LISTS, false))));
            int get = frames.size();
            frames.add(anyGet(keys));
            int set = frames.size();
            frames.add(anySet(keys, VALUE));
            return Frames.chosen(frames, (connection, xid) -> {
                int step = Math.floorMod(xid - 1, CYCLE);
                if (step == 0 || step == CYCLE / 2) {
                    return 2 * connection + (step == 0 ? 0 : 1);
                }
                // Five in the place of a list, three in that of a getData.
                if (step % 12 == (step < 60 ? 5 : 6)) {
                    return set;
                }
                return step % 2 == 0 ? get : list;
            });
        }

        private static String own(Keys keys, int connection) {
            return keys.root() + "/own" + connection;
        }
    },
    W7G("getData, one at a time", 1, 1, 10_000, Mix.GETS, Bar.ofMedian(2.5, 4).and(CPU, 5, 10)),
    W7S("setData, one at a time", 1, 1, 10_000, Mix.SETS, Bar.ofMedian(1.5, 1.9).and(CPU, 5, 10)),
    W8S("getChildren2 of 10 names", 16, 16, 10_000, Mix.READS, Bar.of(4, 8)) {
        @Override
        Frames frames(Keys keys) {
            return Frames.random(List.of(frame(new Request.GetChildren2(keys.root(), false))));
        }
    },
    W8L("getChildren2 of 1,000 names", 16, 4, 10_000, Mix.READS, Bar.of(8, 20)) {
        @Override
        Frames frames(Keys keys) {
            return Frames.random(keys.directories()
                    .map(path -> frame(new Request.GetChildren2(path, false)))
                    .toList());
        }
    },
    W9S("multi of 4 setData 100 B", 16, 16, 10_000, Mix.WRITES, Bar.of(3, 6)) {
        private static final int PARTS = 4;

        @Override
        Frames frames(Keys keys) {
            return Frames.random(IntStream.range(0, keys.count())
                    .mapToObj(at -> frame(new Request.Multi(IntStream.range(at, at + PARTS)
                            .mapToObj(part ->
                                    (Request.MultiOp) new Request.SetData(keys.path(part % keys.count()), VALUE, -1))
                            .toList())))
                    .toList());
        }

        @Override
        void verify(Admin admin, Keys keys, long done) throws IOException {
            expect("sum of versions", PARTS * done, versions(admin, keys));
        }
    },
    W9C("multi of 100 creates, then of as many deletes", 16, 2, 0, Mix.WRITES, Bar.of(3, 6)) {
        private static final int PARTS = 100;

        @Override
        void prepare(Admin admin, Keys keys) throws IOException {
            admin.ensure(keys.root());
        }

        @Override
        Frames frames(Keys keys) {
            List<Template> frames = new ArrayList<>();
            for (int at = 0; at < connections; at++) {
                String prefix = keys.root() + "/c" + at + "-";
                frames.add(Template.fixed(frame(new Request.Multi(
                        parts(part -> new Request.Create(prefix + part, VALUE, Acl.OPEN, CreateMode.PERSISTENT))))));
                frames.add(Template.fixed(
                        frame(new Request.Multi(parts(part -> new Request.Delete(prefix + part, -1))))));
            }
            return Frames.chosen(frames, (connection, xid) -> 2 * connection + (xid + 1) % 2);
        }

        private static List<Request.MultiOp> parts(IntFunction<Request.MultiOp> part) {
            return IntStream.range(0, PARTS).mapToObj(part).toList();
        }

        @Override
        void verify(Admin admin, Keys keys, long done) throws IOException {
            expect("created and not deleted", 0, children(admin, keys.root()) % PARTS);
        }
    },
    W9R("multiRead of 50 getData 100 B", 16, 4, 10_000, Mix.READS, Bar.of(3, 6)) {
        private static final int PARTS = 50;

        @Override
        Frames frames(Keys keys) {
            return Frames.random(IntStream.range(0, keys.count() / PARTS)
                    .mapToObj(at -> frame(new Request.MultiRead(IntStream.range(at * PARTS, (at + 1) * PARTS)
                            .mapToObj(part -> (Request.MultiReadOp) new Request.GetData(keys.path(part), false))
                            .toList())))
                    .toList());
        }
    },
    W11E("create of an ephemeral, then its delete", 16, 16, 0, Mix.WRITES, Bar.of(4, 8)) {
        @Override
        void prepare(Admin admin, Keys keys) throws IOException {
            admin.ensure(keys.root());
        }

        @Override
        Frames frames(Keys keys) {
            List<Template> frames = new ArrayList<>();
            for (int at = 0; at < connections; at++) {
                String path = keys.root() + "/e" + at;
                frames.add(Template.fixed(frame(new Request.Create(path, VALUE, Acl.OPEN, CreateMode.EPHEMERAL))));
                frames.add(Template.fixed(frame(new Request.Delete(path, -1))));
            }
            return Frames.chosen(frames, (connection, xid) -> 2 * connection + (xid + 1) % 2);
        }
    },
    W21G("getData 100 KB", 4, 1, 100, Mix.GETS, Bar.of(1.2, 2)) {
        @Override
        void prepare(Admin admin, Keys keys) throws IOException {
            keys.createAll(admin, LARGE);
        }
    },
    W21H("getData 1 MB", 4, 1, 20, Mix.GETS, Bar.of(1.2, 2)) {
        @Override
        void prepare(Admin admin, Keys keys) throws IOException {
            keys.createAll(admin, HUGE);
        }
    },
    W21S("setData 100 KB", 4, 1, 100, Mix.SETS, Bar.of(1.2, 2)) {
        @Override
        Frames frames(Keys keys) {
            return Frames.of(anySet(keys, LARGE));
        }
    },
    W21T("setData 300 KB", 4, 1, 20, Mix.SETS, Bar.of(1.2, 2)) {
        @Override
        Frames frames(Keys keys) {
            return Frames.of(anySet(keys, LARGER));
        }
    };

    static final int DATA_BYTES = 100;
    private static final String NAMES = "/bench-names";
    private static final String LISTS = "/bench-lists";
    static final Bytes VALUE = Bytes.wrap("v".repeat(DATA_BYTES).getBytes(StandardCharsets.US_ASCII));

    private static final Bytes LARGE = Bytes.wrap(new byte[100_000]);

    /** Of the last 500 that Apache ZooKeeper keeps in memory, larger ones would fill it. */
    private static final Bytes LARGER = Bytes.wrap(new byte[300_000]);

    /** What fits into a frame beside a path. */
    private static final Bytes HUGE = Bytes.wrap(new byte[1_000_000]);

    final String title;
    final int connections;
    final int outstanding;
    final int keys;
    final Bar bar;

    /** Whether the disk decides, too. */
    final boolean writes;

    private final Mix mix;

    Workload(String title, int connections, int outstanding, int keys, Mix mix, Bar bar) {
        this.bar = bar;
        this.title = title;
        this.connections = connections;
        this.outstanding = outstanding;
        this.keys = keys;
        this.mix = mix;
        writes = mix == Mix.SETS || mix == Mix.WRITES;
    }

    /** What is asked for: one thing, or what the workload itself says. */
    private enum Mix {
        GETS,
        SETS,
        READS,
        WRITES
    }

    /** How many requests may come in a window, whatever its length. */
    long operationsMax() {
        return Long.MAX_VALUE;
    }

    Frames frames(Keys keys) {
        return switch (mix) {
            case GETS -> Frames.of(anyGet(keys));
            case SETS -> Frames.of(anySet(keys, VALUE));
            case READS, WRITES -> throw new IllegalStateException(this + " says itself what it asks for");
        };
    }

    /** Makes the nodes that the workload needs. */
    void prepare(Admin admin, Keys keys) throws IOException {
        keys.createAll(admin, VALUE);
    }

    /**
     * Removes what piled up from the requests before {@code to} and was not removed yet: what comes later finds the server as
     * it was.
     *
     * @param from the request up to which it was removed
     * @return the request up to which it is removed now
     */
    long clear(Admin admin, long from, long to) throws IOException {
        return from;
    }

    /** Fails if the server's state does not show the {@code done} answered requests of which nothing was removed. */
    void verify(Admin admin, Keys keys, long done) throws IOException {
        if (mix == Mix.SETS) {
            expect("sum of versions", done, versions(admin, keys));
        }
    }

    String shape() {
        return connections + "x" + outstanding;
    }

    private static Template anyGet(Keys keys) {
        return Template.anyOf(keys, frame(new Request.GetData(keys.path(0), false)));
    }

    private static Template anySet(Keys keys, Bytes value) {
        return Template.anyOf(keys, frame(new Request.SetData(keys.path(0), value, -1)));
    }

    private static byte[] create(String path) {
        return frame(new Request.Create(path, VALUE, Acl.OPEN, CreateMode.PERSISTENT));
    }

    static byte[] frame(Request request) {
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        new RequestHeader(0, request.opCode()).write(out);
        request.write(out);
        out.endFrame(mark);
        return out.toArray();
    }

    private static long versions(Admin admin, Keys keys) throws IOException {
        long sum = 0;
        for (String path : keys.paths().toList()) {
            sum += ((Response.StatOnly) admin.call(new Request.Exists(path, false)))
                    .stat()
                    .version();
        }
        return sum;
    }

    private static int children(Admin admin, String path) throws IOException {
        return ((Response.StatOnly) admin.call(new Request.Exists(path, false)))
                .stat()
                .numChildren();
    }

    private static void expect(String what, long wanted, long found) {
        if (wanted != found) {
            throw new IllegalStateException(what + " is " + found + ", but " + wanted + " requests were answered");
        }
    }
}
