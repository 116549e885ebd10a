package baton.recipes.contend;

import baton.core.Listing;
import baton.recipes.RecipeRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries of a directory that are none of its recipe's: ignored, counted, and named once. Confined to the strand. */
final class ForeignEntries {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignEntries.class);

    private final RecipeRuntime runtime;
    private final ContendSpec spec;
    private boolean reported;

    ForeignEntries(RecipeRuntime runtime, ContendSpec spec) {
        this.runtime = runtime;
        this.spec = spec;
    }

    void report(Listing.Entry entry) {
        runtime.metrics().count("foreign.nodes", spec.recipe(), "");
        if (!reported) {
            reported = true;
            LOG.warn(
                    "foreign node ignored recipe={} path={}",
                    spec.recipe(),
                    spec.directory().child(entry.name()));
        }
    }
}
