package baton.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a trial measured on one server, the processor time of all of it last.
 *
 * @param foreignShare of the processors in use that other processes took meanwhile, 0 to 1
 */
record TrialRun(List<Figure> figures, double foreignShare) {

    static TrialRun of(Trial trial, Target target) throws IOException {
        Neighbours neighbours = new Neighbours(target.processors());
        long before = target.wholeCpuMicros();
        List<Figure> figures = new ArrayList<>(trial.run(target));
        figures.add(new Figure("server CPU in all", (target.wholeCpuMicros() - before) / 1e6, "s"));
        return new TrialRun(figures, neighbours.share());
    }
}
