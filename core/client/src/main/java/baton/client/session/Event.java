package baton.client.session;

import baton.protocol.Request;
import java.nio.ByteBuffer;

/** What happened, as far as the session machine is concerned. */
public sealed interface Event {

    /** The owner wants the session; the first event of all. */
    record Start() implements Event {}

    /** The connection that {@link Effect.Dial} asked for stands. */
    record Connected(int attempt) implements Event {}

    /** The connection could not be made, or is gone. */
    record ConnectionLost(int attempt, String why) implements Event {}

    /**
     * A frame came in.
     *
     * @param frame its bytes without the length; read before {@link SessionMachine#on} returns and never kept
     */
    record FrameReceived(int attempt, ByteBuffer frame) implements Event {}

    /** A frame began that is longer than may be; the connection is of no more use. */
    record FrameOversized(int attempt, int frameBytes) implements Event {}

    /**
     * The owner asks for something.
     *
     * @param tag comes back in {@link Effect.Complete}
     * @param request what the frame says, with the paths of the server
     * @param frame the whole frame of {@link Frames#request}; its xid is filled in by the machine, who owns it now
     */
    record Submit(Object tag, Request request, byte[] frame) implements Event {}

    /** The time came that {@link Effect.WakeAt} asked for. */
    record TimeReached() implements Event {}

    /** The owner ends the session. */
    record End() implements Event {}

    /** The owner lets go of the session without ending it at the store. */
    record Abandon() implements Event {}
}
