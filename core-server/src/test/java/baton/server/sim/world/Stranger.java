package baton.server.sim.world;

import baton.protocol.ConnectRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Somebody who is no client, says something that is no request for a session, and may leave it half said. */
final class Stranger implements Wire.ClientEnd {
    private static final int GARBAGE_BYTES_MAX = 5_000;

    private final Run run;

    private Stranger(Run run) {
        this.run = run;
    }

    private static final int CROWD = 5;

    /** Lets as many come at once as there is not room for, if room is scarce. */
    static void crowd(Run run, Chance chance, SimulatedMachine machine) {
        for (int i = run.plan().has(Scarcity.HANDSHAKES) ? CROWD : 1; i > 0; i--) {
            come(run, chance.fork("stranger" + i), machine);
        }
    }

    /** Lets one come, and go after some time: with or without a word. */
    private static void come(Run run, Chance chance, SimulatedMachine machine) {
        Plan plan = run.plan();
        Wire wire = new Wire(run.time(), chance.fork("wire"), plan.wireNanosMax(), new Stranger(run));
        machine.reception().acceptStranger(wire);
        byte[] said = words(chance);
        int cut = chance.below(said.length + 1);
        wire.sendToServer(Arrays.copyOf(said, cut));
        if (chance.oneIn(2)) {
            wire.sendToServer(Arrays.copyOfRange(said, cut, said.length));
        }
        long stays = chance.spread(1_000_000, plan.sessionMillis() * 2_000_000L);
        run.time().after(stays, chance.oneIn(2) ? wire::resetByClient : wire::vanish);
    }

    private static byte[] words(Chance chance) {
        return switch (chance.below(5)) {
            case 0 -> garbage(chance);
            case 1 -> ByteBuffer.allocate(20).putInt(Integer.MAX_VALUE).array();
            case 2 -> ByteBuffer.allocate(20).putInt(-1 - chance.below(1_000)).array();
            case 3 -> "GET / HTTP/1.1\r\nHost: somewhere\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            default -> halfAConnect(chance);
        };
    }

    private static byte[] garbage(Chance chance) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * (1 + chance.below(GARBAGE_BYTES_MAX / Long.BYTES)));
        while (bytes.hasRemaining()) {
            bytes.putLong(chance.nextLong());
        }
        return bytes.array();
    }

    private static byte[] halfAConnect(Chance chance) {
        byte[] hello = Wire.hello(new ConnectRequest(0, 1_000, 0, ConnectRequest.NO_PASSWORD, false));
        return Arrays.copyOf(hello, 1 + chance.below(hello.length - 8));
    }

    @Override
    public void received(byte[] bytes) {
        // What strangers are told is their business.
    }

    @Override
    public void closed() {
        run.reach(Reached.STRANGER_CUT_OFF);
    }
}
