package baton.server.conformance;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/** Requests that are nearly right: real ones with bytes flipped, cut, spliced, and with numbers that lie. Used by one thread. */
final class SpoiltRequests {
    private static final int[] ODD_NUMBERS = {
        0, 1, -1, -2, -4, -8, 2, 7, 0xff, 0xffff, 0xfffff, 0x100000, Integer.MAX_VALUE, Integer.MIN_VALUE
    };
    private static final int NOISE_BYTES_MAX = 200;
    private static final int UNKNOWN_ONE_IN = 200;

    private final Random random;
    private final RequestStream stream;
    private final Deque<SentRequest> requests = new ArrayDeque<>();
    private byte[] last = new byte[0];

    /** The same seed makes the same requests, if asked for the same. */
    SpoiltRequests(long seed) {
        random = new Random(seed);
        stream = new RequestStream(seed);
    }

    /** Makes a request with its own number; one in two hundred of another kind than it was, or of none. */
    SentRequest next() {
        SentRequest request = sound();
        int type = oneIn(UNKNOWN_ONE_IN) ? random.nextInt(120) - 15 : request.type();
        SentRequest spoilt = new SentRequest(request.xid(), type, spoilt(request.body()), request.shown());
        last = request.body();
        return spoilt;
    }

    /** Makes a request with nothing wrong in it but what it asks for. */
    SentRequest sound() {
        while (requests.isEmpty()) {
            if (stream.next(0) instanceof Step.Ask ask) {
                requests.addAll(ask.requests());
            }
        }
        return requests.remove();
    }

    byte[] spoilt(byte[] body) {
        return switch (random.nextInt(8)) {
            case 0 -> flipped(body);
            case 1 -> Arrays.copyOf(body, random.nextInt(body.length + 1));
            case 2 -> joined(body, noise());
            case 3 -> numbered(body);
            case 4 -> joined(Arrays.copyOf(body, random.nextInt(body.length + 1)), last);
            default -> body;
        };
    }

    private byte[] flipped(byte[] body) {
        byte[] other = body.clone();
        for (int i = 0; other.length > 0 && i <= random.nextInt(4); i++) {
            other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return other;
    }

    /** Puts a number that lies where a length or a count may be. */
    private byte[] numbered(byte[] body) {
        if (body.length < Integer.BYTES) {
            return body;
        }
        byte[] other = body.clone();
        int at = random.nextInt(other.length - Integer.BYTES + 1);
        int number = oddNumber();
        for (int i = 0; i < Integer.BYTES; i++) {
            other[at + i] = (byte) (number >>> (Byte.SIZE * (Integer.BYTES - 1 - i)));
        }
        return other;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    byte[] noise() {
        byte[] noise = new byte[random.nextInt(NOISE_BYTES_MAX)];
        random.nextBytes(noise);
        return noise;
    }

    int oddNumber() {
        return ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)];
    }

    boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }
}
