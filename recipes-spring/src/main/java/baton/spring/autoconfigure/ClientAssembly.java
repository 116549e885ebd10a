package baton.spring.autoconfigure;

import baton.client.ZnodeCore;
import baton.core.CoordinationCore;
import baton.core.CoreAccess;
import baton.core.Login;
import baton.recipes.CoordinationClient;
import baton.spring.CoordinationClientCustomizer;
import baton.spring.StartRefusedException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.StringUtils;

/**
 * Puts core and client together from properties: for the context, and earlier for what is imported from the store.
 *
 * @param properties of the application
 * @param name of the application; null if it has none
 * @param virtualThreads whether the application asks for them
 */
record ClientAssembly(BatonProperties properties, @Nullable String name, boolean virtualThreads) {
    CoordinationCore core(
            CoreChoice choice,
            List<String> servers,
            Optional<BundledTls> tls,
            List<ZnodeCoreCustomizer> customizers,
            Optional<EmbeddedCores> embedded) {
        if (choice.kind() == CoreKind.ETCD) {
            return connectEtcd(String.join(",", servers), tls);
        }
        if (choice.kind() != CoreKind.EMBEDDED) {
            return connect(choice.kind(), String.join(",", servers), tls, customizers);
        }
        return embedded.orElseThrow().open(properties.embedded());
    }

    CoordinationClient client(CoordinationCore core, List<CoordinationClientCustomizer> customizers) {
        CoordinationClient.Builder builder = CoordinationClient.builder(core)
                .namespace(Namespaces.of(properties, name, core.info().kind()))
                .sessionTimeout(properties.sessionTimeout())
                .leasePolicy(properties.leasePolicy())
                .clientId(clientId());
        if (StringUtils.hasText(properties.scopeId())) {
            builder.scopeId(properties.scopeId());
        }
        Boolean virtual = properties.threads().virtual();
        if (!(virtual == null ? virtualThreads : virtual)) {
            builder.listenerExecutor(platformThreads());
        }
        customizers.forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    /** How others see this instance. */
    String clientId() {
        if (StringUtils.hasText(properties.clientId())) {
            return properties.clientId();
        }
        String host = System.getenv("HOSTNAME");
        if (!StringUtils.hasText(host)) {
            host = hostName();
        }
        return host + ":" + ProcessHandle.current().pid();
    }

    private ZnodeCore connect(
            CoreKind kind, String servers, Optional<BundledTls> tls, List<ZnodeCoreCustomizer> customizers) {
        try {
            ZnodeCore.Builder builder =
                    ZnodeCore.builder(servers).kind(kind.name().toLowerCase(Locale.ROOT));
            Optional<BatonProperties.Digest> identity =
                    Optional.ofNullable(properties.auth().digest());
            identity.ifPresent(digest -> builder.auth(
                    "digest", (digest.username() + ":" + digest.password()).getBytes(StandardCharsets.UTF_8)));
            builder.acl(NodeAccess.of(properties.acl(), identity));
            tls.ifPresent(builder::tls);
            customizers.forEach(customizer -> customizer.customize(builder));
            return builder.build();
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    "Property baton.connect is \"" + servers + "\": " + malformed.getMessage() + ".",
                    "Write host:port, several with commas, such as h1:2181,h2:2181/app.");
        }
    }

    private CoordinationCore connectEtcd(String servers, Optional<BundledTls> tls) {
        BatonProperties.Etcd etcd = properties.etcd();
        CoreAccess known = StringUtils.hasText(etcd.username())
                ? CoreAccess.OPEN.as(new Login(etcd.username(), etcd.password() == null ? "" : etcd.password()))
                : CoreAccess.OPEN;
        try {
            return CoordinationCore.connect(servers, tls.map(known::over).orElse(known));
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    "Property baton.connect is \"" + servers + "\": " + malformed.getMessage() + ".",
                    "Write etcd://host:2379,host2:2379, and add the dependency baton:baton-etcd.");
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }

    /** As many as are busy; they end by themselves a second after they were needed. */
    private static Executor platformThreads() {
        CustomizableThreadFactory threads = new CustomizableThreadFactory("baton-listener-");
        threads.setDaemon(true);
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
    }
}
