package baton.recipes;

import baton.core.Payload;
import org.jspecify.annotations.Nullable;

/** Bytes that are not what their reader expected. The data is wrong, not the connection: a retry cannot help. */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CodecException(String mediaType, Payload data, String why, @Nullable Throwable cause) {
        super("not " + mediaType + " (" + data.length() + " bytes): " + why, cause);
    }
}
