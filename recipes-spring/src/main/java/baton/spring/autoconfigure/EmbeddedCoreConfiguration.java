package baton.spring.autoconfigure;

import baton.core.CoordinationCore;
import baton.embedded.EmbeddedCore;
import baton.server.StartFailedException;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.spring.StartRefusedException;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/** Makes embedded cores, if they are on the class path. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(EmbeddedCore.class)
final class EmbeddedCoreConfiguration {

    @Bean
    EmbeddedCores batonEmbeddedCores() {
        return EmbeddedCoreConfiguration::open;
    }

    static CoordinationCore open(BatonProperties.Embedded settings) {
        String directory = settings.dataDir();
        try {
            if (settings.port() != 0) {
                ServerSettings server = StringUtils.hasText(directory)
                        ? ServerSettings.inDirectory(Path.of(directory))
                        : ServerSettings.inMemory();
                return EmbeddedCore.start(server.withListen(ListenAddress.EPHEMERAL.withPort(settings.port())));
            }
            return StringUtils.hasText(directory)
                    ? EmbeddedCore.inDirectory(Path.of(directory))
                    : EmbeddedCore.inMemory();
        } catch (StartFailedException refused) {
            throw new StartRefusedException(
                    "The embedded core cannot start: " + refused.getMessage() + ".",
                    "Correct baton.embedded.data-dir or baton.embedded.port.");
        }
    }
}
