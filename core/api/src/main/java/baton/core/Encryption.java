package baton.core;

/** How connections to a store are encrypted: by files that the core reads, or as the application sees to it. */
public sealed interface Encryption permits TlsFiles, TlsContexts {}
