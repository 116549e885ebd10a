package baton.server.transport;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What an HTTP port shows. Called on the port's loop. */
@FunctionalInterface
public interface HttpSite {
    /** Answers a request, now or later. */
    CompletionStage<Reply> answer(Query query);

    /**
     * What somebody asks.
     *
     * @param method such as GET
     * @param path decoded, without what follows the question mark
     * @param parameters what follows it: the last value of each
     * @param headers by their names in lower case
     */
    record Query(
            String method,
            String path,
            Map<String, String> parameters,
            Map<String, String> headers,
            InetSocketAddress from) {
        public Query {
            parameters = Map.copyOf(parameters);
            headers = Map.copyOf(headers);
        }

        /** Returns a header, empty if it is missing. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** What is answered. */
    record Reply(int status, String contentType, String body) {
        public static Reply json(int status, String body) {
            return new Reply(status, "application/json", body);
        }

        public static Reply text(int status, String body) {
            return new Reply(status, "text/plain; charset=utf-8", body);
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }
}
