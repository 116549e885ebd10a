package baton.recipes.config;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;

/** Somebody else published meanwhile. Nothing was changed; read, merge, and publish again. */
public final class ConfigConflictException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    ConfigConflictException(NodePath path, String expected, String found) {
        super(CoreError.STALE, path, path + ": expected " + expected + ", found " + found);
    }
}
