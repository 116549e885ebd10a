package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A page of metrics in the text format 0.0.4.
 *
 * @param types by the name of each family
 * @param samples by name and labels, as they stand there
 */
record MetricsPage(String text, Map<String, String> types, Map<String, Double> samples) {
    static MetricsPage of(String text) {
        Map<String, String> types = new TreeMap<>();
        Map<String, Double> samples = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                assertThat(types.put(words[2], words[3])).as(line).isNull();
            } else if (!line.startsWith("#") && !line.isEmpty()) {
                int end = line.lastIndexOf(' ');
                String value = line.substring(end + 1).replace("Inf", "Infinity");
                assertThat(samples.put(line.substring(0, end), Double.valueOf(value)))
                        .as(line)
                        .isNull();
            }
        }
        return new MetricsPage(text, types, samples);
    }

    static MetricsPage at(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        return of(HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** Sums up the samples of that name, whatever their labels. */
    double sum(String name) {
        return samples.entrySet().stream()
                .filter(each -> each.getKey().equals(name) || each.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
