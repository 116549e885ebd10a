package baton.client;

import baton.core.testkit.CoordinationCoreContract;
import baton.core.testkit.CoreUnderTest;

class ApacheCoreContractTest extends CoordinationCoreContract {
    @Override
    protected CoreUnderTest startCore() {
        return new ApacheStore();
    }
}
