/// The checker: proves from raw rows alone that the books are right, with arithmetic of its own.
///
/// Must not know: any class of another module, least of all of those whose work it checks. The JDK,
/// JDBC and JSON alone; tables and formats are written down here a second time on purpose.
@NullMarked
package dev.sluice.checker;

import org.jspecify.annotations.NullMarked;
