package baton.spring.autoconfigure;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;

/**
 * The address at which other hosts reach this one, as far as the host itself knows: the first site-local one of an
 * interface that is up, else the loopback address.
 *
 * @param address of this host
 */
record LocalAddress(InetAddress address) {

    static LocalAddress find() {
        return new LocalAddress(interfaces().stream()
                .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(InetAddress::isSiteLocalAddress)
                .findFirst()
                .orElseGet(InetAddress::getLoopbackAddress));
    }

    /** As a number, or by name if it has one. */
    String text(boolean number) {
        return number ? address.getHostAddress() : address.getCanonicalHostName();
    }

    private static List<NetworkInterface> interfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(LocalAddress::isUp)
                    .toList();
        } catch (SocketException none) {
            return List.of();
        }
    }

    private static boolean isUp(NetworkInterface card) {
        try {
            return card.isUp() && !card.isLoopback();
        } catch (SocketException gone) {
            return false;
        }
    }
}
