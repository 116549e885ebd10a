package baton.client;

import baton.core.CoordinationCore;
import baton.core.CoreAccess;
import baton.core.CoreProvider;
import java.nio.charset.StandardCharsets;

/** Makes a {@link ZnodeCore} of {@code zk://host:port,...[/chroot]}; a login becomes an identity of scheme digest. */
public final class ZnodeCoreProvider implements CoreProvider {
    private static final String SCHEME = "zk";

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public CoordinationCore connect(String address, CoreAccess access) {
        if (access.tls().isPresent()) {
            throw new IllegalArgumentException("address \"" + address + "\": this client does not encrypt yet");
        }
        ZnodeCore.Builder builder = ZnodeCore.builder(address.substring((SCHEME + "://").length()));
        access.login()
                .ifPresent(login -> builder.auth(
                        "digest", (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8)));
        return builder.build();
    }
}
