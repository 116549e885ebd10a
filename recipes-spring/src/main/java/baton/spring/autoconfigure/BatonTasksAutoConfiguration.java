package baton.spring.autoconfigure;

import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.queue.DeadTasks;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.Submitter;
import baton.spring.StartRefusedException;
import baton.spring.tasks.TaskCodecs;
import baton.spring.tasks.TaskHandlerProcessor;
import baton.spring.tasks.TaskQueue;
import baton.spring.tasks.TaskQueues;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.context.annotation.Scope;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Runs {@code @TaskHandler} methods, and gives what hands tasks in. */
@AutoConfiguration(after = BatonAutoConfiguration.class)
@ConditionalOnBean(CoordinationClient.class)
public final class BatonTasksAutoConfiguration {

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static TaskHandlerProcessor batonTaskHandlerProcessor(ConfigurableListableBeanFactory beans) {
        return new TaskHandlerProcessor(Placeholders.of(beans));
    }

    @Bean
    @ConditionalOnMissingBean
    TaskQueues batonTaskQueues(
            CoordinationClient client,
            TaskHandlerProcessor found,
            BatonProperties properties,
            ConfigurableListableBeanFactory beans,
            Environment environment) {
        TaskCodecs codecs = new TaskCodecs(type -> own(beans, type), JacksonCodecs.ifPresent(beans));
        boolean virtual = Threading.VIRTUAL.isActive(environment);
        return new TaskQueues(client, found, new Configured(properties), codecs, queue -> {
            SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("baton-task-" + queue + "-");
            threads.setVirtualThreads(virtual);
            threads.setDaemon(true);
            return threads;
        });
    }

    /** When all handlers are known. */
    @Bean
    SmartInitializingSingleton batonTaskHandlersAreSound(TaskQueues queues) {
        return queues::check;
    }

    /** Hands tasks in to the queue that the injection point names. */
    @Bean
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    Submitter<?, ?> batonSubmitter(InjectionPoint point, TaskQueues queues, ConfigurableListableBeanFactory beans) {
        ResolvableType type = typeOf(point);
        return queues.submitter(queueOf(point, beans), type.getGeneric(0), type.getGeneric(1));
    }

    /** The dead tasks of the queue that the injection point names. */
    @Bean
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    DeadTasks<?> batonDeadTasks(InjectionPoint point, TaskQueues queues, ConfigurableListableBeanFactory beans) {
        return queues.dead(queueOf(point, beans), typeOf(point).getGeneric(0));
    }

    private static String queueOf(InjectionPoint point, ConfigurableListableBeanFactory beans) {
        TaskQueue queue = point.getAnnotation(TaskQueue.class);
        if (queue == null) {
            throw new StartRefusedException(
                    point.getMember() + " injects something of a task queue without saying of which.",
                    "Add @TaskQueue(\"the-queue\") to the injection point.");
        }
        return Placeholders.of(beans).apply(queue.value());
    }

    private static ResolvableType typeOf(InjectionPoint point) {
        return point instanceof DependencyDescriptor descriptor ? descriptor.getResolvableType() : ResolvableType.NONE;
    }

    private static Optional<Codec<?>> own(ConfigurableListableBeanFactory beans, ResolvableType type) {
        return beans.getBeanProvider(ResolvableType.forClassWithGenerics(Codec.class, type)).stream()
                .findFirst()
                .map(codec -> (Codec<?>) codec);
    }

    /**
     * Queues as the properties say.
     *
     * @param properties of the application
     */
    private record Configured(BatonProperties properties) implements TaskQueues.Settings {
        @Override
        public String rootOf(String queue) {
            BatonProperties.TaskQueueSettings settings = properties.tasks().get(queue);
            String root = settings == null || settings.root() == null ? "tasks/" + queue : settings.root();
            return root.startsWith("/") ? root : "/" + root;
        }

        @Override
        public void configure(String queue, MasterWorkerQueue.Builder<Object, Object> builder) {
            BatonProperties.TaskQueueSettings settings = properties.tasks().get(queue);
            if (settings != null) {
                builder.maxPending(settings.maxPending())
                        .maxAttempts(settings.maxAttempts())
                        .backoff(settings.backoff(), settings.backoffMax())
                        .workerGrace(settings.workerGrace())
                        .statusTtl(settings.statusTtl())
                        .masterCandidate(settings.master());
            }
        }

        @Override
        public Duration drainTimeout() {
            return properties.shutdown().drainTimeout();
        }
    }
}
