package baton.server.sim.world;

import java.util.concurrent.locks.StampedLock;

/**
 * The lock of a read gate whose readers and writer have their turns on one thread. Wherever a reader does not hold the
 * writer off, the writer may go on; where the reader needs the gate to be open, the writer has to.
 */
final class SharedLock extends StampedLock {
    private static final long serialVersionUID = 1L;

    /** What a reader gets who holds nobody off, or does not see that the gate is closed. */
    private static final long BLIND = 1;

    /** Gives the writer its turns. */
    interface Writer {
        /** Goes on if it likes. */
        void mayGoOn();

        /** Goes on as far as it can. */
        void goOn();

        /** Goes on until the gate is open. */
        void openGate();
    }

    private final transient Writer writer;
    private final Defect defect;
    private boolean reading;

    SharedLock(Writer writer, Defect defect) {
        this.writer = writer;
        this.defect = defect;
    }

    /** Lets the writer go on in the middle of a reading that it can interfere with; does nothing outside of one. */
    void inTheMiddle() {
        if (reading) {
            writer.goOn();
        }
    }

    @Override
    public long tryOptimisticRead() {
        long stamp = super.tryOptimisticRead();
        stamp = stamp == 0 && defect == Defect.READ_THROUGH_THE_CLOSED_GATE ? BLIND : stamp;
        reading = stamp != 0;
        return stamp;
    }

    /** Between two looks, and between the last one and whatever is done with what it saw, much may happen. */
    @Override
    public boolean validate(long stamp) {
        reading = false;
        writer.mayGoOn();
        boolean stands = stamp == BLIND || defect == Defect.READ_NOT_VALIDATED || super.validate(stamp);
        if (stands) {
            writer.mayGoOn();
        }
        return stands;
    }

    @Override
    public long readLock() {
        if (isWriteLocked()) {
            writer.openGate();
        }
        reading = defect == Defect.WATCH_SET_BESIDE_THE_WRITER;
        return reading ? BLIND : super.readLock();
    }

    @Override
    public void unlockRead(long stamp) {
        reading = false;
        if (stamp != BLIND) {
            super.unlockRead(stamp);
        }
        writer.mayGoOn();
    }
}
