package baton.spring.config;

import baton.core.Payload;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;

/** A node's bytes, named by its path in messages and origins. */
final class NodeText extends ByteArrayResource {
    private final String path;

    NodeText(String path, Payload data) {
        super(data.toByteArray());
        this.path = path;
    }

    /** Stands in front of line and column in messages. */
    @Override
    public String getDescription() {
        return "node " + path;
    }

    @Override
    public String getFilename() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
