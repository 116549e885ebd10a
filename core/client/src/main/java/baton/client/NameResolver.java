package baton.client;

import baton.client.session.ServerAddress;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Finds the addresses of a host name anew for each attempt, away from the event loop, which must not block. */
record NameResolver(Executor executor) {

    /** Hands the addresses to {@code then} on the loop, in random order; none if the name is unknown. */
    void resolve(ServerAddress server, EventLoop loop, Consumer<List<InetSocketAddress>> then) {
        byte[] numeric = NetUtil.createByteArrayFromIpAddressString(server.host());
        if (numeric != null) {
            then.accept(List.of(new InetSocketAddress(address(server.host(), numeric), server.port())));
            return;
        }
        executor.execute(() -> {
            List<InetSocketAddress> found = lookUp(server);
            if (!loop.isShuttingDown()) {
                loop.execute(() -> then.accept(found));
            }
        });
    }

    private static List<InetSocketAddress> lookUp(ServerAddress server) {
        List<InetAddress> addresses;
        try {
            addresses = new ArrayList<>(Arrays.asList(InetAddress.getAllByName(server.host())));
        } catch (UnknownHostException unknown) {
            return List.of();
        }
        Collections.shuffle(addresses);
        return addresses.stream()
                .map(address -> new InetSocketAddress(address, server.port()))
                .toList();
    }

    private static InetAddress address(String host, byte[] numeric) {
        try {
            return InetAddress.getByAddress(host, numeric);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException("Netty parsed " + host + " into " + numeric.length + " bytes", wrongLength);
        }
    }
}
