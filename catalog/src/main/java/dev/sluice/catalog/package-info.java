/// The price book: what each provider charges for each model, and how usage becomes cost lines.
///
/// Facts live in data files under `catalog/prices` and `catalog/providers`; this package reads them
/// and prices usage exactly. It knows nothing of callers, quotas, accounts or HTTP: rules about who
/// may call what are in `policy`, what was paid is in `ledger`.
@NullMarked
package dev.sluice.catalog;

import org.jspecify.annotations.NullMarked;
