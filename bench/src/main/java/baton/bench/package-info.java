/**
 * Benchmarks that set a Baton server beside Apache ZooKeeper in one run and print ratios.
 *
 * <p>Reading order: {@link baton.bench.Bench} is the command; it starts two {@link baton.bench.Target}s, lets one
 * {@link baton.bench.Loader} drive them in turn through a {@link baton.bench.Workload}, and {@link baton.bench.Duel}
 * makes pairs of windows, each a {@link baton.bench.Turn}, into ratios that a {@link baton.bench.Bar} judges. What is no stream of
 * requests is a {@link baton.bench.Trial}, and {@link baton.bench.TrialDuel} makes the pairs. Both servers are processes of their own with equal heap, collector, disk and
 * durability; the loader is one thread that speaks the protocol over bare sockets, so that no client library's cost
 * decides. {@link baton.bench.QueueBench} is the command {@code bench queue}: there each {@code TaskFlow} brings its own
 * client library, which is measured with the rest.
 */
@NullMarked
package baton.bench;

import org.jspecify.annotations.NullMarked;
