package dev.sluice.control.models;

import dev.sluice.store.Sql;
import java.util.ArrayList;
import java.util.List;

/// Targets of models, in their order.
final class TargetStore {

    void replace(Sql sql, PublicModel model) {
        String organization = model.head().organizationId();
        sql.update(
                "DELETE FROM model_target WHERE organization_id = ? AND model_id = ?",
                organization,
                model.head().id());
        List<List<Object>> rows = new ArrayList<>();
        for (PublicModel.Target target : model.targets()) {
            rows.add(
                    List.of(
                            organization,
                            model.head().id(),
                            rows.size(),
                            target.upstreamId(),
                            target.model(),
                            target.priority(),
                            target.weight()));
        }
        sql.batch(
                """
                INSERT INTO model_target (organization_id, model_id, position, upstream_id,
                upstream_model, priority, weight) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                rows);
    }
}
