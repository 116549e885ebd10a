package baton.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape that the requests and the answers of a multi share: headers and bodies, ended by a header that says so.
 *
 * <pre>
 * { int32 type, bool done = false, int32 err, body of the type } ... { int32 -1, bool done = true, int32 -1 }
 * </pre>
 *
 * <p>In a request {@code err} is -1 and not looked at. A multi cannot be inside another, so there is no depth to bound.
 */
final class MultiSequence {
    private static final int HEADER_BYTES = 9;

    private MultiSequence() {}

    static <T> List<T> read(WireReader in, Body<T> body) {
        List<T> elements = new ArrayList<>();
        while (true) {
            int type = in.int32("multi.type");
            boolean done = in.bool("multi.done");
            in.int32("multi.err");
            if (done) {
                return List.copyOf(elements);
            }
            OpCode known = OpCode.find(type);
            T element = known == null ? null : body.read(known, in);
            if (element == null) {
                throw in.failure("multi.type", HEADER_BYTES, "type " + type + " is not allowed in this multi");
            }
            elements.add(element);
        }
    }

    static void writeRequests(WireWriter out, List<? extends Request> ops) {
        for (Request each : ops) {
            writeHeader(out, each.opCode(), -1);
            each.write(out);
        }
        writeEnd(out);
    }

    static void writeHeader(WireWriter out, OpCode type, int error) {
        out.int32(type.code()).bool(false).int32(error);
    }

    static void writeEnd(WireWriter out) {
        out.int32(-1).bool(true).int32(-1);
    }

    /** Reads the body of one element. */
    @FunctionalInterface
    interface Body<T> {
        /** Returns the element; or null, without having read anything, if the type is not allowed. */
        @Nullable
        T read(OpCode type, WireReader in);
    }
}
