package baton.client;

import baton.core.CoordinationCore;
import baton.core.CoreAccess;
import baton.core.CoreProvider;
import baton.core.Encryption;
import baton.core.TlsContexts;
import baton.core.TlsFiles;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.StoreFormat;
import baton.protocol.tls.TlsException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes a {@link ZnodeCore} of {@code zk://host:port,...[/chroot]}; a login becomes an identity of scheme digest. */
public final class ZnodeCoreProvider implements CoreProvider {
    private static final String SCHEME = "zk";

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public CoordinationCore connect(String address, CoreAccess access) {
        ZnodeCore.Builder builder = ZnodeCore.builder(address.substring((SCHEME + "://").length()));
        access.login()
                .ifPresent(login -> builder.auth(
                        "digest", (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8)));
        access.tls().ifPresent(how -> encrypt(builder, how));
        return builder.build();
    }

    private static void encrypt(ZnodeCore.Builder builder, Encryption how) {
        if (how instanceof TlsContexts contexts) {
            builder.tls(contexts);
        } else if (how instanceof TlsFiles files) {
            read(builder, files);
        }
    }

    private static void read(ZnodeCore.Builder builder, TlsFiles files) {
        StoreFile trusted = files.trusted()
                .map(file -> new StoreFile(List.of(file), StoreFormat.PEM, Secret.EMPTY))
                .orElse(null);
        StoreFile keys = files.certificate().isPresent()
                ? StoreFile.pem(files.certificate().get(), files.key().orElseThrow())
                : null;
        try {
            builder.tls(new TlsOptions(trusted, keys, TlsOptions.NameCheck.REQUIRED));
        } catch (TlsException unusable) {
            throw new IllegalArgumentException(unusable.getMessage(), unusable);
        }
    }
}
