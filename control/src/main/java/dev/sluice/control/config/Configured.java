package dev.sluice.control.config;

/// An object of the configuration, as it stands in the database.
public interface Configured {

    Head head();
}
