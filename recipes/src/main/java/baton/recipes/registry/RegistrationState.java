package baton.recipes.registry;

/** What has become of a registration. */
public enum RegistrationState {
    /** The store does not hold it yet, or not any more. */
    REGISTERING,
    /** The store holds it, as far as we know. */
    REGISTERED,
    /** It was taken out of service and will be unregistered. */
    DRAINING,
    /** For good. */
    UNREGISTERED
}
