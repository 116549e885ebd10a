package baton.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The result of one operation of a multi.
 *
 * <pre>int32 type, bool done = false, int32 err, body of the type</pre>
 *
 * <p>When an operation of a {@link Request.Multi} fails, every result is a {@link Failed}: with 0 before the failing
 * operation, its error at it, and {@link ErrorCode#RUNTIME_INCONSISTENCY} after it. The operations of a
 * {@link Request.MultiRead} fail each by itself.
 */
public sealed interface MultiResult {
    /** Writes the result with its header. */
    void write(WireWriter out);

    /**
     * An operation that was done.
     *
     * @param type {@code CREATE}, {@code CREATE2} (for everything that answers with path and stat), {@code DELETE},
     *     {@code SET_DATA}, {@code CHECK}, {@code GET_DATA} or {@code GET_CHILDREN}
     */
    record Done(OpCode type, Response response) implements MultiResult {
        public Done {
            if (!isResult(type)) {
                throw new IllegalArgumentException(type + " is not the type of a result in a multi");
            }
        }

        /** Makes the result of an operation; creations that answer with a stat all become {@code CREATE2}. */
        public static Done of(OpCode operation, Response response) {
            return new Done(shown(operation), response);
        }

        private static OpCode shown(OpCode operation) {
            boolean withStat = operation == OpCode.CREATE_CONTAINER || operation == OpCode.CREATE_TTL;
            return withStat ? OpCode.CREATE2 : operation;
        }

        /** Writes what stands before the answer to the operation, for whoever writes that without making it. */
        public static void writeHeader(OpCode operation, WireWriter out) {
            MultiSequence.writeHeader(out, shown(operation), 0);
        }

        private static boolean isResult(OpCode type) {
            return switch (type) {
                case CREATE, CREATE2, DELETE, SET_DATA, CHECK, GET_DATA, GET_CHILDREN -> true;
                default -> false;
            };
        }

        @Override
        public void write(WireWriter out) {
            MultiSequence.writeHeader(out, type, 0);
            response.write(out);
        }
    }

    /**
     * An operation that was not done.
     *
     * @param error number of an {@link ErrorCode}, or one this release does not know
     */
    record Failed(int error) implements MultiResult {
        public Failed(ErrorCode error) {
            this(error.code());
        }

        /** Returns the error, or null if this release does not know it. */
        public @Nullable ErrorCode errorCode() {
            return ErrorCode.find(error);
        }

        @Override
        public void write(WireWriter out) {
            MultiSequence.writeHeader(out, OpCode.ERROR, error);
            out.int32(error);
        }
    }

    /** Writes what stands behind the last result. */
    static void writeEnd(WireWriter out) {
        MultiSequence.writeEnd(out);
    }

    /** Reads what follows the header; null if the type cannot be a result. */
    static @Nullable MultiResult readBody(OpCode type, WireReader in) {
        if (type == OpCode.ERROR) {
            return new Failed(in.int32("multi.result"));
        }
        return Done.isResult(type) ? new Done(type, Response.read(type, in)) : null;
    }
}
