package baton.recipes;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Tells the flight recorder of the JDK what is granted and lost. Costs nothing while nothing is recorded. */
public final class FlightRecorder {
    private FlightRecorder() {}

    /** A grant began. */
    public static void granted(String recipe, Grant grant) {
        Granted event = new Granted();
        if (event.shouldCommit()) {
            event.recipe = recipe;
            event.ticket = grant.ticketPath().toString();
            event.token = grant.token().value();
            event.epoch = grant.sessionEpoch();
            event.commit();
        }
    }

    /** A grant was lost. */
    public static void lost(String recipe, Grant grant, LossReason reason) {
        Lost event = new Lost();
        if (event.shouldCommit()) {
            event.recipe = recipe;
            event.ticket = grant.ticketPath().toString();
            event.token = grant.token().value();
            event.reason = reason.name();
            event.commit();
        }
    }

    static void session(String client, ConnectionEvent change) {
        SessionChanged event = new SessionChanged();
        if (event.shouldCommit()) {
            event.client = client;
            event.state = change.state().name();
            event.epoch = change.epoch();
            event.commit();
        }
    }

    @Name("baton.Granted")
    @Label("Granted")
    @Category("Baton")
    @Description("A recipe was granted what it waited for")
    @StackTrace(false)
    private static final class Granted extends Event {
        @Label("Recipe")
        String recipe = "";

        @Label("Ticket")
        String ticket = "";

        @Label("Fencing token")
        long token;

        @Label("Session epoch")
        long epoch;
    }

    @Name("baton.GrantLost")
    @Label("Grant Lost")
    @Category("Baton")
    @Description("A recipe lost what it held")
    @StackTrace(false)
    private static final class Lost extends Event {
        @Label("Recipe")
        String recipe = "";

        @Label("Ticket")
        String ticket = "";

        @Label("Fencing token")
        long token;

        @Label("Reason")
        String reason = "";
    }

    @Name("baton.SessionChanged")
    @Label("Session Changed")
    @Category("Baton")
    @Description("The connection of a client changed")
    @StackTrace(false)
    private static final class SessionChanged extends Event {
        @Label("Client")
        String client = "";

        @Label("State")
        String state = "";

        @Label("Session epoch")
        long epoch;
    }
}
