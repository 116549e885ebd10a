package baton.server.config;

/** Where a setting was said. */
sealed interface Origin {
    /** Returns it as messages name it. */
    String shown();

    /** A line of a file. */
    record Line(String file, int number) implements Origin {
        @Override
        public String shown() {
            return file + " line " + number;
        }
    }

    /** A system property of the process. */
    record Property(String name) implements Origin {
        @Override
        public String shown() {
            return "system property " + name;
        }
    }

    /** A variable of the environment. */
    record Variable(String name) implements Origin {
        @Override
        public String shown() {
            return "environment variable " + name;
        }
    }

    /** Nobody said it. */
    record Default() implements Origin {
        @Override
        public String shown() {
            return "default";
        }
    }
}
