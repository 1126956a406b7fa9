package dev.sluice.control.organizations;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import java.math.BigDecimal;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// A tenant.
///
/// @param creditLimit how far a postpaid account may go below zero; 0 for prepaid ones
/// @param multiply its price rule, or null
/// @param sandbox demonstration or drill: never the default organization
public record Organization(
        Head head,
        ZoneId zone,
        String currency,
        boolean postpaid,
        BigDecimal creditLimit,
        @Nullable BigDecimal multiply,
        boolean sandbox)
        implements Configured {}
