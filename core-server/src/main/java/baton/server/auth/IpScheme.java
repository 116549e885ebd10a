package baton.server.auth;

import baton.protocol.Bytes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address a client connects from, IPv4 in dotted decimal or IPv6.
 *
 * <p>The server gives each connection its address as an identity. A list names an address, or a network as
 * {@code address/bits}. Addresses of different families never match.
 */
public final class IpScheme implements AuthScheme {
    public static final String NAME = "ip";

    @Override
    public String name() {
        return NAME;
    }

    /** Accepts every proof and adds nothing: a connection has its address already. */
    @Override
    public Optional<List<Identity>> authenticate(@Nullable Bytes proof) {
        return Optional.of(List.of());
    }

    @Override
    public boolean accepts(String id) {
        return IpNetwork.parse(id).isPresent();
    }

    @Override
    public boolean matches(String clientId, String listedId) {
        Optional<IpNetwork> client = IpNetwork.parse(clientId);
        Optional<IpNetwork> listed = IpNetwork.parse(listedId);
        return client.isPresent() && listed.isPresent() && listed.get().contains(client.get());
    }

    @Override
    public boolean provesIdentity() {
        return false;
    }

    @Override
    public String userOf(String id) {
        return id;
    }
}
