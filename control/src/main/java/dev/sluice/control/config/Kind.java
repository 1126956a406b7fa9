package dev.sluice.control.config;

import dev.sluice.control.access.Access;
import dev.sluice.control.http.Shape;

/// What never changes about one kind of configured object.
///
/// @param name in audit rows and plans: `team`
/// @param plural in paths and in the file: `teams`
/// @param shape of the object in answers, for the API's description
/// @param reading who may read such objects
/// @param writing who may create, change and delete them
public record Kind<T extends Configured>(
        String name,
        String plural,
        RowStore<T> rows,
        Shape shape,
        Access reading,
        Access writing) {}
