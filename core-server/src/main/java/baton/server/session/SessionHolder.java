package baton.server.session;

/** Whoever has a session for now: a connection. Told apart by identity. */
public interface SessionHolder {}
