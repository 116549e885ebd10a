package baton.spring.config;

import baton.recipes.config.ConfigPublisher;

/**
 * Makes the publishers of records that are bound to nodes. They write documents in the notation of the node's name, and
 * refuse a record that would not be read back as it is.
 *
 * @param application what they share
 */
public record ConfigPublishers(LiveNodes application) {

    /** The publisher of one record. */
    public <T> ConfigPublisher<T> of(Class<T> type, String path, boolean versioned) {
        ConfigPublisher.Builder<T> builder = ConfigPublisher.builder(
                application.client(), path, application.binder().codec(type, path));
        return versioned ? builder.versioned().build() : builder.build();
    }
}
