package baton.server.sim.world;

import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Somebody who opens a session and asks about what others work with, while bits flip in what he says: rule NET-3. He may be
 * cut off, or taken for one who says something else; everybody else is judged as if he were not there.
 *
 * <p>No bits flip that would make a change in good order of what he says: that is no noise to a server, and the judges would
 * have nobody who asked for it.
 */
final class Noise implements Wire.ClientEnd {
    private static final int REQUESTS_MAX = 12;
    private static final int BITS_MAX = 8;

    /** Behind length, version and zxid: how long his session may last stays as it is, since the judges know no other. */
    private static final int TIMEOUT_AT = 16;

    private final SimulatedMachine machine;
    private final Run run;
    private final byte[] requests;
    private final Wire wire;
    private final FrameBuffer input = new FrameBuffer();
    private boolean isWelcome;

    private Noise(Run run, Chance chance, SimulatedMachine machine) {
        Plan plan = run.plan();
        this.machine = machine;
        this.run = run;
        this.requests = noisy(requests(new Workload(chance.fork("work"), plan, plan.clients()), chance), chance);
        this.wire = new Wire(run.time(), chance.fork("wire"), plan.wireNanosMax(), this);
    }

    /** Lets one come, and go after some time: with or without a word. */
    static void come(Run run, Chance chance, SimulatedMachine machine) {
        Plan plan = run.plan();
        Noise noise = new Noise(run, chance, machine);
        machine.reception().acceptStranger(noise.wire);
        byte[] hello = Wire.hello(new ConnectRequest(0, plan.sessionMillis(), 0, ConnectRequest.NO_PASSWORD, false));
        noise.wire.sendToServer(chance.oneIn(4) ? noisyHello(hello, chance) : hello);
        long stays = chance.spread(1_000_000, plan.sessionMillis() * 2_000_000L);
        run.time().after(stays, chance.oneIn(2) ? noise.wire::resetByClient : noise.wire::vanish);
    }

    private static byte[] noisyHello(byte[] hello, Chance chance) {
        byte[] noisy = flipped(hello, chance);
        System.arraycopy(hello, TIMEOUT_AT, noisy, TIMEOUT_AT, Integer.BYTES);
        return noisy;
    }

    private static byte[] requests(Workload workload, Chance chance) {
        WireWriter out = new WireWriter();
        for (int xid = 1 + chance.below(REQUESTS_MAX); xid > 0; xid--) {
            if (workload.next(0) instanceof Deed.Ask ask
                    && !isOfChange(ask.request().opCode())) {
                Wire.frame(out, xid, ask.request());
            }
        }
        return out.toArray();
    }

    private static byte[] noisy(byte[] requests, Chance chance) {
        byte[] noisy = flipped(requests, chance);
        return asksForChange(noisy) ? requests : noisy;
    }

    private static byte[] flipped(byte[] bytes, Chance chance) {
        byte[] flipped = bytes.clone();
        for (int i = bytes.length == 0 ? 0 : 1 + chance.below(BITS_MAX); i > 0; i--) {
            flipped[chance.below(bytes.length)] ^= (byte) (1 << chance.below(Byte.SIZE));
        }
        return flipped;
    }

    private static boolean asksForChange(byte[] said) {
        ByteBuffer rest = ByteBuffer.wrap(said);
        while (rest.remaining() >= Integer.BYTES) {
            int length = rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                return false;
            }
            byte[] frame = new byte[length];
            rest.get(frame);
            if (isGoodChange(WireReader.of(frame))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isGoodChange(WireReader frame) {
        try {
            OpCode opCode = RequestHeader.read(frame).opCode();
            return opCode != null && isOfChange(opCode) && Request.read(opCode, frame) != null;
        } catch (WireFormatException noise) {
            return false;
        }
    }

    private static boolean isOfChange(OpCode opCode) {
        return opCode.kind() == OpCode.Kind.WRITE;
    }

    @Override
    public void received(byte[] bytes) {
        input.add(bytes);
        for (byte[] frame = input.next(); frame != null; frame = input.next()) {
            if (isWelcome) {
                run.reach(Reached.NOISE_ANSWERED);
            } else {
                welcomed(frame);
            }
        }
    }

    private void welcomed(byte[] frame) {
        ConnectResponse response =
                ConnectResponse.read(WireReader.of(Arrays.copyOfRange(frame, Integer.BYTES, frame.length)));
        isWelcome = !response.isRefused();
        if (isWelcome) {
            machine.sessions().opened(response.sessionId());
            wire.speaksFor(response.sessionId());
            wire.sendToServer(requests);
        }
    }

    @Override
    public void closed() {
        if (isWelcome) {
            run.reach(Reached.NOISE_CUT_OFF);
        }
    }
}
