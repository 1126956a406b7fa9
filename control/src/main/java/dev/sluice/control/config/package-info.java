/// How everything that is configured is kept and changed: one form of table, one transaction with
/// audit and version for every change, one set of routes per kind of object.
///
/// Must not know: the kinds of objects themselves.
@NullMarked
package dev.sluice.control.config;

import org.jspecify.annotations.NullMarked;
