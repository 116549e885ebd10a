package baton.spring.autoconfigure;

import baton.client.ZnodeCore;

/**
 * A bean that changes how the network core of Baton and Apache ZooKeeper servers is built. Several are called in their
 * {@code @Order}.
 */
@FunctionalInterface
public interface ZnodeCoreCustomizer {
    void customize(ZnodeCore.Builder builder);
}
