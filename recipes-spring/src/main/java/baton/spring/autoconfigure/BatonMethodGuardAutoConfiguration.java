package baton.spring.autoconfigure;

import baton.recipes.CoordinationClient;
import baton.recipes.latch.LeaderLatch;
import baton.spring.EventDelivery;
import baton.spring.guard.GuardLookup;
import baton.spring.guard.GuardPostProcessor;
import baton.spring.leader.DeclaredRoles;
import baton.spring.leader.Elections;
import baton.spring.leader.LeaderLatchCustomizer;
import baton.spring.leader.LeaderOnly;
import baton.spring.leader.LeaderOnlyInterceptor;
import baton.spring.leader.LeaderOnlyRule;
import baton.spring.leader.OnLeaderProcessor;
import baton.spring.leader.OnLeaderRunner;
import baton.spring.leader.Role;
import baton.spring.leader.RoleSettings;
import baton.spring.leader.TrafficFollower;
import baton.spring.lock.DistributedLock;
import baton.spring.lock.DistributedLockInterceptor;
import baton.spring.lock.DistributedLockRule;
import baton.spring.lock.LockCustomizer;
import baton.spring.lock.LockOperations;
import baton.spring.lock.LockSettings;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Puts leader and lock around methods.
 *
 * <p>From outside in: {@code @Async}, {@code @Retryable}, leader, lock, transaction. So a lock is taken on the thread
 * that works, a retry takes it anew, and a transaction commits before it is released.
 */
@AutoConfiguration(after = BatonAutoConfiguration.class)
@ConditionalOnBean(CoordinationClient.class)
public final class BatonMethodGuardAutoConfiguration {
    private static final int LOCK_ORDER = Ordered.LOWEST_PRECEDENCE - 3;
    private static final int LEADER_ORDER = Ordered.LOWEST_PRECEDENCE - 2;

    /** Filled by the post-processors; depends on nothing, so that they may come early. */
    @Bean
    @org.springframework.context.annotation.Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    @ConditionalOnMissingBean
    static DeclaredRoles batonDeclaredRoles() {
        return new DeclaredRoles();
    }

    @Bean
    @org.springframework.context.annotation.Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static GuardPostProcessor batonLockGuard(
            ConfigurableListableBeanFactory beans, Environment environment, ObjectProvider<LockOperations> locks) {
        GuardLookup<DistributedLock> lookup = new GuardLookup<>(DistributedLock.class);
        UnaryOperator<String> placeholders = Placeholders.of(beans);
        boolean failInsideTransaction =
                environment.getProperty("baton.lock.fail-inside-transaction", Boolean.class, false);
        return GuardPostProcessor.of(
                lookup,
                new DistributedLockRule(beans, placeholders),
                new DistributedLockInterceptor(lookup, locks::getObject, placeholders, beans, failInsideTransaction),
                LOCK_ORDER,
                proxyTargetClass(environment));
    }

    @Bean
    @org.springframework.context.annotation.Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static GuardPostProcessor batonLeaderGuard(
            ConfigurableListableBeanFactory beans,
            Environment environment,
            DeclaredRoles roles,
            ObjectProvider<Elections> elections) {
        GuardLookup<LeaderOnly> lookup = new GuardLookup<>(LeaderOnly.class);
        GuardLookup<DistributedLock> locks = new GuardLookup<>(DistributedLock.class);
        UnaryOperator<String> placeholders = Placeholders.of(beans);
        return GuardPostProcessor.of(
                lookup,
                new LeaderOnlyRule(roles, placeholders),
                new LeaderOnlyInterceptor(
                        lookup,
                        elections::getObject,
                        placeholders,
                        (method, type) -> locks.find(method, type).isPresent()),
                LEADER_ORDER,
                proxyTargetClass(environment));
    }

    @Bean
    @org.springframework.context.annotation.Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static OnLeaderProcessor batonOnLeaderProcessor(ConfigurableListableBeanFactory beans, DeclaredRoles roles) {
        return new OnLeaderProcessor(roles, Placeholders.of(beans));
    }

    @Bean
    @ConditionalOnMissingBean
    Elections batonElections(
            CoordinationClient client,
            DeclaredRoles declared,
            BatonProperties properties,
            ObjectProvider<LeaderLatchCustomizer> customizers,
            EventDelivery events) {
        properties.leader().roles().keySet().forEach(declared::add);
        return new Elections(
                client,
                declared,
                role -> settings(properties.leader(), role),
                customizers.orderedStream().toList(),
                events);
    }

    @Bean
    @ConditionalOnBooleanProperty("baton.leader.relinquish-when-refusing-traffic")
    TrafficFollower batonTrafficFollower(Elections elections) {
        return new TrafficFollower(elections);
    }

    @Bean
    OnLeaderRunner batonOnLeaderRunner(
            OnLeaderProcessor found, Elections elections, Environment environment, BatonProperties properties) {
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("baton-on-leader-");
        threads.setVirtualThreads(Threading.VIRTUAL.isActive(environment));
        threads.setDaemon(true);
        return new OnLeaderRunner(
                found, elections, threads, properties.shutdown().drainTimeout());
    }

    /** The latch of the role the injection point names. */
    @Bean(destroyMethod = "")
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    @ConditionalOnMissingBean
    LeaderLatch batonLeaderLatch(InjectionPoint point, Elections elections) {
        Role role = point.getAnnotation(Role.class);
        return elections.latch(role == null ? LeaderOnly.DEFAULT_ROLE : role.value());
    }

    @Bean
    @ConditionalOnMissingBean
    LockOperations batonLockOperations(
            CoordinationClient client,
            BatonProperties properties,
            ObjectProvider<LockCustomizer> customizers,
            EventDelivery events) {
        BatonProperties.Lock lock = properties.lock();
        return new LockOperations(
                client,
                absolute(lock.path()),
                new LockSettings(LockSettings.parseWait(lock.waitFor()), lock.limit(), lock.atLeast()),
                customizers.orderedStream().toList(),
                events);
    }

    private static RoleSettings settings(BatonProperties.Leader leader, String role) {
        BatonProperties.LeaderRole of = leader.roles().get(role);
        if (of == null) {
            return new RoleSettings("/leader/" + role, Optional.empty());
        }
        return new RoleSettings(
                of.path() == null ? "/leader/" + role : absolute(of.path()), Optional.ofNullable(of.leasePolicy()));
    }

    private static String absolute(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    private static boolean proxyTargetClass(Environment environment) {
        return environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true);
    }
}
