package baton.spring.autoconfigure;

import baton.client.ZnodeCore;
import baton.core.CoordinationCore;
import baton.protocol.Acl;
import baton.recipes.CoordinationClient;
import baton.spring.CoordinationClientCustomizer;
import baton.spring.CoordinationConnectionEvent;
import baton.spring.EventDelivery;
import baton.spring.StartRefusedException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Makes the coordination core and the client, and publishes what becomes of the connection. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "baton.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BatonProperties.class)
@Import(EmbeddedCoreConfiguration.class)
public final class BatonAutoConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(BatonAutoConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    EventDelivery batonEventDelivery(ConfigurableApplicationContext context, BatonProperties properties) {
        return new EventDelivery(context, properties.events().beforeReady());
    }

    /** Core and client, unless the application brings a client of its own. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(CoordinationClient.class)
    static class ClientConfiguration {

        @Bean
        @ConditionalOnMissingBean
        CoordinationCore batonCore(
                BatonProperties properties, Environment environment, ObjectProvider<EmbeddedCores> embedded) {
            CoreChoice choice = CoreChoice.of(properties, environment, embedded.getIfAvailable() != null);
            if (choice.kind() != CoreKind.EMBEDDED) {
                return connect(properties, choice.kind());
            }
            if (!choice.written()) {
                LOG.warn("using the embedded core: coordinates one process only; several need baton.connect");
            }
            return embedded.getObject().open(properties.embedded());
        }

        @Bean
        CoordinationClient batonClient(
                CoordinationCore core,
                BatonProperties properties,
                Environment environment,
                ObjectProvider<CoordinationClientCustomizer> customizers) {
            CoordinationClient.Builder builder = CoordinationClient.builder(core)
                    .namespace(
                            Namespaces.of(properties, environment, core.info().kind()))
                    .sessionTimeout(properties.sessionTimeout())
                    .leasePolicy(properties.leasePolicy())
                    .clientId(properties.clientId() == null ? clientId() : properties.clientId());
            if (StringUtils.hasText(properties.scopeId())) {
                builder.scopeId(properties.scopeId());
            }
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
            return builder.build();
        }

        @Bean
        ClientLifecycle batonClientLifecycle(CoordinationClient client, BatonProperties properties) {
            return new ClientLifecycle(client, properties.start());
        }

        private static CoordinationCore connect(BatonProperties properties, CoreKind kind) {
            try {
                ZnodeCore.Builder builder = ZnodeCore.builder(String.join(",", properties.connect()))
                        .kind(kind.name().toLowerCase(Locale.ROOT));
                BatonProperties.Digest digest = properties.auth().digest();
                if (digest != null) {
                    String proof = digest.username() + ":" + digest.password();
                    builder.auth("digest", proof.getBytes(StandardCharsets.UTF_8));
                }
                if (properties.acl() == BatonProperties.NodeAccess.CREATOR) {
                    requireIdentity(digest);
                    builder.acl(Acl.CREATOR_ALL);
                }
                return builder.build();
            } catch (IllegalArgumentException malformed) {
                throw new StartRefusedException(
                        "Property baton.connect is \"" + String.join(",", properties.connect()) + "\": "
                                + malformed.getMessage() + ".",
                        "Write host:port, several with commas, such as h1:2181,h2:2181/app.");
            }
        }

        private static void requireIdentity(BatonProperties.@Nullable Digest digest) {
            if (digest == null) {
                throw new StartRefusedException(
                        "baton.acl=creator gives all rights to the identities of this application, and it has none.",
                        "Set baton.auth.digest.username and baton.auth.digest.password.");
            }
        }

        private static String clientId() {
            String host;
            try {
                host = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException unnamed) {
                host = "localhost";
            }
            return host + ":" + ProcessHandle.current().pid();
        }
    }

    /** Turns what the client says of its connection into events. */
    @Bean
    @ConditionalOnBean(CoordinationClient.class)
    SmartInitializingSingleton batonConnectionEvents(CoordinationClient client, EventDelivery events) {
        return () -> client.getConnectionStateListenable()
                .add(event -> events.publish(
                        "connection",
                        new CoordinationConnectionEvent(event.state(), event.epoch(), event.newSession())));
    }
}
