/**
 * A Spring Boot application that coordinates its instances: {@link baton.samples.spring.OrdersApplication} starts it,
 * {@link baton.samples.spring.Reports} runs on the leader, {@link
 * baton.samples.spring.Intake} from grant to loss, {@link baton.samples.spring.Invoices} locks, {@link
 * baton.samples.spring.Office} uses the client, {@link
 * baton.samples.spring.Limits} changes while it runs, {@link baton.samples.spring.Journal} hears of it all.
 */
@NullMarked
package baton.samples.spring;

import org.jspecify.annotations.NullMarked;
