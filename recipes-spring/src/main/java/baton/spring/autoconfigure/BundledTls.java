package baton.spring.autoconfigure;

import baton.core.TlsContext;
import baton.core.TlsContexts;
import baton.spring.StartRefusedException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.StringUtils;

/**
 * Encryption by one of Boot's SSL bundles. A bundle that is reloaded is used from the next connection on; one that
 * cannot be used any more is not, and the former stays. Safe for use by many threads.
 */
final class BundledTls implements TlsContexts {
    private static final Logger log = LoggerFactory.getLogger(BundledTls.class);

    private final String name;
    /** Writers: whoever makes this, later Boot when it has reloaded the bundle. */
    private volatile TlsContext current;

    private BundledTls(String name, SslBundle bundle) {
        this.name = name;
        this.current = context(bundle);
    }

    /**
     * What the properties ask for; nothing for an embedded core, which has no connections to servers.
     *
     * @param bundles that are known; null if there are none
     * @throws StartRefusedException if the bundle is unknown or cannot be used
     */
    static Optional<BundledTls> of(CoreChoice choice, BatonProperties.Ssl ssl, @Nullable SslBundles bundles) {
        if (choice.kind() == CoreKind.EMBEDDED || !ssl.isWanted()) {
            return Optional.empty();
        }
        String name = ssl.bundle();
        if (name == null || !StringUtils.hasText(name)) {
            return Optional.of(new BundledTls("of the JDK", SslBundle.systemDefault()));
        }
        try {
            if (bundles == null) {
                throw new NoSuchSslBundleException(name, "there are no bundles");
            }
            BundledTls tls = new BundledTls(name, bundles.getBundle(name));
            tls.follow(bundles);
            return Optional.of(tls);
        } catch (NoSuchSslBundleException unknown) {
            List<String> known = bundles == null ? List.of() : bundles.getBundleNames();
            throw new StartRefusedException(
                    "Property baton.ssl.bundle is \"" + name + "\", but there is no SSL bundle of this name, only "
                            + known + ".",
                    "Correct the name, or define the bundle below spring.ssl.bundle.pem." + name
                            + " or spring.ssl.bundle.jks." + name + ".");
        } catch (IllegalStateException | IllegalArgumentException unusable) {
            throw new StartRefusedException(
                    "Property baton.ssl.bundle is \"" + name + "\", and this SSL bundle cannot be used: "
                            + reason(unusable) + ".",
                    "Correct what stands below spring.ssl.bundle for it.");
        }
    }

    /**
     * What a service connection brings along; nothing if it brings none.
     *
     * @throws StartRefusedException if the bundle cannot be used
     */
    static Optional<BundledTls> of(CoordinationConnectionDetails connection) {
        SslBundle bundle = connection.getSslBundle();
        if (bundle == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BundledTls("of the connection details", bundle));
        } catch (IllegalStateException | IllegalArgumentException unusable) {
            throw new StartRefusedException(
                    "The SSL bundle of " + connection.getClass().getName() + " cannot be used: " + reason(unusable)
                            + ".",
                    "Correct what the bean's getSslBundle() returns, or let it return null and set baton.ssl.bundle.");
        }
    }

    /** Takes this and every newer version of the bundle; called again when the context has bundles of its own. */
    synchronized void follow(SslBundles bundles) {
        if (bundles.getBundleNames().contains(name)) {
            bundles.addBundleUpdateHandler(name, this::renew);
            current = context(bundles.getBundle(name));
        }
    }

    // Waits for a follow: what it reads may be older than this.
    private synchronized void renew(SslBundle newer) {
        try {
            current = context(newer);
            log.info("renewed certificates bundle={}", name);
        } catch (IllegalStateException | IllegalArgumentException unusable) {
            log.warn("kept former certificates bundle={} reason=\"{}\"", name, reason(unusable));
        }
    }

    @Override
    public TlsContext current() {
        return current;
    }

    private static TlsContext context(SslBundle bundle) {
        SslOptions options = bundle.getOptions();
        return new TlsContext(
                bundle.createSslContext(), list(options.getEnabledProtocols()), list(options.getCiphers()));
    }

    private static List<String> list(String @Nullable [] values) {
        return values == null ? List.of() : List.of(values);
    }

    private static @Nullable String reason(Exception failure) {
        return NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
    }
}
