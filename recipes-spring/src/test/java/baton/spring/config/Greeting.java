package baton.spring.config;

import org.springframework.boot.context.properties.bind.DefaultValue;

/** Needs no node to have a value. */
@CoordinatedConfig("/config/${greeting.file:greeting}.properties")
record Greeting(@DefaultValue("hello") String text) {}
