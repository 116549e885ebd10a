package baton.server.admin;

/** What we stand in for, which tools parse, and what we are. */
final class ServerVersion {
    static final String NUMBER = "3.9.5-baton-0.1.0";
    static final String TEXT = NUMBER + ", built on 2026-11-21 00:00 UTC";

    private ServerVersion() {}
}
