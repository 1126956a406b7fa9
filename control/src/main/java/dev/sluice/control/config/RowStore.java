package dev.sluice.control.config;

import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One table of configured objects: by id or name, in pages, insert, update, delete. Every query
/// carries the organization; null means all of them and is for the list of organizations alone.
public final class RowStore<T extends Configured> {

    /// An organization belongs to itself.
    public static final String ORGANIZATIONS = "SELECT *, id AS organization_id FROM organization";

    public static final String USERS =
            """
            SELECT u.*, t.name AS team_name FROM app_user u
            LEFT JOIN team t ON t.organization_id = u.organization_id AND t.id = u.team_id
            """;

    public static final String SERVICES =
            """
            SELECT s.*, t.name AS team_name, u.name AS user_name FROM service s
            LEFT JOIN team t ON t.organization_id = s.organization_id AND t.id = s.team_id
            LEFT JOIN app_user u ON u.organization_id = s.organization_id AND u.id = s.user_id
            """;

    public static final String KEYS =
            """
            SELECT k.*, t.name AS team_name FROM api_key k
            LEFT JOIN team t ON t.organization_id = k.organization_id AND t.id = k.team_id
            """;

    public static final String QUOTAS =
            """
            SELECT q.*, t.name AS team_name, k.label AS key_label FROM quota_rule q
            LEFT JOIN team t ON t.organization_id = q.organization_id
                AND t.id = q.scope->>'team'
            LEFT JOIN api_key k ON k.organization_id = q.organization_id
                AND k.id = q.scope->>'key'
            """;

    /// Models with their targets as one JSON array in order.
    public static final String MODELS =
            """
            SELECT m.*, (SELECT coalesce(jsonb_agg(jsonb_build_object('upstream_id', t.upstream_id,
                'upstream', u.name, 'provider', u.provider, 'model', t.upstream_model,
                'priority', t.priority, 'weight', t.weight) ORDER BY t.position), '[]'::jsonb)
                FROM model_target t JOIN upstream u ON u.id = t.upstream_id
                WHERE t.organization_id = m.organization_id AND t.model_id = m.id) AS targets
            FROM model m
            """;

    private final String table;
    private final String nameColumn;
    private final Function<Row, T> mapper;
    private final Function<T, List<Column>> columns;
    private final String source;
    private final String alsoVisible;
    private final String listed;

    /// A table whose rows have the columns of [Head].
    ///
    /// @param columns everything but id, organization, ownership, revision and creation time
    public RowStore(
            String table,
            String nameColumn,
            Function<Row, T> mapper,
            Function<T, List<Column>> columns) {
        this(table, nameColumn, mapper, columns, table, "", "");
    }

    private RowStore(
            String table,
            String nameColumn,
            Function<Row, T> mapper,
            Function<T, List<Column>> columns,
            String source,
            String alsoVisible,
            String listed) {
        this.table = table;
        this.nameColumn = nameColumn;
        this.mapper = mapper;
        this.columns = columns;
        this.source = source;
        this.alsoVisible = alsoVisible;
        this.listed = listed;
    }

    /// Reads from a query over the table instead of the table itself.
    public RowStore<T> selecting(String query) {
        return new RowStore<>(
                table, nameColumn, mapper, columns, "(" + query + ")", alsoVisible, listed);
    }

    /// Rows marked `shared` are visible to every organization.
    public RowStore<T> withShared() {
        return new RowStore<>(table, nameColumn, mapper, columns, source, " OR x.shared", listed);
    }

    /// Keys that Sluice made for its own pages are found by name, and are in no list.
    public RowStore<T> listingNoneMinted() {
        return new RowStore<>(
                table,
                nameColumn,
                mapper,
                columns,
                source,
                alsoVisible,
                " AND x.minted_for IS NULL");
    }

    private String visible() {
        return "(?::text IS NULL OR x.organization_id = ?" + alsoVisible + ")";
    }

    /// By id, else by name; the organization's own before a shared one.
    public Optional<T> find(Sql sql, @Nullable String organizationId, String reference) {
        return sql
                .list(
                        "SELECT x.* FROM %s x WHERE %s AND (x.id = ? OR x.%s = ?)"
                                        .formatted(source, visible(), nameColumn)
                                + " ORDER BY (x.id = ?) DESC, (x.organization_id = ?) DESC LIMIT 1",
                        mapper,
                        organizationId,
                        organizationId,
                        reference,
                        reference,
                        reference,
                        organizationId)
                .stream()
                .findFirst();
    }

    /// The organization's own object of that very name.
    public Optional<T> named(Sql sql, String organizationId, String name) {
        return sql.optional(
                "SELECT x.* FROM %s x WHERE x.organization_id = ? AND x.%s = ?"
                        .formatted(source, nameColumn),
                mapper,
                organizationId,
                name);
    }

    /// All own objects, oldest first.
    public List<T> all(Sql sql, String organizationId) {
        return sql.list(
                "SELECT x.* FROM %s x WHERE x.organization_id = ?%s ORDER BY x.id"
                        .formatted(source, listed),
                mapper,
                organizationId);
    }

    /// Every row of the installation, for the snapshot.
    public List<T> everywhere(Sql sql) {
        return sql.list("SELECT x.* FROM " + source + " x ORDER BY x.id", mapper);
    }

    /// Newest first.
    public List<T> page(
            Sql sql,
            @Nullable String organizationId,
            Filter filter,
            @Nullable String after,
            int rows) {
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(organizationId);
        arguments.add(organizationId);
        arguments.addAll(filter.arguments());
        arguments.add(after);
        arguments.add(after);
        arguments.add(rows);
        return sql.list(
                "SELECT x.* FROM %s x WHERE %s%s %s AND (?::text IS NULL OR x.id < ?)"
                                .formatted(source, visible(), listed, filter.sql())
                        + " ORDER BY x.id DESC LIMIT ?",
                mapper,
                arguments.toArray());
    }

    public void insert(Sql sql, T item) {
        Head head = item.head();
        List<Column> all = new ArrayList<>();
        all.add(Column.of("id", head.id()));
        if (!table.equals("organization")) {
            all.add(Column.of("organization_id", head.organizationId()));
        }
        all.add(Column.of("owned_by_file", head.ownedByFile()));
        all.add(Column.of("created_at", head.createdAt()));
        all.addAll(columns.apply(item));
        sql.update(
                "INSERT INTO %s (%s) VALUES (%s)"
                        .formatted(
                                table,
                                String.join(", ", all.stream().map(Column::name).toList()),
                                String.join(", ", all.stream().map(c -> "?" + c.cast()).toList())),
                all.stream().map(Column::value).toArray());
    }

    /// Writes every column and counts the revision up.
    public void update(Sql sql, T item) {
        List<Column> all = new ArrayList<>(columns.apply(item));
        all.add(Column.of("owned_by_file", item.head().ownedByFile()));
        List<@Nullable Object> arguments = new ArrayList<>();
        all.forEach(column -> arguments.add(column.value()));
        arguments.add(item.head().id());
        sql.update(
                "UPDATE %s SET %s, revision = revision + 1 WHERE id = ?"
                        .formatted(
                                table,
                                String.join(
                                        ", ",
                                        all.stream()
                                                .map(c -> c.name() + " = ?" + c.cast())
                                                .toList())),
                arguments.toArray());
    }

    public void delete(Sql sql, T item) {
        sql.update("DELETE FROM " + table + " WHERE id = ?", item.head().id());
    }

    /// One more condition of a list.
    ///
    /// @param sql starts with AND, over the alias `x`; empty for none
    public record Filter(String sql, List<Object> arguments) {

        public static final Filter NONE = new Filter("", List.of());

        public Filter equal(String column, Object value) {
            return and("x." + column + " = ?", value);
        }

        /// Rows whose first of the two times that is there lies before the given one.
        public Filter before(String column, String otherwise, Instant time) {
            return and("coalesce(x." + column + ", x." + otherwise + ") < ?", time);
        }

        public Filter absent(String column) {
            return new Filter(sql + " AND x." + column + " IS NULL", arguments);
        }

        public Filter present(String column) {
            return new Filter(sql + " AND x." + column + " IS NOT NULL", arguments);
        }

        /// Rows whose time is there and not after the given one.
        public Filter past(String column, Instant time) {
            return and("x." + column + " <= ?", time);
        }

        /// Rows whose time is absent or after the given one.
        public Filter notPast(String column, Instant time) {
            return and("(x." + column + " IS NULL OR x." + column + " > ?)", time);
        }

        /// Keys whose next rotation was due by the given time.
        public Filter rotationDue(Instant time) {
            return and("x.rotated_at + make_interval(days => x.rotate_days) <= ?", time);
        }

        /// Rows whose text contains the given one, in any case.
        public Filter containing(String column, String part) {
            return and("position(lower(?) IN lower(x." + column + ")) > 0", part);
        }

        /// Rows that refer to one of the same organization in `table`, by its id or its name.
        public Filter referring(String column, String table, String reference) {
            return and(
                    "x."
                            + column
                            + " IN (SELECT t.id FROM "
                            + table
                            + " t WHERE t.organization_id = x.organization_id"
                            + " AND ? IN (t.id, t.name))",
                    reference);
        }

        private Filter and(String condition, Object value) {
            List<Object> all = new ArrayList<>(arguments);
            all.add(value);
            return new Filter(sql + " AND " + condition, List.copyOf(all));
        }
    }
}
