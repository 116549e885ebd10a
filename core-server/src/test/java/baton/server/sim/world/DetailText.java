package baton.server.sim.world;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.server.sim.world.Schedule.Detail;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a step is, in one line: records with the names of their components, without those that are 0, false or null. What a
 * client asks stands there as it is, without the {@link Deed.Ask} around it.
 *
 * <pre>
 * Strike[client=1, nanos=2000000]
 * SetData[path="/a", content="c0-7"+"."*2999, version=-1]
 * AskInPart[request=GetData[path="/a/x", watch=true]]
 * SetAcl[path="/b", acl=["world:anyone:31"], version=-1]
 * </pre>
 *
 * <p>Texts and bytes are the same: printable ASCII, everything else as {@code \x00}, and of many equal bytes one and their
 * number. A component that is added to a record, and usually is 0, false or null, changes no text.
 */
final class DetailText {
    private static final int REPEATED_MIN = 16;
    private static final Map<String, Class<?>> RECORDS = Stream.of(Detail.class, Request.class)
            .flatMap(DetailText::records)
            .distinct()
            .collect(Collectors.toMap(Class::getSimpleName, each -> each));

    private final String text;
    private int at;

    private DetailText(String text) {
        this.text = text;
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(DetailText::records);
    }

    // Writing.

    static String of(Detail detail) {
        return valueText(detail instanceof Deed.Ask ask ? ask.request() : detail);
    }

    private static String valueText(Object value) {
        if (value instanceof Acl acl) {
            return valueText(acl.scheme() + ":" + acl.id() + ":" + acl.permissions());
        } else if (value instanceof Record record) {
            return record.getClass().getSimpleName() + componentsText(record);
        } else if (value instanceof List<?> list) {
            return list.stream().map(DetailText::valueText).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof String string) {
            return bytesText(Bytes.utf8(string));
        } else if (value instanceof Bytes bytes) {
            return bytesText(bytes);
        }
        return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }

    private static String componentsText(Record record) {
        List<String> components = new ArrayList<>();
        for (RecordComponent each : record.getClass().getRecordComponents()) {
            Object value = called(() -> each.getAccessor().invoke(record));
            if (value != null && !value.equals(nothing(each.getType()))) {
                components.add(each.getName() + "=" + valueText(value));
            }
        }
        return components.stream().collect(Collectors.joining(", ", "[", "]"));
    }

    private static @Nullable Object nothing(Class<?> type) {
        if (type == int.class) {
            return 0;
        } else if (type == long.class) {
            return 0L;
        }
        return type == boolean.class ? false : null;
    }

    private static String bytesText(Bytes bytes) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (int i = 0; i < bytes.size(); ) {
            int end = i + 1;
            while (end < bytes.size() && bytes.at(end) == bytes.at(i)) {
                end++;
            }
            boolean isRepeated = end - i >= REPEATED_MIN;
            if (isRepeated && !piece.isEmpty()) {
                pieces.add("\"" + piece + "\"");
                piece.setLength(0);
            }
            if (isRepeated) {
                pieces.add("\"" + byteText(bytes.at(i)) + "\"*" + (end - i));
            } else {
                piece.append(byteText(bytes.at(i)).repeat(end - i));
            }
            i = end;
        }
        if (!piece.isEmpty() || pieces.isEmpty()) {
            pieces.add("\"" + piece + "\"");
        }
        return String.join("+", pieces);
    }

    private static String byteText(byte one) {
        boolean isPlain = isAscii((char) one) && one != '"' && one != '\\';
        return isPlain ? Character.toString(one) : String.format("\\x%02x", one);
    }

    private static boolean isAscii(char one) {
        return one >= ' ' && one <= '~';
    }

    // Reading.

    /**
     * Reads what {@link #of} gave; throws {@link IllegalArgumentException} if that is no step in detail, or is written in
     * another way.
     */
    static Detail read(String text) {
        DetailText in = new DetailText(text);
        Object value = in.record();
        in.require(in.at == text.length(), "the end");
        Detail detail = value instanceof Request request ? new Deed.Ask(request) : (Detail) value;
        if (!of(detail).equals(text)) {
            throw new IllegalArgumentException("must be " + of(detail));
        }
        return detail;
    }

    private void require(boolean isThere, String wanted) {
        if (!isThere) {
            throw new IllegalArgumentException("no step in detail: at character " + at + " there must be " + wanted);
        }
    }

    private boolean takes(String what) {
        boolean isNext = text.startsWith(what, at);
        at += isNext ? what.length() : 0;
        return isNext;
    }

    private void takeAll(String what) {
        require(takes(what), what);
    }

    private String word() {
        int begin = at;
        while (at < text.length() && "=,[]".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(begin, at);
    }

    private Object record() {
        String name = word();
        Class<?> type = RECORDS.get(name);
        require(type != null, "one of " + RECORDS.keySet() + ", not " + name);
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (RecordComponent each : type.getRecordComponents()) {
            components.put(each.getName(), each);
            values.put(each.getName(), nothing(each.getType()));
        }
        takeAll("[");
        while (!takes("]")) {
            String component = word();
            require(components.containsKey(component), "one of " + components.keySet() + ", not " + component);
            takeAll("=");
            values.put(component, value(components.get(component).getGenericType()));
            require(takes(", ") || text.startsWith("]", at), "a comma or ]");
        }
        components.forEach((component, each) -> require(
                values.get(component) != null || each.getAnnotatedType().isAnnotationPresent(Nullable.class),
                component + " before it"));
        Class<?>[] types =
                components.values().stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
        return called(() -> {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values.values().toArray());
        });
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType list) {
            return list(list.getActualTypeArguments()[0]);
        } else if (type == String.class) {
            return bytes().utf8();
        } else if (type == Bytes.class) {
            return bytes();
        } else if (type == Acl.class) {
            return acl(bytes().utf8());
        } else if (type == int.class) {
            return Integer.parseInt(word());
        } else if (type == long.class) {
            return Long.parseLong(word());
        } else if (type == boolean.class) {
            boolean isTrue = takes("true");
            require(isTrue || takes("false"), "true or false");
            return isTrue;
        }
        Class<?> other = (Class<?>) type;
        Object value = other.isEnum() ? constant(other) : record();
        require(other.isInstance(value), "a " + other.getSimpleName() + " before it");
        return value;
    }

    private Object constant(Class<?> type) {
        String name = word();
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> ((Enum<?>) each).name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + ": is no " + type.getSimpleName()));
    }

    private Acl acl(String words) {
        int first = words.indexOf(':');
        int last = words.lastIndexOf(':');
        require(first < last, "scheme:id:permissions before it");
        return new Acl(
                Integer.parseInt(words.substring(last + 1)),
                words.substring(0, first),
                words.substring(first + 1, last));
    }

    private List<Object> list(Type type) {
        List<Object> values = new ArrayList<>();
        takeAll("[");
        while (!takes("]")) {
            values.add(value(type));
            require(takes(", ") || text.startsWith("]", at), "a comma or ]");
        }
        return values;
    }

    private Bytes bytes() {
        StringBuilder latin = new StringBuilder();
        do {
            takeAll("\"");
            StringBuilder piece = new StringBuilder();
            while (!takes("\"")) {
                require(at < text.length(), "a quote");
                piece.append(character());
            }
            latin.append(piece.toString().repeat(takes("*") ? number() : 1));
        } while (takes("+"));
        byte[] bytes = new byte[latin.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) latin.charAt(i);
        }
        return Bytes.wrap(bytes);
    }

    private char character() {
        if (!takes("\\x")) {
            require(isAscii(text.charAt(at)), "printable ASCII");
            return text.charAt(at++);
        }
        require(at + 2 <= text.length(), "two digits");
        at += 2;
        return (char) HexFormat.fromHexDigits(text, at - 2, at);
    }

    private int number() {
        int begin = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        return Integer.parseInt(text, begin, at, 10);
    }

    private interface Reflective {
        @Nullable
        Object call() throws ReflectiveOperationException;
    }

    private static @Nullable Object called(Reflective call) {
        try {
            return call.call();
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(String.valueOf(e.getCause()), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
