package baton.server.transport;

import java.io.InputStream;
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

    /** What an answer holds. */
    sealed interface Content {
        /** A text. */
        record Text(String text) implements Content {
            byte[] bytes() {
                return text.getBytes(StandardCharsets.UTF_8);
            }
        }

        /** Bytes that are read while they are sent, on the port's loop; whoever sends them closes them. */
        record Stream(InputStream bytes, long size) implements Content {}
    }

    /**
     * What is answered.
     *
     * @param headers beside those that every answer has
     */
    record Reply(int status, String contentType, Content content, Map<String, String> headers) {
        public Reply {
            headers = Map.copyOf(headers);
        }

        public Reply(int status, String contentType, String text) {
            this(status, contentType, new Content.Text(text), Map.of());
        }

        public static Reply json(int status, String body) {
            return new Reply(status, "application/json", body);
        }

        public static Reply text(int status, String body) {
            return new Reply(status, "text/plain; charset=utf-8", body);
        }

        /** Returns the same with these headers. */
        public Reply with(Map<String, String> others) {
            return new Reply(status, contentType, content, others);
        }
    }
}
