package baton.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every record reads back what it wrote, and no decoder does anything but that or refuse. */
class RoundTripTest {
    private static final Set<OpCode> MULTI_RESULTS = EnumSet.of(
            OpCode.CREATE,
            OpCode.CREATE2,
            OpCode.DELETE,
            OpCode.SET_DATA,
            OpCode.CHECK,
            OpCode.GET_DATA,
            OpCode.GET_CHILDREN);

    @Property
    void requestsReadBackWhatTheyWrote(@ForAll("requests") Request request) {
        WireReader in = WireReader.of(Hex.written(request::write));

        assertEquals(request, Request.read(request.opCode(), in));
        assertEquals(0, in.remaining());
    }

    @Property
    void requestsIgnoreWhatFollowsThem(@ForAll("requests") Request request, @ForAll byte trailing) {
        Bytes bytes = Hex.written(out -> {
            request.write(out);
            out.int8(trailing);
        });

        assertEquals(request, Request.read(request.opCode(), WireReader.of(bytes)));
    }

    @Property
    void requestsThatAreCutShortAreRefused(@ForAll("requests") Request request, @ForAll int at) {
        Bytes whole = Hex.written(request::write);
        if (whole.isEmpty()) {
            return;
        }
        Bytes cut = Bytes.copyOf(whole.unsafeArray(), 0, Math.floorMod(at, whole.size()));

        assertThrows(WireFormatException.class, () -> Request.read(request.opCode(), WireReader.of(cut)));
    }

    @Property
    void responsesReadBackWhatTheyWrote(@ForAll("responses") Answer answer) {
        WireReader in = WireReader.of(Hex.written(answer.response::write));

        assertEquals(answer.response, Response.read(answer.opCode, in));
        assertEquals(0, in.remaining());
    }

    @Property
    void handshakesReadBackWhatTheyWrote(
            @ForAll("connectRequests") ConnectRequest request, @ForAll("connectResponses") ConnectResponse response) {
        assertEquals(request, readBack(request::write, ConnectRequest::read));
        assertEquals(response, readBack(response::write, ConnectResponse::read));
    }

    @Property
    void headersAndEventsReadBackWhatTheyWrote(
            @ForAll int xid, @ForAll int code, @ForAll long zxid, @ForAll("events") WatchEvent event) {
        ReplyHeader reply = new ReplyHeader(xid, zxid, code);
        RequestHeader request = new RequestHeader(xid, code);

        assertEquals(reply, readBack(reply::write, ReplyHeader::read));
        assertEquals(request, readBack(request::write, RequestHeader::read));
        assertEquals(event, readBack(event::write, WatchEvent::read));
    }

    private static <T> T readBack(Consumer<WireWriter> writing, Function<WireReader, T> reading) {
        WireReader in = WireReader.of(Hex.written(writing));
        T read = reading.apply(in);
        assertEquals(0, in.remaining());
        return read;
    }

    @Property(tries = 20_000)
    void randomBytesAreReadOrRefusedAndNothingElse(@ForAll OpCode opCode, @ForAll("frames") byte[] bytes) {
        readOrRefuse(() -> Request.read(opCode, WireReader.of(bytes)).write(new WireWriter()));
        readOrRefuse(() -> Response.read(opCode, WireReader.of(bytes)).write(new WireWriter()));
        readOrRefuse(() -> ConnectRequest.read(WireReader.of(bytes)).write(new WireWriter()));
        readOrRefuse(() -> ConnectResponse.read(WireReader.of(bytes)).write(new WireWriter()));
        readOrRefuse(() -> WatchEvent.read(WireReader.of(bytes)).write(new WireWriter()));
    }

    @Property
    void damagedRequestsAreReadOrRefusedAndNothingElse(
            @ForAll("requests") Request request, @ForAll int at, @ForAll byte damage) {
        byte[] bytes = Hex.written(request::write).toArray();
        if (bytes.length > 0) {
            bytes[Math.floorMod(at, bytes.length)] ^= damage;
        }

        readOrRefuse(() -> Request.read(request.opCode(), WireReader.of(bytes)).write(new WireWriter()));
    }

    /** Any other exception than the refusal fails the property. */
    private static void readOrRefuse(Runnable reading) {
        try {
            reading.run();
        } catch (WireFormatException refused) {
            assertEquals(true, refused.getMessage().contains(refused.field()));
        }
    }

    record Answer(OpCode opCode, Response response) {}

    /** Mostly small bytes, so that lengths and counts are often plausible and decoders get far. */
    @Provide
    Arbitrary<byte[]> frames() {
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(6, Arbitraries.just((byte) 0)),
                        net.jqwik.api.Tuple.of(3, Arbitraries.bytes().between((byte) 1, (byte) 22)),
                        net.jqwik.api.Tuple.of(1, Arbitraries.just((byte) -1)),
                        net.jqwik.api.Tuple.of(1, Arbitraries.bytes()))
                .array(byte[].class)
                .ofMaxSize(120);
    }

    @Provide
    Arbitrary<Request> requests() {
        Arbitrary<String> path = paths();
        Arbitrary<Boolean> watch = Arbitraries.of(true, false);
        Arbitrary<Integer> version = Arbitraries.integers();
        Arbitrary<List<String>> paths = path.list().ofMaxSize(3);
        Arbitrary<String> text = path.injectNull(0.2);
        return Arbitraries.oneOf(List.of(
                multiOps(Arbitraries.integers()).map(op -> op),
                multiReadOps().map(op -> op),
                multiOps(Arbitraries.integers().between(0, 4))
                        .list()
                        .ofMaxSize(5)
                        .map(Request.Multi::new),
                multiReadOps().list().ofMaxSize(5).map(Request.MultiRead::new),
                Combinators.combine(path, watch).as(Request.Exists::new),
                Combinators.combine(path, watch).as(Request.GetChildren2::new),
                path.map(Request.GetAcl::new),
                path.map(Request.GetAllChildrenNumber::new),
                path.map(Request.Sync::new),
                path.map(Request.DeleteContainer::new),
                text.map(Request.GetEphemerals::new),
                Combinators.combine(path, acl(), version).as(Request.SetAcl::new),
                Combinators.combine(text, text, text, Arbitraries.longs()).as(Request.Reconfig::new),
                Combinators.combine(Arbitraries.longs(), paths, paths, paths).as(Request.SetWatches::new),
                Combinators.combine(Arbitraries.longs(), paths, paths, paths, paths, paths)
                        .as(Request.SetWatches2::new),
                Combinators.combine(path, Arbitraries.of(AddWatchMode.class)).as(Request.AddWatch::new),
                Combinators.combine(path, Arbitraries.of(WatcherType.class)).as(Request.CheckWatches::new),
                Combinators.combine(path, Arbitraries.of(WatcherType.class)).as(Request.RemoveWatches::new),
                Combinators.combine(Arbitraries.integers(), path, content()).as(Request.Auth::new),
                content().map(Request.Sasl::new),
                Arbitraries.integers().map(Request.CreateSession::new),
                Arbitraries.of(Request.Ping.INSTANCE, Request.WhoAmI.INSTANCE, Request.CloseSession.INSTANCE)));
    }

    @Provide
    Arbitrary<ConnectRequest> connectRequests() {
        return Combinators.combine(
                        Arbitraries.integers(),
                        Arbitraries.longs(),
                        Arbitraries.integers(),
                        Arbitraries.longs(),
                        password(),
                        readOnly())
                .as((version, zxid, timeout, session, password, readOnly) -> new ConnectRequest(
                        version,
                        zxid,
                        timeout,
                        session,
                        password,
                        readOnly == ReadOnly.YES,
                        readOnly != ReadOnly.UNSAID));
    }

    @Provide
    Arbitrary<ConnectResponse> connectResponses() {
        return Combinators.combine(
                        Arbitraries.integers(), Arbitraries.integers(), Arbitraries.longs(), password(), readOnly())
                .as((version, timeout, session, password, readOnly) -> new ConnectResponse(
                        version, timeout, session, password, readOnly == ReadOnly.YES, readOnly != ReadOnly.UNSAID));
    }

    /** Older clients leave it out. */
    private enum ReadOnly {
        YES,
        NO,
        UNSAID
    }

    private static Arbitrary<ReadOnly> readOnly() {
        return Arbitraries.of(ReadOnly.class);
    }

    private static Arbitrary<Bytes> password() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(20).map(Bytes::wrap);
    }

    @Provide
    Arbitrary<WatchEvent> events() {
        return Combinators.combine(Arbitraries.of(EventType.class), Arbitraries.of(KeeperState.class), paths())
                .as(WatchEvent::new);
    }

    @Provide
    Arbitrary<Answer> responses() {
        Arbitrary<Answer> multi = Arbitraries.of(MULTI_RESULTS)
                .flatMap(type -> responseTo(type).map(each -> (MultiResult) new MultiResult.Done(type, each)))
                .list()
                .ofMaxSize(4)
                .map(results -> new Answer(OpCode.MULTI, new Response.Multi(results)));
        Arbitrary<Answer> failed = Arbitraries.integers()
                .map(error -> (MultiResult) new MultiResult.Failed(error))
                .list()
                .ofMaxSize(4)
                .map(results -> new Answer(OpCode.MULTI, new Response.Multi(results)));
        // Of many reads each fails by itself.
        Arbitrary<MultiResult> failedRead = Arbitraries.integers().map(MultiResult.Failed::new);
        Arbitrary<MultiResult> oneRead = Arbitraries.of(OpCode.GET_DATA, OpCode.GET_CHILDREN)
                .flatMap(type -> responseTo(type).map(each -> new MultiResult.Done(type, each)));
        Arbitrary<Answer> multiRead = Arbitraries.oneOf(failedRead, oneRead)
                .list()
                .ofMaxSize(4)
                .map(results -> new Answer(OpCode.MULTI_READ, new Response.Multi(results)));
        Set<OpCode> others =
                EnumSet.complementOf(EnumSet.of(OpCode.ERROR, OpCode.CREATE_SESSION, OpCode.MULTI, OpCode.MULTI_READ));
        Arbitrary<Answer> single =
                Arbitraries.of(others).flatMap(opCode -> responseTo(opCode).map(each -> new Answer(opCode, each)));
        return Arbitraries.oneOf(single, multi, failed, multiRead);
    }

    private static Arbitrary<? extends Response> responseTo(OpCode opCode) {
        Arbitrary<String> path = paths();
        Arbitrary<List<String>> paths = path.list().ofMaxSize(3);
        return switch (opCode) {
            case CREATE -> path.map(Response.Created::new);
            case CREATE2, CREATE_CONTAINER, CREATE_TTL ->
                Combinators.combine(path, stat()).as(Response.CreatedWithStat::new);
            case EXISTS, SET_DATA, SET_ACL -> stat().map(Response.StatOnly::new);
            case GET_DATA, RECONFIG -> Combinators.combine(content(), stat()).as(Response.Content::new);
            case GET_ACL -> Combinators.combine(acl(), stat()).as(Response.AclList::new);
            case GET_CHILDREN -> paths.map(Response.Children::new);
            case GET_CHILDREN2 -> Combinators.combine(paths, stat()).as(Response.ChildrenWithStat::new);
            case GET_ALL_CHILDREN_NUMBER -> Arbitraries.integers().map(Response.DescendantCount::new);
            case GET_EPHEMERALS -> paths.map(Response.Ephemerals::new);
            case SYNC -> path.map(Response.Synced::new);
            case ADD_WATCH -> Arbitraries.just(Response.WatchAdded.INSTANCE);
            case WHO_AM_I ->
                Combinators.combine(path, path)
                        .as(ClientIdentity::new)
                        .list()
                        .ofMaxSize(3)
                        .map(Response.Identities::new);
            case SASL -> content().map(Response.SaslToken::new);
            default -> Arbitraries.just(Response.Empty.INSTANCE);
        };
    }

    private static Arbitrary<Request.MultiOp> multiOps(Arbitrary<Integer> flags) {
        Arbitrary<Integer> version = Arbitraries.integers();
        Arbitrary<OpCode> creates = Arbitraries.of(OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER);
        return Arbitraries.oneOf(
                Combinators.combine(creates, paths(), content(), acl(), flags).as(Request.Create::new),
                Combinators.combine(paths(), content(), acl(), flags, Arbitraries.longs())
                        .as(Request.CreateTtl::new),
                Combinators.combine(paths(), version).as(Request.Delete::new),
                Combinators.combine(paths(), version).as(Request.Check::new),
                Combinators.combine(paths(), content(), version).as(Request.SetData::new));
    }

    private static Arbitrary<Request.MultiReadOp> multiReadOps() {
        Arbitrary<Boolean> watch = Arbitraries.of(true, false);
        return Arbitraries.oneOf(
                Combinators.combine(paths(), watch).as(Request.GetData::new),
                Combinators.combine(paths(), watch).as(Request.GetChildren::new));
    }

    private static Arbitrary<String> paths() {
        return Arbitraries.strings().withChars("/abé.\0").ofMaxLength(12);
    }

    private static Arbitrary<Bytes> content() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(8)
                .map(Bytes::wrap)
                .injectNull(0.2);
    }

    private static Arbitrary<List<Acl>> acl() {
        return Combinators.combine(Arbitraries.integers(), paths(), paths())
                .as(Acl::new)
                .list()
                .ofMaxSize(3);
    }

    private static Arbitrary<Stat> stat() {
        return Arbitraries.longs()
                .array(long[].class)
                .ofSize(11)
                .map(n -> new Stat(
                        n[0],
                        n[1],
                        n[2],
                        n[3],
                        (int) n[4],
                        (int) n[5],
                        (int) n[6],
                        n[7],
                        (int) n[8],
                        (int) n[9],
                        n[10]));
    }
}
