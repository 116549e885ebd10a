package baton.recipes.acceptance;

import java.nio.file.Path;

class BatonRealFaultTest extends RealFaultContract {
    @Override
    RealStore open(Path directory) {
        return RealStore.baton(directory);
    }
}
