package baton.samples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Starts with no set-up: the embedded core coordinates this one process.
 *
 * <p>Several instances need a store they share: {@code --baton.connect=host:2181}.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableScheduling
public class OrdersApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(OrdersApplication.class, arguments);
    }
}
