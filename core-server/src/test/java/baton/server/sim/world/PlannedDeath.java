package baton.server.sim.world;

import baton.server.sim.SimulatedDisk;
import java.nio.file.Path;

/**
 * In which of its calls to the disk the process is to die, if in any, and whether the power is to fail with it. Between two calls
 * it dies by {@link SimulatedMachine#die}, in a turn by {@link AgentTurns}.
 */
final class PlannedDeath {
    private final SimulatedDisk disk;
    private boolean ofPower;

    /** Whether a log was begun and its directory has not been synced since. */
    private boolean newLog;

    private boolean withNewLog;

    PlannedDeath(SimulatedDisk disk) {
        this.disk = disk;
    }

    /** The process before is gone. */
    void processBegins() {
        ofPower = false;
        newLog = false;
    }

    /** @param calls how many calls there are before it */
    void plan(boolean power, long calls) {
        ofPower = power;
        disk.crashAfter(calls);
    }

    /** Lets it come in one of the first calls of a start, and the power stay. */
    void planInStart(long calls) {
        disk.crashAfter(calls);
    }

    /** Lets it come as soon as a log has begun that may vanish again. */
    void planWithNewLog(boolean power) {
        withNewLog = true;
        ofPower = power;
        disk.crashAfter(Long.MAX_VALUE);
    }

    /** It has not come in the start. */
    void started() {
        disk.crashAfter(Long.MAX_VALUE);
    }

    void callOff() {
        ofPower = false;
        disk.crashAfter(Long.MAX_VALUE);
    }

    void callOffWithNewLog() {
        withNewLog = false;
    }

    /** The process is gone: whatever of it is still on its way to the disk does not get there. */
    void comes() {
        disk.crashAfter(0);
    }

    void takesPowerToo(boolean power) {
        ofPower |= power;
    }

    boolean takesPower() {
        return ofPower;
    }

    boolean isWithNewLog() {
        return newLog;
    }

    void beforeCall(String call, Path file) {
        if (newLog && withNewLog && call.equals("sync-directory")) {
            withNewLog = false;
            comes();
        } else if (call.equals("create") || call.equals("sync-directory")) {
            newLog = call.equals("create") && ServerFiles.isLog(file);
        }
    }
}
