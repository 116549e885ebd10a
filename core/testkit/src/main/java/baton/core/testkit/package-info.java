/**
 * What an implementer of a core needs to know when they are done, and what users need to test their own failures.
 *
 * <p>Reading order: {@link baton.core.testkit.CoordinationCoreContract} and {@link
 * baton.core.testkit.CoreFaultContract} are the contract tests; a core runs them by extending each with a class that
 * makes a {@link baton.core.testkit.CoreUnderTest}. {@link baton.core.testkit.FaultProxy} stands between a client and a
 * znode server and breaks what passes through it; {@link baton.core.testkit.JavaProcess} runs a main class in a process
 * of its own, to be paused and killed; {@link baton.core.testkit.ApacheZooKeeper} is a real server in such a process.
 *
 * <p>For tests only. Uses the JDK, JUnit, AssertJ and Awaitility.
 */
@NullMarked
package baton.core.testkit;

import org.jspecify.annotations.NullMarked;
