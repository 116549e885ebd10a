package baton.server.conformance;

import baton.server.config.AuthSettings;
import baton.server.config.SaslSettings;
import java.util.Map;
import java.util.Set;

/** How our server must be set to do what Apache ZooKeeper does with the system properties of this module's tests. */
final class ApacheTwin {
    /** The proof of the user that passes every check. */
    static final String SUPER = "super:secret";

    static final AuthSettings AUTH = AuthSettings.DEFAULT
            .withSuperDigest("super:lK75jTNcA+U9vtVEw5vB51mj/w4=")
            .withSasl(new SaslSettings(true, Map.of(), Set.of(), null, false));

    private ApacheTwin() {}
}
