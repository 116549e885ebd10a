package baton.server.sim.world;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.Response;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import baton.server.session.SessionPasswords;
import baton.server.sim.history.Caller;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Makes a server look as if it had a {@link Defect}, by what it does to the frames of one connection. */
final class Tamper {
    private static final int OPERATION_AT = 8;
    private static final int ZXID_AT = 8;
    private static final int ERROR_AT = 16;
    private static final int HEADER_BYTES = 20;
    private static final int NODE_EXISTS = -110;
    private static final RequestHeader NO_REQUEST = new RequestHeader(0, Integer.MIN_VALUE);

    private final Defect defect;
    private final Chance chance;
    private final EarlierAnswers earlier;
    private final LongSupplier session;
    private final FrameBuffer outgoing = new FrameBuffer();
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    /** For each proof on its way, whether it is the client's own. */
    private final ArrayDeque<Boolean> proofs = new ArrayDeque<>();

    private final Map<Integer, OpCode> asked = new HashMap<>();
    private final Map<Integer, String> forbidding = new HashMap<>();
    private final Map<Integer, String> questions = new HashMap<>();
    private long newestSent;
    private boolean greeted;
    private boolean welcomed;

    /**
     * @param earlier what was answered over whatever connection
     * @param session that of the client, 0 before it has one
     */
    Tamper(Defect defect, Chance chance, EarlierAnswers earlier, LongSupplier session) {
        this.defect = defect;
        this.chance = chance;
        this.earlier = earlier;
        this.session = session;
    }

    /** What becomes of a frame that a client has sent. */
    byte[] inbound(byte[] frame) {
        if (defect == Defect.NONE) {
            return frame;
        }
        WireReader in = WireReader.of(frame);
        in.int32("length");
        if (!greeted) {
            greeted = true;
            return switch (defect) {
                case CLIENT_AHEAD_LET_IN -> humble(ConnectRequest.read(in));
                case PASSWORD_NOT_COMPARED -> knowing(ConnectRequest.read(in));
                default -> frame;
            };
        }
        RequestHeader header = in.remaining() < RequestHeader.BYTES ? NO_REQUEST : RequestHeader.read(in);
        OpCode opCode = header.opCode();
        if (opCode == null || opCode == OpCode.CHECK || opCode.kind() == OpCode.Kind.INTERNAL) {
            return defect == Defect.BAD_FRAME_PASSED_OVER ? new byte[0] : frame;
        }
        asked.put(header.xid(), opCode);
        if (opCode.kind() == OpCode.Kind.READ) {
            questions.put(header.xid(), HexFormat.of().formatHex(frame, OPERATION_AT, frame.length));
        }
        if (opCode == OpCode.AUTH) {
            proofs.add(true);
        }
        if (defect == Defect.WRONG_PROOF_BELIEVED && opCode == OpCode.AUTH) {
            Request.Auth auth = (Request.Auth) Request.read(opCode, in);
            return Workload.isCall(auth)
                    ? frame
                    : framed(header, Workload.prove(Workload.mended(auth.proof().utf8())));
        }
        if (defect == Defect.WATCH_OUTLIVES_ITS_REMOVAL && opCode == OpCode.REMOVE_WATCHES) {
            return checked(header.xid(), in, frame);
        }
        if (defect == Defect.SET_WATCHES_FROM_WRONG_ZXID && opCode == OpCode.SET_WATCHES) {
            Request.SetWatches set = (Request.SetWatches) Request.read(opCode, in);
            return framed(header, new Request.SetWatches(Long.MAX_VALUE, set.data(), set.exist(), set.child()));
        }
        if (defect == Defect.SET_WATCHES_FROM_WRONG_ZXID && opCode == OpCode.SET_WATCHES2) {
            Request.SetWatches2 set = (Request.SetWatches2) Request.read(opCode, in);
            return framed(
                    header,
                    new Request.SetWatches2(
                            Long.MAX_VALUE,
                            set.data(),
                            set.exist(),
                            set.child(),
                            set.persistent(),
                            set.persistentRecursive()));
        }
        if (defect == Defect.ACL_OF_BEFORE_THE_BATCH) {
            return pastLists(header, opCode, in, frame);
        }
        if (defect == Defect.RIGHTS_OF_ANOTHER && opCode.kind() == OpCode.Kind.READ) {
            return provedBefore(frame);
        }
        if (defect == Defect.MULTI_IN_PART && opCode == OpCode.MULTI) {
            Request.Multi multi = (Request.Multi) Request.read(opCode, in);
            return framed(
                    header, new Request.Multi(multi.ops().subList(0, multi.ops().size() - 1)));
        }
        return frame;
    }

    /** Asks whether there is a watch that is to be removed, and no more. */
    private static byte[] checked(int xid, WireReader in, byte[] frame) {
        try {
            Request.RemoveWatches remove = (Request.RemoveWatches) Request.read(OpCode.REMOVE_WATCHES, in);
            return framed(xid, new Request.CheckWatches(remove.path(), remove.type()));
        } catch (WireFormatException spoiled) {
            return frame;
        }
    }

    /** Says whether everything is read that comes, whether there is room for it or not. */
    boolean readsOnAndOn() {
        return defect == Defect.READS_AHEAD_WITHOUT_END;
    }

    /** What becomes of the end of a session behind which the client has closed its end. */
    byte[] lastWord(byte[] frame) {
        return defect == Defect.LAST_WORD_LOST ? new byte[0] : inbound(frame);
    }

    /** Lets a write behind one that forbids it through as somebody who may do everything. */
    private byte[] pastLists(RequestHeader header, OpCode opCode, WireReader in, byte[] frame) {
        if (opCode.kind() != OpCode.Kind.WRITE || opCode == OpCode.SYNC) {
            return frame;
        }
        Request request;
        try {
            request = Request.read(opCode, in);
        } catch (WireFormatException spoiled) {
            return frame;
        }
        boolean isForbidden = forbidding.containsValue(listOf(request));
        if (request instanceof Request.SetAcl set && set.acl().equals(Acl.READ_ONLY)) {
            forbidding.put(header.xid(), set.path());
        }
        if (!isForbidden) {
            return frame;
        }
        return provedBefore(frame);
    }

    private byte[] provedBefore(byte[] frame) {
        proofs.add(false);
        byte[] proof = framed(new RequestHeader(Xid.AUTH, OpCode.AUTH), Workload.prove(Caller.SUPER_PROOF));
        byte[] both = Arrays.copyOf(proof, proof.length + frame.length);
        System.arraycopy(frame, 0, both, proof.length, frame.length);
        return both;
    }

    /** Returns the node whose list decides about the request. */
    private static String listOf(Request request) {
        if (request instanceof Request.SetData set) {
            return set.path();
        } else if (request instanceof Request.SetAcl set) {
            return set.path();
        } else if (request instanceof Request.Create create) {
            return create.path().substring(0, create.path().lastIndexOf('/'));
        } else if (request instanceof Request.Delete delete) {
            return delete.path().substring(0, delete.path().lastIndexOf('/'));
        }
        return "";
    }

    private static byte[] humble(ConnectRequest request) {
        return framed(new ConnectRequest(0, request.timeoutMillis(), request.sessionId(), request.password(), false));
    }

    private static byte[] knowing(ConnectRequest request) {
        Bytes password = request.sessionId() == 0 ? request.password() : SessionPasswords.classic(request.sessionId());
        return framed(new ConnectRequest(
                0,
                request.lastZxidSeen(),
                request.timeoutMillis(),
                request.sessionId(),
                password,
                false,
                request.readOnlySent()));
    }

    private static byte[] framed(ConnectRequest request) {
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        request.write(out);
        out.endFrame(mark);
        return out.toArray();
    }

    private static byte[] framed(int xid, Request request) {
        return framed(new RequestHeader(xid, request.opCode()), request);
    }

    private static byte[] framed(RequestHeader header, Request request) {
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        header.write(out);
        request.write(out);
        out.endFrame(mark);
        return out.toArray();
    }

    /** What becomes of bytes that the server has sent. */
    byte[] outbound(byte[] bytes) {
        if (defect == Defect.NONE) {
            return bytes;
        }
        outgoing.add(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] frame = outgoing.next(); frame != null; frame = outgoing.next()) {
            if (welcomed) {
                answer(frame, out);
            } else {
                welcomed = true;
                out.writeBytes(frame);
            }
        }
        return out.toByteArray();
    }

    private void answer(byte[] frame, ByteArrayOutputStream out) {
        ByteBuffer fields = ByteBuffer.wrap(frame);
        int xid = fields.getInt(4);
        boolean event = xid == Xid.NOTIFICATION;
        OpCode opCode = asked.get(xid);
        forbidding.remove(xid);
        switch (defect) {
            case EVENT_LOST -> {
                if (event && chance.oneIn(4)) {
                    return;
                }
            }
            case EVENT_TWICE -> {
                if (event && chance.oneIn(4)) {
                    out.writeBytes(frame);
                }
            }
            case EVENT_AFTER_ANSWER -> {
                if (event) {
                    held.add(frame);
                    return;
                }
            }
            case ANSWERS_SWAPPED -> {
                if (!event && held.isEmpty() && chance.oneIn(10)) {
                    held.add(frame);
                    return;
                }
            }
            case ERROR_FOR_WHAT_HAPPENED -> {
                if (opCode == OpCode.CREATE2 && fields.getInt(ERROR_AT) == 0 && chance.oneIn(4)) {
                    byte[] failed = Arrays.copyOf(frame, HEADER_BYTES);
                    ByteBuffer.wrap(failed).putInt(0, HEADER_BYTES - 4).putInt(ERROR_AT, NODE_EXISTS);
                    out.writeBytes(failed);
                    return;
                }
            }
            case ACL_OF_BEFORE_THE_BATCH, RIGHTS_OF_ANOTHER -> {
                if (xid == Xid.AUTH && !proofs.remove()) {
                    return;
                }
            }
            case MAP_ORDER_REACHES_A_FRAME -> {
                if (opCode == OpCode.GET_CHILDREN2 && fields.getInt(ERROR_AT) == 0) {
                    out.writeBytes(inOrderOfIdentity(frame));
                    return;
                }
            }
            case ZXID_LARGER_THAN_THE_READ -> {
                long zxid = event ? 0 : fields.getLong(ZXID_AT);
                for (byte[] read : held) {
                    ByteBuffer.wrap(read)
                            .putLong(ZXID_AT, Math.max(ByteBuffer.wrap(read).getLong(ZXID_AT), zxid));
                    out.writeBytes(read);
                }
                held.clear();
                if (opCode != null && opCode.kind() == OpCode.Kind.READ) {
                    held.add(frame);
                    return;
                }
            }
            case READ_FROM_BEFORE_AN_EVENT, READ_FROM_BEFORE_A_RETURN -> {
                out.writeBytes(perhapsEarlier(frame, event, questions.getOrDefault(xid, "")));
                return;
            }
            default -> {}
        }
        out.writeBytes(frame);
        held.forEach(out::writeBytes);
        held.clear();
    }

    private byte[] perhapsEarlier(byte[] frame, boolean isEvent, String question) {
        long of = session.getAsLong();
        byte[] sent = isEvent ? frame : earlier.answered(of, question, frame, newestSent);
        if (isEvent) {
            earlier.told(of, frame);
        }
        newestSent = Math.max(newestSent, EarlierAnswers.zxidOf(sent));
        return sent;
    }

    private static byte[] inOrderOfIdentity(byte[] frame) {
        WireReader in = WireReader.of(frame);
        in.int32("length");
        ReplyHeader header = ReplyHeader.read(in);
        Response.ChildrenWithStat children = (Response.ChildrenWithStat) Response.read(OpCode.GET_CHILDREN2, in);
        Map<Object, String> unordered = new HashMap<>();
        children.names().forEach(each -> unordered.put(new Object(), each));
        WireWriter out = new WireWriter();
        int mark = out.beginFrame();
        header.write(out);
        new Response.ChildrenWithStat(List.copyOf(unordered.values()), children.stat()).write(out);
        out.endFrame(mark);
        return out.toArray();
    }
}
