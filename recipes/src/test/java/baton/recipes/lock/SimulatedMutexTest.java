package baton.recipes.lock;

import baton.recipes.sim.CoreUnderTest;

/** The mutex over the simulated store, in real time. */
class SimulatedMutexTest extends InterProcessMutexContract {
    @Override
    CoreUnderTest newCoreUnderTest() {
        return CoreUnderTest.simulated();
    }
}
