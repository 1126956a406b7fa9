package dev.sluice.ledger.booking;

import dev.sluice.store.Sql;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Repeats the rows of calls and their transfers, with ids and times of their own, made by the
/// database. A copy is admitted in the same minute as its original, so that both count in the same
/// windows and roll-ups; the totals of all of them are the caller's.
final class CallCopies {

    /// Three digits of an id tell the copies of one call apart.
    static final int MAX = 32 * 32 * 32 - 1;

    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    private static final List<String> CHANGED =
            List.of("request_id", "admitted_at", "ended_at", "provider_request_ids", "attempts");

    private static final String KEPT =
            CallStore.COLUMNS.stream()
                    .filter(column -> !CHANGED.contains(column))
                    .collect(Collectors.joining(", "));

    /// How much later than its original each copy is, in milliseconds: the minute's copies are
    /// spread evenly over it, none of them at the moment of the original. `name` and `tail` begin
    /// and end the digits of its ids. Without OFFSET, which keeps a subquery from being merged into
    /// its query, each of them would be made anew wherever it is used.
    private static final String COPY =
            """
            CROSS JOIN (SELECT n * 60000::bigint / (?::int + 1) AS ahead, %2$s AS tail
                          FROM generate_series(1, ?::int) n OFFSET 0) turn
            CROSS JOIN LATERAL (SELECT (millis + ahead) %% 60000 - millis %% 60000 AS later
                                OFFSET 0) l
            CROSS JOIN LATERAL (SELECT later * interval '1 millisecond' AS lag, %1$s AS name
                                OFFSET 0) s
            """
                    .formatted(digits("(millis + later)", 10), digits("n", 3));

    private static final String CALLS =
            """
            WITH original AS MATERIALIZED (
                 SELECT *, %3$s AS millis FROM call WHERE request_id = ANY(?::text[]))
            INSERT INTO call (%1$s,
                   request_id, admitted_at, ended_at, provider_request_ids, attempts)
            SELECT %1$s, %4$s, admitted_at + lag, ended_at + lag,
                   ARRAY(SELECT %5$s
                           FROM unnest(provider_request_ids) WITH ORDINALITY u(p, o) ORDER BY o),
                   (SELECT COALESCE(jsonb_agg(a || jsonb_build_object(
                               'id', %6$s,
                               'provider_request_id', %7$s,
                               'started_at', to_char((a->>'started_at')::timestamptz + lag,
                                                     'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                               ORDER BY o), '[]')
                      FROM jsonb_array_elements(attempts) WITH ORDINALITY e(a, o))
              FROM original %2$s
             ORDER BY millis + later
            """
                    .formatted(
                            KEPT,
                            COPY,
                            millis("admitted_at"),
                            renamed("request_id"),
                            renamed("p"),
                            renamed("(a->>'id')"),
                            renamed("(a->>'provider_request_id')"));

    private static final String TRANSFERS =
            """
            WITH original AS MATERIALIZED (
                 SELECT t.*, %1$s AS entered, %2$s AS millis
                   FROM transfer t JOIN call c USING (request_id)
                  WHERE t.request_id = ANY(?::text[]) AND c.request_id = ANY(?::text[]))
            INSERT INTO transfer (id, organization_id, at, kind, request_id, attempt_id, debit,
                                  credit, amount, currency)
            SELECT 'ent_' || %3$s || substr(id, 15, 13) || tail, organization_id, at + lag, kind,
                   %4$s, %5$s, debit, credit, amount, currency
              FROM original %6$s
             ORDER BY 1
            """
                    .formatted(
                            millis("t.at"),
                            millis("c.admitted_at"),
                            digits("(entered + later)", 10),
                            renamed("request_id"),
                            renamed("attempt_id"),
                            COPY);

    private CallCopies() {}

    /// An id with 26 digits after its kind: they become the copy's but for 13.
    private static String renamed(String id) {
        return "left(%1$s, -26) || name || left(right(%1$s, 16), 13) || tail".formatted(id);
    }

    private static String millis(String time) {
        return "floor(extract(epoch FROM %s) * 1000)::bigint".formatted(time);
    }

    /// A whole number's last digits of base 32, in SQL.
    private static String digits(String number, int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "substr('%s', (%s >> %d & 31)::int + 1, 1)"
                                .formatted(DIGITS, number, 5 * (count - 1 - i)))
                .collect(Collectors.joining(" || "));
    }

    /// Repeats calls whose rows and transfers were written in this transaction.
    ///
    /// @param copies of each, at most [#MAX]
    static void write(Sql sql, List<String> requestIds, int copies) {
        sql.update(CALLS, requestIds, copies, copies);
        sql.update(TRANSFERS, requestIds, requestIds, copies, copies);
    }
}
