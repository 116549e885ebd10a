package baton.server.sim.world;

import baton.protocol.WireReader;
import baton.server.sim.history.Violation;
import baton.server.transport.ClientInput;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * What a server has read from one connection and what of that it has taken: around the server's own input. Judges that it
 * reads no more ahead than some kilobytes, INV-15, and that it takes nothing from who does not read, LIM-6.
 */
final class Intake implements ClientInput {
    private static final int LENGTH_BYTES = 4;
    private static final int READ_AHEAD_BYTES = 16 << 10;

    private final SimulatedSocket socket;
    private final ClientInput input;
    private final Defect defect;
    private final int frameBytesMax;
    private final Consumer<Violation> broken;

    /** The sizes of the frames that were read, the last one perhaps in part, and not taken. */
    private final ArrayDeque<Integer> sizes = new ArrayDeque<>();

    private final ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES);
    private int missingBytes;
    private long untakenBytes;
    private boolean anyWhole;
    private boolean anyTaken;
    private boolean garbled;
    private boolean lost;
    private boolean forgetful;

    /** @param broken told what promise was broken */
    Intake(SimulatedSocket socket, ClientInput input, Defect defect, int frameBytesMax, Consumer<Violation> broken) {
        this.socket = socket;
        this.input = input;
        this.defect = defect;
        this.frameBytesMax = frameBytesMax;
        this.broken = broken;
    }

    /** Returns what serves the connection. */
    ClientInput input() {
        return input;
    }

    /** The server reads some more; returns whether it has now read a frame to its end that it had not before. */
    boolean read(byte[] bytes) {
        untakenBytes += bytes.length;
        boolean whole = false;
        int at = 0;
        while (at < bytes.length && !garbled) {
            if (missingBytes > 0) {
                int count = Math.min(missingBytes, bytes.length - at);
                missingBytes -= count;
                at += count;
                whole |= missingBytes == 0;
            } else {
                length.put(bytes[at++]);
                begin();
            }
        }
        int first = sizes.isEmpty() ? 0 : sizes.peek();
        long most = Math.max(READ_AHEAD_BYTES, first) + SimulatedSocket.READ_BYTES;
        if (!garbled && untakenBytes > most) {
            broken.accept(new Violation(
                    "INV-15",
                    untakenBytes + " bytes of " + socket.remote() + " are read and wait, of which the first " + first
                            + " belong together; at most " + most + " should"));
        }
        anyWhole |= whole;
        return whole;
    }

    private void begin() {
        if (!length.hasRemaining()) {
            missingBytes = length.getInt(0);
            length.clear();
            garbled = missingBytes <= 0 || missingBytes > frameBytesMax;
            sizes.add(LENGTH_BYTES + missingBytes);
        }
    }

    /** Says whether nothing whole was read yet, and nothing that can never become a frame. */
    boolean isSilent() {
        return !anyWhole && !garbled;
    }

    /** Says whether the server knows nothing yet of what the client wants. */
    boolean isStranger() {
        return !anyTaken;
    }

    /** Says whether what was read can never be a frame. */
    boolean isGarbled() {
        return garbled;
    }

    /** Says whether as much is read and waits as may. */
    boolean isFarAhead() {
        return untakenBytes >= READ_AHEAD_BYTES;
    }

    // What the server's input is told.

    @Override
    public boolean frame(WireReader frame) {
        int size = LENGTH_BYTES + frame.remaining();
        if (!lost && !socket.isWritable()) {
            broken.accept(new Violation("LIM-6", "requests are taken from " + socket.remote() + ", who does not read"));
        }
        boolean wasStranger = !anyTaken;
        boolean passedOver = forgetful;
        forgetful = false;
        // Who said something wrong is closed before the call returns, and for that.
        anyTaken = true;
        if (passedOver || input.frame(frame)) {
            sizes.poll();
            untakenBytes -= size;
            return true;
        }
        anyTaken = !wasStranger;
        return false;
    }

    @Override
    public void lost() {
        lost = true;
        forgetful = defect == Defect.FORGETS_WHY_IT_WAITED;
        input.lost();
    }

    @Override
    public void givenUp() {
        socket.givenUp();
        input.givenUp();
    }

    @Override
    public void heard() {
        input.heard();
    }

    @Override
    public void offered() {
        input.offered();
    }

    @Override
    public int ahead(ByteBuffer bytes) {
        return input.ahead(bytes);
    }

    @Override
    public void certified(String subject) {
        input.certified(subject);
    }

    @Override
    public int argumentBytes(int first) {
        return input.argumentBytes(first);
    }

    @Override
    public boolean word(int first, long argument) {
        return input.word(first, argument);
    }

    @Override
    public void leaving() {
        input.leaving();
    }

    @Override
    public void ended() {
        input.ended();
    }

    @Override
    public void closed() {
        input.closed();
    }
}
