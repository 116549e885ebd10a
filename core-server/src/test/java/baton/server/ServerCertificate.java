package baton.server;

import baton.core.testkit.TemporaryDirectory;
import baton.core.testkit.TestCertificate;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands tests the certificate of a server on loopback, which takes a while to make: once for all who ask. */
final class ServerCertificate implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(ServerCertificate.class);

    /** It, and the directory that goes when the last test has ended. */
    private record Made(TemporaryDirectory directory, TestCertificate certificate) implements AutoCloseable {
        static Made anew() {
            TemporaryDirectory directory = TemporaryDirectory.named("certificate");
            return new Made(directory, TestCertificate.ofServer(directory.path(), "server"));
        }

        @Override
        public void close() {
            directory.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == TestCertificate.class;
    }

    @Override
    public TestCertificate resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Made.class, key -> Made.anew(), Made.class)
                .certificate();
    }
}
