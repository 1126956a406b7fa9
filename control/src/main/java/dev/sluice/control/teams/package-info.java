/// Teams: the groups that keys and costs belong to.
///
/// Must not know: routes, SQL beyond its own table.
@NullMarked
package dev.sluice.control.teams;

import org.jspecify.annotations.NullMarked;
