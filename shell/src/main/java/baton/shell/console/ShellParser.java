package baton.shell.console;

import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;

/**
 * Takes a line apart for completion as {@link Words} does for commands: quotes, and nothing that escapes them. What is
 * completed to something with a blank in it stands in quotes that are closed, whether more may follow or not.
 */
final class ShellParser implements Parser {
    private final Parser parser = new LeadingQuotes().escapeChars(null);

    /** Says whether a word can be written so that it is read as it is; one with blanks and both quotes may not. */
    static boolean canWrite(String word) {
        return isPlain(word) || word.indexOf('\'') < 0 || word.indexOf('"') < 0;
    }

    private static boolean isPlain(String word) {
        return word.chars().noneMatch(Character::isWhitespace) && !word.startsWith("'") && !word.startsWith("\"");
    }

    /** A quote inside a word is part of it. */
    private static final class LeadingQuotes extends DefaultParser {
        @Override
        public boolean isQuoteChar(CharSequence line, int at) {
            return super.isQuoteChar(line, at) && (at == 0 || Character.isWhitespace(line.charAt(at - 1)));
        }
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        ParsedLine parsed = parser.parse(line, cursor, context);
        return parsed instanceof CompletingParsedLine completing ? new Line(completing) : parsed;
    }

    private record Line(CompletingParsedLine parsed) implements CompletingParsedLine {
        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            String text = candidate.toString();
            char quote = text.indexOf('\'') < 0 ? '\'' : '"';
            return isPlain(text) ? text : quote + text + quote;
        }

        @Override
        public int rawWordCursor() {
            return parsed.rawWordCursor();
        }

        @Override
        public int rawWordLength() {
            return parsed.rawWordLength();
        }

        @Override
        public String word() {
            return parsed.word();
        }

        @Override
        public int wordCursor() {
            return parsed.wordCursor();
        }

        @Override
        public int wordIndex() {
            return parsed.wordIndex();
        }

        @Override
        public List<String> words() {
            return parsed.words();
        }

        @Override
        public String line() {
            return parsed.line();
        }

        @Override
        public int cursor() {
            return parsed.cursor();
        }
    }
}
