package baton.spring.autoconfigure;

import baton.core.UnsupportedByCoreException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says that a recipe needs what the chosen core cannot do. */
final class UnsupportedByCoreFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedByCoreException> {

    @Override
    protected FailureAnalysis analyze(Throwable root, UnsupportedByCoreException unsupported) {
        return new FailureAnalysis(
                "The coordination core cannot do what the application asks of it: " + unsupported.getMessage() + ".",
                "Use a core that can (baton.core, baton.connect), or do without.",
                unsupported);
    }
}
