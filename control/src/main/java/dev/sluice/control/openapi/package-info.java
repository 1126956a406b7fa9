/// The OpenAPI document, made from the routes themselves.
///
/// Must not know: what the routes do.
@NullMarked
package dev.sluice.control.openapi;

import org.jspecify.annotations.NullMarked;
