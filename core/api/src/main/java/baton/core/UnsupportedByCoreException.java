package baton.core;

/** A recipe or operation needs an ability this core lacks. */
public final class UnsupportedByCoreException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    private final Capability missing;

    public UnsupportedByCoreException(Capability missing, String message) {
        super(CoreError.UNSUPPORTED, null, message);
        this.missing = missing;
    }

    public Capability missing() {
        return missing;
    }
}
