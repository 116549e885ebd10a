package baton.recipes;

import baton.core.Payload;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * Turns values into the bytes of a node and back. Runs on the listener executor, never on an internal thread.
 *
 * @param <T> the values
 */
public interface Codec<T> {
    Payload encode(T value);

    /** @throws CodecException if these bytes are no such value */
    T decode(Payload data);

    /** Names the format, such as {@code text/plain; charset=utf-8}. */
    String mediaType();

    static Codec<String> utf8() {
        return of("text/plain; charset=utf-8", Payload::utf8, Payload::utf8);
    }

    static Codec<byte[]> bytes() {
        return of("application/octet-stream", Payload::of, Payload::toByteArray);
    }

    /** Four bytes, big end first. */
    static Codec<Integer> int32() {
        return of(
                "application/octet-stream",
                value -> Payload.of(ByteBuffer.allocate(4).putInt(value).array()),
                data -> sized(data, 4).getInt());
    }

    /** Eight bytes, big end first. */
    static Codec<Long> int64() {
        return of(
                "application/octet-stream",
                value -> Payload.of(ByteBuffer.allocate(8).putLong(value).array()),
                data -> sized(data, 8).getLong());
    }

    /** A codec of two functions; what {@code decoder} throws at run time becomes a {@link CodecException}. */
    static <T> Codec<T> of(String mediaType, Function<T, Payload> encoder, Function<Payload, T> decoder) {
        return new Codec<>() {
            @Override
            public Payload encode(T value) {
                return encoder.apply(value);
            }

            @Override
            public T decode(Payload data) {
                try {
                    return decoder.apply(data);
                } catch (CodecException known) {
                    throw known;
                } catch (IllegalArgumentException | IllegalStateException | BufferUnderflowException malformed) {
                    throw new CodecException(mediaType, data, String.valueOf(malformed.getMessage()), malformed);
                }
            }

            @Override
            public String mediaType() {
                return mediaType;
            }
        };
    }

    private static ByteBuffer sized(Payload data, int bytes) {
        if (data.length() != bytes) {
            throw new IllegalArgumentException("expected " + bytes + " bytes");
        }
        return ByteBuffer.wrap(data.toByteArray());
    }
}
