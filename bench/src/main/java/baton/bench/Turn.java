package baton.bench;

import java.io.IOException;

/**
 * One window on one of the servers, and what an operation took of the machine meanwhile.
 *
 * @param cpuMicros of the server an operation
 * @param loaderMicros of the loader's processor time an operation
 * @param switches between the server's threads an operation
 * @param bytes that threads of the server which still live allocated an operation, 0 if it does not say
 * @param foreignShare of the processors in use that other processes took, 0 to 1
 */
record Turn(
        Loader.Window window,
        double cpuMicros,
        double loaderMicros,
        double switches,
        double bytes,
        double foreignShare) {

    static Turn of(Side side, Pace pace) throws IOException {
        Target server = side.target();
        long bytes = server.allocatedBytes();
        long switches = ContextSwitches.of(server.pid());
        long loader = ProcessorTime.ofProcess(ProcessHandle.current().pid());
        long cpu = server.cpuMicros();
        Neighbours neighbours = new Neighbours(server.processors());
        Loader.Window window = pace.run(side);
        double foreignShare = neighbours.share();
        double count = window.operations();
        return new Turn(
                window,
                (server.cpuMicros() - cpu) / count,
                (ProcessorTime.ofProcess(ProcessHandle.current().pid()) - loader) / count,
                (ContextSwitches.of(server.pid()) - switches) / count,
                Math.max(0, server.allocatedBytes() - bytes) / count,
                foreignShare);
    }
}
