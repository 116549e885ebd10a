package baton.server.wiring;

import baton.server.admin.FourLetterWords;
import baton.server.runtime.Words;
import dagger.Binds;
import dagger.Module;

/** What operators ask through. */
@Module
interface AdminModule {
    @Binds
    Words words(FourLetterWords words);
}
