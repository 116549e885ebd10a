package baton.core;

/** Who a client says it is, to stores that ask. Shows no password when printed. */
public record Login(String user, String password) {
    public Login {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a login needs a user name");
        }
    }

    @Override
    public String toString() {
        return "Login[" + user + "]";
    }
}
