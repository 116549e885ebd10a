package baton.server.sim.world;

import baton.protocol.Request;

/** What a client does in one step, as far as that was a matter of chance. */
sealed interface Deed extends Schedule.Detail {
    /** Lets the client do it. */
    void by(Client client);

    /**
     * It sends a request. The zxid of a {@link Request.SetWatches} counts from the last that the client has seen by then, which
     * is another one in another run: 0, or less.
     */
    record Ask(Request request) implements Deed {
        @Override
        public void by(Client client) {
            client.ask(request);
        }
    }

    /** It sends a request without its end. */
    record AskInPart(Request request) implements Deed {
        @Override
        public void by(Client client) {
            client.askInPart(request);
        }
    }

    /**
     * It ends its session.
     *
     * @param waits whether it hears the answer before it goes
     * @param returns whether it wants the session back, if it has not waited
     */
    record SayGoodbye(boolean waits, boolean returns) implements Deed {
        @Override
        public void by(Client client) {
            client.sayGoodbye(this);
        }
    }

    /** It logs in, unless it is about to. */
    record LogIn(String user, boolean isWrong) implements Deed {
        @Override
        public void by(Client client) {
            client.logIn(this);
        }
    }

    /** It says what is no request. */
    record SayWrong(BadFrame frame) implements Deed {
        @Override
        public void by(Client client) {
            client.sayWrong(frame);
        }
    }

    /** It says what is no request, ends its session, to which nobody listens any more, and hangs up. */
    record GoWrong() implements Deed {
        @Override
        public void by(Client client) {
            client.goWrong();
        }
    }
}
