package baton.etcd;

import baton.core.CoordinationCore;
import baton.core.CoreAccess;
import baton.core.CoreProvider;

/** Makes an {@link EtcdCore} of {@code etcd://host:port,...[/namespace]}. */
public final class EtcdCoreProvider implements CoreProvider {
    @Override
    public String scheme() {
        return EtcdAddress.SCHEME;
    }

    @Override
    public CoordinationCore connect(String address, CoreAccess access) {
        EtcdCore.Builder builder = EtcdCore.builder(address);
        access.login().ifPresent(builder::login);
        access.tls().ifPresent(builder::tls);
        return builder.build();
    }
}
