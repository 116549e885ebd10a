package baton.shell.console;

import baton.core.CoordinationCore;
import baton.etcd.EtcdAddress;
import baton.etcd.EtcdCore;
import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import java.time.Duration;
import java.util.Optional;

/** An etcd: it has no znodes, so commands about them are refused; those about recipes work as anywhere. */
final class NoZnodes implements Znodes {
    private final String address;
    private final Duration sessionTimeout;

    private NoZnodes(String address, Duration sessionTimeout) {
        this.address = address;
        this.sessionTimeout = sessionTimeout;
    }

    static boolean isMeant(String servers) {
        return servers.startsWith(EtcdAddress.SCHEME + "://");
    }

    /** @throws WrongUsageException if the address is not written as it should be */
    static Znodes open(String address, Duration sessionTimeout) {
        try {
            EtcdAddress.parse(address);
            return new NoZnodes(address, sessionTimeout);
        } catch (IllegalArgumentException malformed) {
            throw new WrongUsageException(String.valueOf(malformed.getMessage()));
        }
    }

    @Override
    public Response ask(Scope scope, String path, Request request) {
        throw new CommandRefusedException(
                "NoZnodes",
                path,
                "there are no znodes in etcd: locks, leaders, services, members, queues and watch work here");
    }

    @Override
    public Optional<Response> glimpse(Request request) {
        return Optional.empty();
    }

    @Override
    public String chroot() {
        return "";
    }

    @Override
    public Store openStore() {
        CoordinationCore core = EtcdCore.connect(address);
        return new Store(core, address, sessionTimeout);
    }

    @Override
    public void identified(String scheme, Bytes proof) {
        throw new IllegalStateException("nothing was asked, so nothing was accepted");
    }

    @Override
    public String state() {
        return "CONNECTED";
    }

    @Override
    public void close() {
        // The store is closed by who opened it.
    }
}
