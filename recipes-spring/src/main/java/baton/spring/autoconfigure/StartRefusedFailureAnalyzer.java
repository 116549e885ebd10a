package baton.spring.autoconfigure;

import baton.spring.StartRefusedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Prints what a refused start says, before Boot explains what it was wrapped in. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartRefusedFailureAnalyzer extends AbstractFailureAnalyzer<StartRefusedException> {

    @Override
    protected FailureAnalysis analyze(Throwable root, StartRefusedException refused) {
        return new FailureAnalysis(refused.description(), refused.action(), refused);
    }
}
