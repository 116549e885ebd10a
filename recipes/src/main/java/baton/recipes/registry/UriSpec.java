package baton.recipes.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * How to make the address of an instance, such as {@code {scheme}://{address}:{port}/api}.
 *
 * <p>Variables: {@code scheme} ({@code https} if there is an SSL port, else {@code http}), {@code name}, {@code id},
 * {@code address}, {@code port}, {@code ssl-port}, {@code registration-time-utc}, {@code service-type}.
 *
 * @param parts in order
 */
public record UriSpec(List<Part> parts) {
    public UriSpec {
        parts = List.copyOf(parts);
    }

    /**
     * A piece of the address.
     *
     * @param value a text, or the name of a variable
     */
    public record Part(String value, boolean variable) {}

    /** @throws IllegalArgumentException if a brace is not closed */
    public static UriSpec of(String template) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < template.length()) {
            int open = template.indexOf('{', at);
            if (open < 0) {
                parts.add(new Part(template.substring(at), false));
                break;
            }
            int close = template.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("uriSpec \"" + template + "\": { at " + open + " is not closed");
            }
            if (open > at) {
                parts.add(new Part(template.substring(at, open), false));
            }
            parts.add(new Part(template.substring(open + 1, close).trim(), true));
            at = close + 1;
        }
        return new UriSpec(parts);
    }

    /** @throws IllegalArgumentException naming a variable that is unknown, or that the instance has no value for */
    public String build(ServiceInstance<?> instance) {
        StringBuilder address = new StringBuilder();
        parts.forEach(part -> address.append(part.variable() ? valueOf(part.value(), instance) : part.value()));
        return address.toString();
    }

    private static String valueOf(String variable, ServiceInstance<?> of) {
        return switch (variable) {
            case "scheme" -> of.sslPort().isPresent() ? "https" : "http";
            case "name" -> of.name();
            case "id" -> of.id();
            case "address" -> of.address();
            case "port" -> port(variable, of.port(), of);
            case "ssl-port" -> port(variable, of.sslPort(), of);
            case "registration-time-utc" -> Long.toString(of.registrationTimeUTC());
            case "service-type" -> of.serviceType().name().toLowerCase(Locale.ROOT);
            default -> throw new IllegalArgumentException("uriSpec: unknown variable {" + variable + "}");
        };
    }

    private static String port(String variable, OptionalInt port, ServiceInstance<?> of) {
        return Integer.toString(port.orElseThrow(
                () -> new IllegalArgumentException("uriSpec: instance " + of.id() + " has no {" + variable + "}")));
    }
}
