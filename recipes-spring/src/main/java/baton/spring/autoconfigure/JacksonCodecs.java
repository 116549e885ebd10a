package baton.spring.autoconfigure;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/** Codecs by Jackson, if it is there; with the application's mapper if that has one. */
final class JacksonCodecs {
    private static final String MEDIA_TYPE = "application/json";

    private JacksonCodecs() {}

    static Optional<Function<ResolvableType, Codec<?>>> ifPresent(ConfigurableBeanFactory beans) {
        boolean present = ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper", beans.getBeanClassLoader());
        return present ? Optional.of(type -> Present.codec(beans, type)) : Optional.empty();
    }

    /** Loaded only if Jackson is there. */
    private static final class Present {
        static Codec<Object> codec(BeanFactory beans, ResolvableType type) {
            JsonMapper mapper = beans.getBeanProvider(JsonMapper.class)
                    .getIfAvailable(() -> JsonMapper.builder().build());
            JavaType java = mapper.constructType(type.getType());
            return Codec.of(
                    MEDIA_TYPE, value -> Payload.of(mapper.writeValueAsBytes(value)), data -> read(mapper, java, data));
        }

        private static Object read(JsonMapper mapper, JavaType type, Payload data) {
            try {
                return mapper.readValue(data.toByteArray(), type);
            } catch (JacksonException malformed) {
                throw new CodecException(MEDIA_TYPE, data, malformed.getOriginalMessage(), malformed);
            }
        }
    }
}
