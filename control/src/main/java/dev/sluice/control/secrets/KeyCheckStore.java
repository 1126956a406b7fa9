package dev.sluice.control.secrets;

import dev.sluice.domain.Secret;
import dev.sluice.store.Database;

/// The check value of the master key: the first replica seals a known text, every later one must be
/// able to open it.
public final class KeyCheckStore {

    private static final String ROW = "installation";
    private static final String KNOWN = "sluice";

    private final Database database;

    public KeyCheckStore(Database database) {
        this.database = database;
    }

    /// Throws [IllegalStateException] when the database's secrets belong to another master key.
    public void verify(MasterKey key) {
        byte[] stored =
                database.inTransaction(sql -> {
                    sql.update(
                            "UPDATE installation SET master_key_check = ?"
                                    + " WHERE master_key_check IS NULL",
                            (Object) key.seal(new Secret(KNOWN), ROW).bytes());
                    return sql.one(
                            "SELECT master_key_check FROM installation",
                            row -> row.bytes("master_key_check"));
                });
        try {
            if (key.open(new SealedSecret(stored), ROW).reveal().equals(KNOWN)) {
                return;
            }
        } catch (MasterKey.WrongKey _) {
            // answered below
        }
        throw new IllegalStateException(
                "The master key does not match this database. Give this replica the"
                        + " SLUICE_MASTER_KEY of the others, or the data directory's file "
                        + MasterKey.FILE
                        + " it was started with first.");
    }
}
