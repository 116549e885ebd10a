package baton.embedded;

import baton.core.testkit.CoordinationCoreContract;
import baton.core.testkit.CoreUnderTest;

class EmbeddedContractTest extends CoordinationCoreContract {
    @Override
    protected CoreUnderTest startCore() {
        return new EmbeddedStore();
    }
}
