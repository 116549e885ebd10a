package baton.core;

/**
 * Names a session at its store. Never reused.
 *
 * @param value opaque and printable, such as {@code 0x100002a7b3c0001}
 */
public record SessionId(String value) {
    public SessionId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a session id must not be empty");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
