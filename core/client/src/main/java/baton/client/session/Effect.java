package baton.client.session;

import baton.protocol.Bytes;
import baton.protocol.WatchEvent;

/** What the session machine asks of the world, in the order in which it must happen. */
public sealed interface Effect {
    void accept(World world);

    /** Connect, and report {@link Event.Connected} or {@link Event.ConnectionLost} with the same attempt. */
    record Dial(int attempt, ServerAddress server) implements Effect {
        @Override
        public void accept(World world) {
            world.dial(this);
        }
    }

    /** Close the connection of the attempt, made or in the making. Its events are ignored from now on. */
    record HangUp(int attempt) implements Effect {
        @Override
        public void accept(World world) {
            world.hangUp(this);
        }
    }

    /** Send a frame, length included, on the connection. */
    record Send(Bytes frame) implements Effect {
        @Override
        public void accept(World world) {
            world.send(this);
        }
    }

    /** Tell who submitted the request what became of it. */
    record Complete(Object tag, Outcome outcome) implements Effect {
        @Override
        public void accept(World world) {
            world.complete(this);
        }
    }

    /**
     * Tell the owner of an event on a watched node.
     *
     * @param zxid the transaction that caused it, or -1 if the server does not say
     */
    record Deliver(WatchEvent event, long zxid) implements Effect {
        @Override
        public void accept(World world) {
            world.deliver(this);
        }
    }

    /**
     * The session is reachable.
     *
     * @param timeoutMillis what the store granted
     * @param first whether this is the first time
     * @param readOnly whether its server has no quorum
     */
    record Attached(Credentials session, int timeoutMillis, boolean first, boolean readOnly) implements Effect {
        @Override
        public void accept(World world) {
            world.attached(this);
        }
    }

    /** The session is not reachable for now. */
    record Detached(String why) implements Effect {
        @Override
        public void accept(World world) {
            world.detached(this);
        }
    }

    /** The first attempt since the session was attached, or at all, came to nothing. There will be others. */
    record Unreachable(String why) implements Effect {
        @Override
        public void accept(World world) {
            world.unreachable(this);
        }
    }

    /** The store certainly keeps the session until {@code deadlineNanos}. */
    record Extended(long deadlineNanos) implements Effect {
        @Override
        public void accept(World world) {
            world.extended(this);
        }
    }

    /**
     * The session is over for its owner, for good. The machine may still be busy ending it at the store.
     *
     * @param ownerKnows the owner wanted it, or is told so in answer to an identity it has added
     */
    record Ended(SessionEnd end, String why, boolean ownerKnows) implements Effect {
        @Override
        public void accept(World world) {
            world.ended(this);
        }
    }

    /** Report {@link Event.TimeReached} at this time; replaces what was asked before. */
    record WakeAt(long nanos) implements Effect {
        @Override
        public void accept(World world) {
            world.wakeAt(this);
        }
    }

    /** Nothing will follow: the connection is closed, and no event changes anything any more. */
    record Finished() implements Effect {
        @Override
        public void accept(World world) {
            world.finished(this);
        }
    }

    /** Carries effects out. */
    interface World {
        void dial(Dial dial);

        void hangUp(HangUp hangUp);

        void send(Send send);

        void complete(Complete complete);

        void deliver(Deliver deliver);

        void attached(Attached attached);

        void detached(Detached detached);

        void unreachable(Unreachable unreachable);

        void extended(Extended extended);

        void ended(Ended ended);

        void wakeAt(WakeAt wakeAt);

        void finished(Finished finished);
    }
}
