package baton.server.auth;

import baton.protocol.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An address, or all addresses that begin like it.
 *
 * @param address 4 or 16 bytes
 * @param bits how many of them count
 */
record IpNetwork(Bytes address, int bits) {
    /** Parses {@code address} or {@code address/bits}. Names are not looked up. */
    static Optional<IpNetwork> parse(String text) {
        int slash = text.indexOf('/');
        Optional<Bytes> address = address(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int bitsMax = address.get().size() * 8;
        int bits = slash < 0 ? bitsMax : decimal(text.substring(slash + 1), bitsMax);
        return bits < 0 ? Optional.empty() : Optional.of(new IpNetwork(address.get(), bits));
    }

    boolean contains(IpNetwork other) {
        if (address.size() != other.address.size()) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> i % 8;
            if (((address.at(i / 8) ^ other.address.at(i / 8)) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Bytes> address(String text) {
        return text.indexOf(':') < 0 ? dotted(text) : grouped(text);
    }

    private static Optional<Bytes> dotted(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            int part = decimal(parts[i], 255);
            if (part < 0) {
                return Optional.empty();
            }
            address[i] = (byte) part;
        }
        return Optional.of(Bytes.wrap(address));
    }

    // A zone, as in fe80::1%eth0, is of no meaning to anybody but the machine itself.
    private static Optional<Bytes> grouped(String text) {
        int zone = text.indexOf('%');
        String plain = zone < 0 ? text : text.substring(0, zone);
        int gap = plain.indexOf("::");
        if (gap != plain.lastIndexOf("::")) {
            return Optional.empty();
        }
        Optional<List<Byte>> head = groups(gap < 0 ? plain : plain.substring(0, gap));
        Optional<List<Byte>> tail = gap < 0 ? Optional.of(List.of()) : groups(plain.substring(gap + 2));
        if (head.isEmpty() || tail.isEmpty()) {
            return Optional.empty();
        }
        int present = head.get().size() + tail.get().size();
        if (gap < 0 ? present != 16 : present > 14) {
            return Optional.empty();
        }
        byte[] address = new byte[16];
        for (int i = 0; i < head.get().size(); i++) {
            address[i] = head.get().get(i);
        }
        for (int i = 0; i < tail.get().size(); i++) {
            address[16 - tail.get().size() + i] = tail.get().get(i);
        }
        return Optional.of(Bytes.wrap(address));
    }

    private static Optional<List<Byte>> groups(String text) {
        List<Byte> bytes = new ArrayList<>(16);
        if (text.isEmpty()) {
            return Optional.of(bytes);
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                Optional<Bytes> last = dotted(parts[i]);
                if (last.isEmpty()) {
                    return Optional.empty();
                }
                for (byte each : last.get().toArray()) {
                    bytes.add(each);
                }
            } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
                int group = Integer.parseInt(parts[i], 16);
                bytes.add((byte) (group >> 8));
                bytes.add((byte) group);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(bytes);
    }

    /** Parses a number from 0 to the largest one allowed; -1 if it is not one. */
    private static int decimal(String text, int max) {
        if (!text.matches("[0-9]{1,3}")) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number <= max ? number : -1;
    }
}
