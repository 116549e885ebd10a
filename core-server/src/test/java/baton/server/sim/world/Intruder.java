package baton.server.sim.world;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.WireReader;
import baton.server.sim.history.Violation;
import java.nio.ByteBuffer;

/** Somebody who knows the number of another's session and not its password: rule BI-21. */
final class Intruder implements Wire.ClientEnd {
    private static final int PASSWORD_BYTES = 16;

    private final FrameBuffer input = new FrameBuffer();
    private final Run run;

    private Intruder(Run run) {
        this.run = run;
    }

    /** Lets one come for the session. */
    static void come(Run run, Chance chance, SimulatedMachine machine, long session) {
        Plan plan = run.plan();
        Wire wire = new Wire(run.time(), chance.fork("wire"), plan.wireNanosMax(), new Intruder(run));
        machine.reception().accept(wire);
        wire.sendToServer(Wire.hello(new ConnectRequest(0, plan.sessionMillis(), session, guess(chance), false)));
    }

    private static Bytes guess(Chance chance) {
        return switch (chance.below(3)) {
            case 0 -> ConnectRequest.NO_PASSWORD;
            case 1 -> Bytes.EMPTY;
            default ->
                Bytes.wrap(ByteBuffer.allocate(PASSWORD_BYTES)
                        .putLong(chance.nextLong())
                        .putLong(chance.nextLong())
                        .array());
        };
    }

    @Override
    public void received(byte[] bytes) {
        input.add(bytes);
        for (byte[] frame = input.next(); frame != null; frame = input.next()) {
            WireReader in = WireReader.of(frame);
            in.int32("length");
            ConnectResponse response = ConnectResponse.read(in);
            if (!response.isRefused()) {
                throw new Violation("BI-21", "who knows a session by its number alone was let in: " + response);
            }
            run.reach(Reached.INTRUDER_TURNED_AWAY);
        }
    }

    @Override
    public void closed() {
        // As it should.
    }
}
