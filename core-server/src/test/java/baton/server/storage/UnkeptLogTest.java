package baton.server.storage;

class UnkeptLogTest extends TxnLogContract {
    private final UnkeptLog log = new UnkeptLog();

    @Override
    TxnLog open() {
        return log;
    }
}
