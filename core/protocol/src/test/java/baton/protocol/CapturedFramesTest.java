package baton.protocol;

import static baton.protocol.Hex.bytes;
import static baton.protocol.Hex.reader;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Frames captured from Apache ZooKeeper 3.9.6 and its clients: each must be written and read exactly so. */
class CapturedFramesTest {
    private static final String NO_PASSWORD = "00000000000000000000000000000000";

    @TestFactory
    Stream<DynamicTest> connecting() {
        Bytes password = bytes("aced96568f80668222446c8066c9ba86");
        return Stream.of(
                connectRequest(
                        "new session",
                        "0000002d 00000000 0000000000000000 00007530 0000000000000000 00000010" + NO_PASSWORD + "00",
                        new ConnectRequest(0, 30000, 0, ConnectRequest.NO_PASSWORD, false)),
                connectRequest(
                        "old client",
                        "0000002c 00000000 0000000000000000 00007530 0000000000000000 00000010" + NO_PASSWORD,
                        new ConnectRequest(0, 0, 30000, 0, ConnectRequest.NO_PASSWORD, false, false)),
                connectRequest(
                        "renewal",
                        "0000002d 00000000 0000000000000087 00001770 0100000f62530022 00000010"
                                + "aced96568f80668222446c8066c9ba86 00",
                        new ConnectRequest(0x87, 6000, 0x0100000f62530022L, password, false)),
                connectResponse(
                        "granted",
                        "00000025 00000000 00007530 0100000f62530000 00000010 6f0d4757d0a33b70656b526a99c0527e 00",
                        new ConnectResponse(
                                0, 30000, 0x0100000f62530000L, bytes("6f0d4757d0a33b70656b526a99c0527e"), false, true)),
                connectResponse(
                        "granted to an old client",
                        "00000024 00000000 00007530 0100000f62530000 00000010 6f0d4757d0a33b70656b526a99c0527e",
                        new ConnectResponse(
                                0,
                                30000,
                                0x0100000f62530000L,
                                bytes("6f0d4757d0a33b70656b526a99c0527e"),
                                false,
                                false)),
                connectResponse(
                        "refused",
                        "00000025 00000000 00000000 0000000000000000 00000010" + NO_PASSWORD + "00",
                        ConnectResponse.refused(false, true)));
    }

    @TestFactory
    Stream<DynamicTest> requests() {
        return Stream.of(
                request(
                        "create",
                        "00000033 00000001 00000001 00000002 2f61 00000002 6869 00000001 0000001f"
                                + "00000005 776f726c64 00000006 616e796f6e65 00000000",
                        1,
                        new Request.Create(OpCode.CREATE, "/a", Bytes.utf8("hi"), Acl.OPEN, 0)),
                request(
                        "getData with watch",
                        "0000000f 00000002 00000004 00000002 2f61 01",
                        2,
                        new Request.GetData("/a", true)),
                request("ping", "00000008 fffffffe 0000000b", Xid.PING, Request.Ping.INSTANCE),
                request(
                        "multi",
                        "0000006a 00000006 0000000e"
                                + "00000001 00 ffffffff 00000003 2f6d31 00000000 00000001 0000001f"
                                + "00000005 776f726c64 00000006 616e796f6e65 00000000"
                                + "0000000d 00 ffffffff 00000002 2f61 00000063"
                                + "00000002 00 ffffffff 00000002 2f61 ffffffff"
                                + "ffffffff 01 ffffffff",
                        6,
                        new Request.Multi(List.of(
                                new Request.Create(OpCode.CREATE, "/m1", Bytes.EMPTY, Acl.OPEN, 0),
                                new Request.Check("/a", 99),
                                new Request.Delete("/a", -1)))),
                request(
                        "empty multi",
                        "00000011 00000008 0000000e ffffffff 01 ffffffff",
                        8,
                        new Request.Multi(List.of())),
                request(
                        "auth",
                        "0000001d fffffffc 00000064 00000000 00000006 646967657374 00000003 753a70",
                        Xid.AUTH,
                        new Request.Auth(0, "digest", Bytes.utf8("u:p"))),
                request(
                        "setWatches2",
                        "00000052 00000008 00000069 0000000000000087"
                                + "00000001 00000005 2f63682f61"
                                + "00000001 00000008 2f63682f6e6f7065"
                                + "00000001 00000005 2f63682f61"
                                + "00000001 00000005 2f63682f61"
                                + "00000001 00000003 2f6368",
                        8,
                        new Request.SetWatches2(
                                0x87,
                                List.of("/ch/a"),
                                List.of("/ch/nope"),
                                List.of("/ch/a"),
                                List.of("/ch/a"),
                                List.of("/ch"))),
                request(
                        "addWatch",
                        "00000013 00000007 0000006a 00000003 2f6368 00000001",
                        7,
                        new Request.AddWatch("/ch", AddWatchMode.PERSISTENT_RECURSIVE)),
                request("getEphemerals", "0000000d 0000000b 00000067 00000001 2f", 11, new Request.GetEphemerals("/")),
                request("whoAmI", "00000008 00000004 0000006b", 4, Request.WhoAmI.INSTANCE),
                request("sasl", "0000000c 00000001 00000066 00000000", 1, new Request.Sasl(Bytes.EMPTY)),
                request("closeSession", "00000008 00000009 fffffff5", 9, Request.CloseSession.INSTANCE));
    }

    @TestFactory
    Stream<DynamicTest> answers() {
        Stat stat = new Stat(2, 2, 0x1a1f93bdb62L, 0x1a1f93bdb62L, 0, 0, 0, 0, 2, 0, 2);
        return Stream.of(
                answer(
                        "create",
                        "00000016 00000001 0000000000000002 00000000 00000002 2f61",
                        OpCode.CREATE,
                        new ReplyHeader(1, 2, 0),
                        new Response.Created("/a")),
                answer(
                        "getData",
                        "0000005a 00000002 0000000000000002 00000000 00000002 6869 0000000000000002 0000000000000002"
                                + "000001a1f93bdb62 000001a1f93bdb62 00000000 00000000 00000000 0000000000000000"
                                + "00000002 00000000 0000000000000002",
                        OpCode.GET_DATA,
                        new ReplyHeader(2, 2, 0),
                        new Response.Content(Bytes.utf8("hi"), stat)),
                answer(
                        "ping",
                        "00000010 fffffffe 0000000000000006 00000000",
                        OpCode.PING,
                        new ReplyHeader(Xid.PING, 6, 0),
                        Response.Empty.INSTANCE),
                answer(
                        "failed multi",
                        "00000040 00000006 0000000000000007 00000000"
                                + "ffffffff 00 00000000 00000000"
                                + "ffffffff 00 ffffff99 ffffff99"
                                + "ffffffff 00 fffffffe fffffffe"
                                + "ffffffff 01 ffffffff",
                        OpCode.MULTI,
                        new ReplyHeader(6, 7, 0),
                        new Response.Multi(List.of(
                                new MultiResult.Failed(ErrorCode.OK),
                                new MultiResult.Failed(ErrorCode.BAD_VERSION),
                                new MultiResult.Failed(ErrorCode.RUNTIME_INCONSISTENCY)))),
                answer(
                        "empty multi",
                        "00000019 00000008 0000000000000009 00000000 ffffffff 01 ffffffff",
                        OpCode.MULTI,
                        new ReplyHeader(8, 9, 0),
                        new Response.Multi(List.of())),
                answer(
                        "addWatch",
                        "00000014 00000007 0000000000000087 00000000 00000000",
                        OpCode.ADD_WATCH,
                        new ReplyHeader(7, 0x87, 0),
                        Response.WatchAdded.INSTANCE),
                answer(
                        "whoAmI",
                        "00000045 00000004 0000000000000005 00000000 00000003 00000004 7361736c 00000003 626f62"
                                + "00000002 6970 00000009 3132372e302e302e31 00000006 646967657374 00000001 75",
                        OpCode.WHO_AM_I,
                        new ReplyHeader(4, 5, 0),
                        new Response.Identities(List.of(
                                new ClientIdentity("sasl", "bob"),
                                new ClientIdentity("ip", "127.0.0.1"),
                                new ClientIdentity("digest", "u")))),
                answer(
                        "failed sasl",
                        "00000014 00000002 0000000000000000 ffffff8d ffffffff",
                        OpCode.SASL,
                        new ReplyHeader(2, 0, ErrorCode.AUTH_FAILED),
                        new Response.SaslToken(null)));
    }

    @Test
    void aSucceedingMultiHasOneResultForEachOperation() {
        String stat = "0000000000000008 0000000000000008 0000000000000000 0000000000000000 00000001 00000000"
                + "00000000 0000000000000000 00000001 00000000 0000000000000008";
        String captured = "000000f2 00000007 0000000000000008 00000000"
                + "00000001 00 00000000 00000003 2f6d31"
                + "00000005 00 00000000 " + stat
                + "0000000d 00 00000000"
                + "0000000f 00 00000000 00000010 2f6d312f732d30303030303030303030" + stat
                + "00000002 00 00000000 00000002 00 00000000 ffffffff 01 ffffffff";
        Stat changed = new Stat(8, 8, 0, 0, 1, 0, 0, 0, 1, 0, 8);
        Response.Multi response = new Response.Multi(List.of(
                new MultiResult.Done(OpCode.CREATE, new Response.Created("/m1")),
                new MultiResult.Done(OpCode.SET_DATA, new Response.StatOnly(changed)),
                new MultiResult.Done(OpCode.CHECK, Response.Empty.INSTANCE),
                new MultiResult.Done(OpCode.CREATE2, new Response.CreatedWithStat("/m1/s-0000000000", changed)),
                new MultiResult.Done(OpCode.DELETE, Response.Empty.INSTANCE),
                new MultiResult.Done(OpCode.DELETE, Response.Empty.INSTANCE)));

        Bytes written = frame(out -> {
            new ReplyHeader(7, 8, 0).write(out);
            response.write(out);
        });
        WireReader in = reader(captured);
        in.skip(4, "len");
        ReplyHeader.read(in);

        assertEquals(bytes(captured), written);
        assertEquals(response, Response.read(OpCode.MULTI, in));
    }

    @Test
    void aWatchEventFollowsANotificationHeader() {
        String captured = "0000001e ffffffff 0000000000000004 00000000 00000003 00000003 00000002 2f61";
        WatchEvent event = new WatchEvent(EventType.NODE_DATA_CHANGED, "/a");

        Bytes written = frame(out -> {
            ReplyHeader.notification(4).write(out);
            event.write(out);
        });
        WireReader in = reader(captured);
        in.skip(4, "len");

        assertEquals(bytes(captured), written);
        assertEquals(new ReplyHeader(Xid.NOTIFICATION, 4, ErrorCode.OK), ReplyHeader.read(in));
        assertEquals(event, WatchEvent.read(in));
    }

    @Test
    void anErrorIsAHeaderAlone() {
        String captured = "00000010 00000003 0000000000000005 ffffff92";

        Bytes written = frame(new ReplyHeader(3, 5, ErrorCode.NODE_EXISTS)::write);

        assertEquals(bytes(captured), written);
    }

    private static DynamicTest connectRequest(String name, String captured, ConnectRequest expected) {
        return DynamicTest.dynamicTest(name, () -> {
            WireReader in = reader(captured);
            in.skip(4, "len");

            assertEquals(bytes(captured), frame(expected::write));
            assertEquals(expected, ConnectRequest.read(in));
        });
    }

    private static DynamicTest connectResponse(String name, String captured, ConnectResponse expected) {
        return DynamicTest.dynamicTest(name, () -> {
            WireReader in = reader(captured);
            in.skip(4, "len");

            assertEquals(bytes(captured), frame(expected::write));
            assertEquals(expected, ConnectResponse.read(in));
        });
    }

    private static DynamicTest request(String name, String captured, int xid, Request expected) {
        return DynamicTest.dynamicTest(name, () -> {
            RequestHeader header = new RequestHeader(xid, expected.opCode());
            WireReader in = reader(captured);
            in.skip(4, "len");

            assertEquals(bytes(captured), frame(out -> {
                header.write(out);
                expected.write(out);
            }));
            assertEquals(header, RequestHeader.read(in));
            assertEquals(expected, Request.read(expected.opCode(), in));
            assertEquals(0, in.remaining());
        });
    }

    private static DynamicTest answer(
            String name, String captured, OpCode opCode, ReplyHeader header, Response expected) {
        return DynamicTest.dynamicTest(name, () -> {
            WireReader in = reader(captured);
            in.skip(4, "len");

            assertEquals(bytes(captured), frame(out -> {
                header.write(out);
                expected.write(out);
            }));
            assertEquals(header, ReplyHeader.read(in));
            assertEquals(expected, Response.read(opCode, in));
            assertEquals(0, in.remaining());
        });
    }

    private static Bytes frame(Consumer<WireWriter> body) {
        return Hex.written(out -> {
            int mark = out.beginFrame();
            body.accept(out);
            out.endFrame(mark);
        });
    }
}
