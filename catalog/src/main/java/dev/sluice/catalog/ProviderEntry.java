package dev.sluice.catalog;

import java.util.List;
import java.util.Optional;

/// What is the same for every upstream of a provider. Facts only; what an operator writes in
/// `upstreams` wins.
///
/// @param id the name in `provider:` of an upstream
/// @param aliases other names it goes by
/// @param dialects wire formats it speaks, preferred first
/// @param authHeader the header that carries the credential
/// @param authScheme what stands before the credential in it, `Bearer`; empty when nothing does
/// @param defaultHeaders headers every request to it needs, `name: value`
/// @param baseUrl where it listens, as its own SDK takes it; empty where each customer has one
/// @param outputLimitField what it calls the output limit in the chat dialect
/// @param priceProviders the price book's providers whose rows apply, first match wins
public record ProviderEntry(
        String id,
        String displayName,
        List<String> aliases,
        List<String> dialects,
        String authHeader,
        Optional<String> authScheme,
        List<String> defaultHeaders,
        Optional<String> baseUrl,
        String outputLimitField,
        List<String> priceProviders) {

    public ProviderEntry {
        aliases = List.copyOf(aliases);
        dialects = List.copyOf(dialects);
        defaultHeaders = List.copyOf(defaultHeaders);
        priceProviders = List.copyOf(priceProviders);
    }
}
