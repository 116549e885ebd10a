package baton.client;

import baton.client.TlsOptions.NameCheck;
import baton.client.session.ServerAddress;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The client's side of TLS: makes what encrypts each connection. Versions 1.3 and 1.2. Thread-safe. */
final class TlsClient {
    private static final long HANDSHAKE_MILLIS_MAX = 5_000;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SslContext context;

    /**
     * Reads what the options name.
     *
     * @throws TlsException naming the file and what is wrong with it
     */
    TlsClient(TlsOptions options) throws TlsException {
        StoreFile trust = options.trust();
        StoreFile keys = options.keys();
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(PROTOCOLS)
                .endpointIdentificationAlgorithm(options.names() == NameCheck.REQUIRED ? "HTTPS" : "");
        if (trust != null) {
            builder.trustManager(trust.trust());
        }
        if (keys != null) {
            builder.keyManager(keys.keys());
        }
        try {
            context = builder.build();
        } catch (IOException e) {
            throw new TlsException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    SslHandler handler(ByteBufAllocator allocator, ServerAddress server) {
        SslHandler handler = context.newHandler(allocator, server.host(), server.port());
        handler.setHandshakeTimeout(HANDSHAKE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        return handler;
    }
}
