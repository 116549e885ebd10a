package baton.spring.tasks;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.spring.StartRefusedException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * Finds how a type is turned into bytes: by a codec of the application, else text and bytes as they are, else JSON if
 * Jackson is there.
 *
 * @param own the codec the application has for a type, if any
 * @param json the codec for any type, if Jackson is there
 */
public record TaskCodecs(
        Function<ResolvableType, Optional<Codec<?>>> own, Optional<Function<ResolvableType, Codec<?>>> json) {

    /** @throws StartRefusedException if there is none, naming the type and who asks */
    @SuppressWarnings("unchecked") // What is found for a type is a codec of that type.
    Codec<Object> of(ResolvableType type, String asking) {
        Class<?> raw = type.resolve();
        if (raw == void.class || raw == Void.class) {
            return (Codec<Object>) (Codec<?>) new NothingCodec();
        }
        Optional<Codec<?>> codec = own.apply(type);
        if (codec.isEmpty() && raw == String.class) {
            codec = Optional.of(Codec.utf8());
        }
        if (codec.isEmpty() && raw == byte[].class) {
            codec = Optional.of(Codec.bytes());
        }
        if (codec.isEmpty() && raw != null && raw != Object.class) {
            codec = json.map(made -> made.apply(type));
        }
        return (Codec<Object>) codec.orElseThrow(() -> new StartRefusedException(
                asking + " needs a codec for " + type + ", and there is none.",
                "Write out the type, and add Jackson (tools.jackson.core:jackson-databind) or a bean of type Codec<"
                        + (raw == null ? "..." : raw.getSimpleName()) + ">; text and bytes need none."));
    }

    /** The result of a handler that has none. */
    private static final class NothingCodec implements Codec<Object> {
        @Override
        public Payload encode(@Nullable Object nothing) {
            return Payload.EMPTY;
        }

        @Override
        @SuppressWarnings("NullAway") // The one value of the type Void; a task's result may be null.
        public Object decode(Payload data) {
            return null;
        }

        @Override
        public String mediaType() {
            return "application/octet-stream";
        }
    }
}
