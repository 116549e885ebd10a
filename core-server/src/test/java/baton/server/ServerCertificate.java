package baton.server;

import baton.core.testkit.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands tests the certificate of a server on loopback, which takes a while to make: once for all who ask. */
final class ServerCertificate implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(ServerCertificate.class);

    /** It, and the directory that goes when the last test has ended. */
    private record Made(Path directory, TestCertificate certificate) implements AutoCloseable {
        static Made anew() {
            try {
                Path directory = Files.createTempDirectory("certificate");
                return new Made(directory, TestCertificate.ofServer(directory, "server"));
            } catch (IOException full) {
                throw new UncheckedIOException("cannot make a directory", full);
            }
        }

        @Override
        public void close() throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                List<Path> innerFirst = files.sorted(Comparator.reverseOrder()).toList();
                for (Path each : innerFirst) {
                    Files.delete(each);
                }
            }
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
