package baton.recipes.config;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;

/** There is no good value yet: neither the store, nor the disk, nor the application had one. */
public final class NotReadyException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    NotReadyException(NodePath path, String why) {
        super(CoreError.UNAVAILABLE, path, "no configuration from " + path + " yet: " + why);
    }
}
