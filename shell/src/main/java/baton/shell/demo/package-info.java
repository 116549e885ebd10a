/**
 * {@code bin/baton demo}: a master-worker application over real files, whose processes are killed while it runs.
 *
 * <p>Two halves. The <em>parts</em> are the application as anybody would write it, each a process of its own:
 * {@code ServerPart}, {@code MasterPart}, {@code WorkerPart} and {@code ClientPart}; {@code PartMain} starts one. The
 * <em>stage</em> is the process the user started: {@link baton.shell.demo.Demo} follows the run from first to last,
 * {@code Troupe} starts and ends the processes, {@code Plot} decides who is killed when, {@code Screen} shows it,
 * {@code Audit} checks the result against a single process and against the store.
 *
 * <p>The parts tell the stage what happens in {@code Report}s, a line each on their standard output, and hear from it
 * on their standard input. When that ends, they end: no part survives the stage, however it dies.
 *
 * <p>A worker stops halfway through each task until the stage has taken note and lets it go on. So a worker is killed
 * certainly in the middle of a task, without slowing anything down by a pace of its own.
 */
@NullMarked
package baton.shell.demo;

import org.jspecify.annotations.NullMarked;
