package baton.recipes.acceptance;

import java.nio.file.Path;

class ApacheRealFaultTest extends RealFaultContract {
    @Override
    RealStore open(Path directory) {
        return RealStore.apache();
    }
}
