package baton.core;

import org.jspecify.annotations.Nullable;

/** The session is over. What was asked did not happen and must not be asked again under another session. */
public final class SessionEndedException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    public SessionEndedException(@Nullable NodePath path, String message) {
        super(CoreError.SESSION_ENDED, path, message);
    }
}
