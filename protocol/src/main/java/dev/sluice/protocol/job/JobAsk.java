package dev.sluice.protocol.job;

/// A question about a job.
///
/// @param method of HTTP
/// @param send where, and what is said
public record JobAsk(String method, JobSend send) {

    /// What is at a path, from the host's root.
    public static JobAsk get(String path) {
        return new JobAsk("GET", new JobSend(path, "", new byte[0]));
    }

    /// A question that says nothing more than where it is sent.
    public static JobAsk post(String path) {
        return new JobAsk("POST", new JobSend(path, "", new byte[0]));
    }

    /// A question in JSON.
    public static JobAsk post(String path, byte[] json) {
        return new JobAsk("POST", JobSend.json(path, json));
    }
}
