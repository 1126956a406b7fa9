/// Who calls the management plane and what they may do: the installation's key, organizations'
/// management credentials, browser sessions, roles and rights.
///
/// Must not know: what the routes do with it.
@NullMarked
package dev.sluice.control.access;

import org.jspecify.annotations.NullMarked;
