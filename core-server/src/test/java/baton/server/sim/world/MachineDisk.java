package baton.server.sim.world;

import baton.server.sim.SimulatedDisk;

/**
 * The machine's disk: what holds its bytes, where the server's files are on it, and what goes wrong with it or with those who
 * call it. What happens in the middle of calls is told by {@link DiskCalls}.
 */
record MachineDisk(
        SimulatedDisk bytes,
        ServerFiles files,
        FileDamage damage,
        DiskTroubles troubles,
        DiskDelays delays,
        PlannedDeath death) {
    static MachineDisk of(Run run, Chance chance) {
        Plan plan = run.plan();
        SimulatedDisk bytes = new SimulatedDisk(chance.fork("disk"), plan.kernel(), plan.sectorBytes());
        ServerFiles files = new ServerFiles(bytes, plan);
        return new MachineDisk(
                bytes,
                files,
                new FileDamage(run, bytes, files),
                new DiskTroubles(run, bytes),
                new DiskDelays(run.time(), chance),
                new PlannedDeath(bytes));
    }
}
