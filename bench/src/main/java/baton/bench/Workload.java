package baton.bench;

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
import java.util.stream.IntStream;

/**
 * What is asked of a server, and how many at a time.
 *
 * <p>Frames are encoded once; only the xid, and for creates the number in the name, are patched in per request.
 */
enum Workload {
    W1("create unique names, 100 B", 16, 16, 0, Mix.OTHER) {
        @Override
        Frames frames(Keys keys) {
            return new Frames(List.of(create(NAMES + "/" + "0".repeat(DIGITS))), NAMES.length() + 1);
        }

        @Override
        void prepare(Admin admin, Keys keys) throws IOException {
            admin.ensure(NAMES);
        }

        @Override
        void verify(Admin admin, Keys keys, long done) throws IOException {
            int children = ((Response.StatOnly) admin.call(new Request.Exists(NAMES, false)))
                    .stat()
                    .numChildren();
            expect("children of " + NAMES, done, children);
        }
    },
    W2("setData 100 B", 16, 16, 10_000, Mix.SETS),
    W3("setData 100 B", 64, 1, 10_000, Mix.SETS),
    W4("getData 100 B", 16, 16, 100_000, Mix.GETS),
    W5("getData 100 B", 64, 1, 10_000, Mix.GETS),
    W6("90% getData 10% setData", 16, 16, 10_000, Mix.OTHER) {
        @Override
        Frames frames(Keys keys) {
            List<byte[]> frames = new ArrayList<>();
            for (int at = 0; at < keys.count(); at++) {
                frames.add(at % 10 == 0 ? set(keys.path(at)) : get(keys.path(at)));
            }
            return new Frames(frames, 0);
        }
    },
    W7G("getData, one at a time", 1, 1, 10_000, Mix.GETS),
    W7S("setData, one at a time", 1, 1, 10_000, Mix.SETS),
    W8S("getChildren2 of 10 names", 16, 16, 10_000, Mix.OTHER) {
        @Override
        Frames frames(Keys keys) {
            return new Frames(List.of(frame(new Request.GetChildren2(keys.root(), false))), 0);
        }
    },
    W8L("getChildren2 of 1,000 names", 16, 4, 10_000, Mix.OTHER) {
        @Override
        Frames frames(Keys keys) {
            return new Frames(
                    keys.directories()
                            .map(path -> frame(new Request.GetChildren2(path, false)))
                            .toList(),
                    0);
        }
    },
    W9S("multi of 4 setData 100 B", 16, 16, 10_000, Mix.OTHER) {
        private static final int PARTS = 4;

        @Override
        Frames frames(Keys keys) {
            return new Frames(
                    IntStream.range(0, keys.count())
                            .mapToObj(at -> frame(new Request.Multi(IntStream.range(at, at + PARTS)
                                    .mapToObj(part -> (Request.MultiOp)
                                            new Request.SetData(keys.path(part % keys.count()), VALUE, -1))
                                    .toList())))
                            .toList(),
                    0);
        }

        @Override
        void verify(Admin admin, Keys keys, long done) throws IOException {
            expect("sum of versions", PARTS * done, versions(admin, keys));
        }
    },
    W9R("multiRead of 50 getData 100 B", 16, 4, 10_000, Mix.OTHER) {
        private static final int PARTS = 50;

        @Override
        Frames frames(Keys keys) {
            return new Frames(
                    IntStream.range(0, keys.count() / PARTS)
                            .mapToObj(at -> frame(new Request.MultiRead(IntStream.range(at * PARTS, (at + 1) * PARTS)
                                    .mapToObj(part -> (Request.MultiReadOp) new Request.GetData(keys.path(part), false))
                                    .toList())))
                            .toList(),
                    0);
        }
    },
    W21G("getData 100 KB", 4, 1, 100, Mix.GETS) {
        @Override
        void prepare(Admin admin, Keys keys) throws IOException {
            keys.createAll(admin, LARGE);
        }
    },
    W21S("setData 100 KB", 4, 1, 100, Mix.OTHER) {
        @Override
        Frames frames(Keys keys) {
            return new Frames(
                    keys.paths()
                            .map(path -> frame(new Request.SetData(path, LARGE, -1)))
                            .toList(),
                    0);
        }

        @Override
        void verify(Admin admin, Keys keys, long done) throws IOException {
            expect("sum of versions", done, versions(admin, keys));
        }
    };

    static final int DATA_BYTES = 100;
    private static final String NAMES = "/bench-names";
    private static final int DIGITS = 12;
    private static final Bytes VALUE = Bytes.wrap("v".repeat(DATA_BYTES).getBytes(StandardCharsets.US_ASCII));

    private static final Bytes LARGE = Bytes.wrap(new byte[100_000]);

    final String title;
    final int connections;
    final int outstanding;
    final int keys;
    private final Mix mix;

    Workload(String title, int connections, int outstanding, int keys, Mix mix) {
        this.title = title;
        this.connections = connections;
        this.outstanding = outstanding;
        this.keys = keys;
        this.mix = mix;
    }

    /** What is asked for: one thing, or what the workload itself says. */
    private enum Mix {
        GETS,
        SETS,
        OTHER
    }

    Frames frames(Keys keys) {
        return switch (mix) {
            case GETS -> new Frames(keys.paths().map(Workload::get).toList(), 0);
            case SETS -> new Frames(keys.paths().map(Workload::set).toList(), 0);
            case OTHER -> throw new IllegalStateException(this + " says itself what it asks for");
        };
    }

    /** Makes the nodes that the workload needs. */
    void prepare(Admin admin, Keys keys) throws IOException {
        keys.createAll(admin, VALUE);
    }

    /** Fails if the server's state does not show the {@code done} answered requests. */
    void verify(Admin admin, Keys keys, long done) throws IOException {
        if (mix == Mix.SETS) {
            expect("sum of versions", done, versions(admin, keys));
        }
    }

    String shape() {
        return connections + "x" + outstanding;
    }

    /** Encoded requests to choose from. Confined to the loader's thread. */
    static final class Frames {
        private static final int XID_AT = 4;
        private static final int PATH_AT = 4 + RequestHeader.BYTES + 4;

        private final List<byte[]> frames;
        private final int numberAt;
        private long number;

        Frames(List<byte[]> frames, int numberAt) {
            this.frames = frames;
            this.numberAt = numberAt;
        }

        /** The next request with its xid patched in; valid until the next call. */
        byte[] next(int xid) {
            byte[] frame = frames.get(
                    frames.size() == 1 ? 0 : ThreadLocalRandom.current().nextInt(frames.size()));
            for (int at = 0; at < 4; at++) {
                frame[XID_AT + at] = (byte) (xid >>> (24 - 8 * at));
            }
            if (numberAt > 0) {
                patchNumber(frame);
            }
            return frame;
        }

        private void patchNumber(byte[] frame) {
            long rest = number++;
            for (int at = PATH_AT + numberAt + DIGITS - 1; rest > 0; at--) {
                frame[at] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }
    }

    private static byte[] get(String path) {
        return frame(new Request.GetData(path, false));
    }

    private static byte[] set(String path) {
        return frame(new Request.SetData(path, VALUE, -1));
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

    private static void expect(String what, long wanted, long found) {
        if (wanted != found) {
            throw new IllegalStateException(what + " is " + found + ", but " + wanted + " requests were answered");
        }
    }
}
