package baton.server.sim.world;

import baton.server.runtime.SimulatedRuntime.Role;

/** What can be done to a machine so that something goes wrong with it, and how all of that ends; clients have troubles of their own. */
final class MachineFaults {
    private static final int CALLS_BEFORE_DEATH = 12;

    private final SimulatedMachine machine;
    private final Run run;
    private final Chance chance;
    private final DiskTroubles troubles;
    private final DiskDelays delays;
    private final FileDamage damage;
    private final PlannedDeath death;
    private final Restores restores;

    MachineFaults(SimulatedMachine machine, MachineDisk disk, Restores restores) {
        this.machine = machine;
        this.run = machine.run();
        this.chance = machine.chance();
        this.troubles = disk.troubles();
        this.delays = disk.delays();
        this.damage = disk.damage();
        this.death = disk.death();
        this.restores = restores;
    }

    DiskTroubles disk() {
        return troubles;
    }

    DiskDelays delays() {
        return delays;
    }

    Restores restores() {
        return restores;
    }

    /** Lets the process die in one of its next calls to the disk, or as soon as a log has begun that may vanish again. */
    void dieInCall() {
        if (machine.isUp() && chance.oneIn(3)) {
            death.planWithNewLog(chance.oneIn(2));
        } else {
            death.callOffWithNewLog();
            int calls = chance.below(CALLS_BEFORE_DEATH);
            death.plan(chance.oneIn(2), calls);
        }
    }

    /** Lets the process die in one of the next turns of its writer, or between two in the middle of a hand-over. */
    void dieInTurn() {
        machine.turns().dieInTurn(machine.isUp());
    }

    /** Lets the next sync of the log not come back, until the process is killed. */
    void stickSync(long untilKilledNanos) {
        delays.stick(machine.isUp(), untilKilledNanos, () -> {
            // Who has noticed by then is gone, and may not have come back yet.
            if (machine.isUp() && machine.turns().isBusy(Role.LOG)) {
                machine.turns().hungDisk().requireNotStuck();
                run.reach(Reached.KILLED_IN_A_STUCK_SYNC);
                machine.die(chance.oneIn(2));
            }
        });
    }

    /** A file may decay with which the running server is done. */
    void decayBehind(Chance drawn) {
        if (machine.isUp() && !troubles.areThere()) {
            damage.decayBehind(drawn);
        }
    }

    /** Stops the process, or the whole machine, for a while; false if it does not run. */
    boolean pause(long nanos, boolean suspended) {
        return machine.isUp() && machine.pauses().pause(machine.process(), nanos, suspended);
    }

    /** Gives one of the loops no turns for a while, if that is not the end of everything. */
    void starveLoop(long nanos) {
        if (machine.isUp()) {
            machine.pauses().starveLoop(machine.process(), nanos);
        }
    }

    void jumpClock(long millis) {
        machine.clock().jump(millis);
        if (machine.isUp()) {
            machine.turns().ringAll(machine.life());
        }
    }

    /** Gives back what the disk needs; what it has lost is lost. Whoever sends a state, and not yet all of it, gives up. */
    void heal() {
        restores.giveUp();
        machine.turns().dieInTurn(false);
        death.callOffWithNewLog();
        if (machine.isUp()) {
            death.callOff();
        }
        troubles.heal();
        delays.heal(machine.turns().isBusy(Role.LOG));
    }
}
