package dev.sluice.control.openapi;

import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Shape;
import java.util.List;

/// Files and batches, which keys have beside the models.
final class BatchRoutes {

    private static final Shape FILE =
            Shape.object("FileObject")
                    .text("id", "of the file")
                    .text("object", "`file`")
                    .whole("bytes", "its length")
                    .whole("created_at", "seconds since 1970")
                    .whole("expires_at", "seconds since 1970; forgotten then")
                    .text("filename", "as it was uploaded")
                    .text("purpose", "as it was uploaded, or `batch_output`")
                    .text("status", "`processed`");
    private static final Shape FILES =
            Shape.object("FileObjectList")
                    .text("object", "`list`")
                    .listOf("data", FILE, "files of this key")
                    .text("first_id", "of the first file, or null")
                    .text("last_id", "of the last file, or null")
                    .flag("has_more", "whether more follow `last_id`")
                    .nullable("first_id", "last_id");
    private static final Shape FILE_DELETED =
            Shape.object("FileObjectDeleted")
                    .text("id", "of the file")
                    .text("object", "`file`")
                    .flag("deleted", "true");

    private static final Shape COUNTS =
            Shape.object("BatchRequestCounts")
                    .whole("total", "lines of the input file")
                    .whole("completed", "lines with an answer")
                    .whole("failed", "lines in the file of errors");
    private static final Shape BATCH =
            Shape.object("Batch")
                    .text("id", "of the batch")
                    .text("object", "`batch`")
                    .text("endpoint", "the path that all lines ask")
                    .text("model", "that all lines ask, once they were read")
                    .any("errors", "{object, data: [{code, message, param, line}]}, or null")
                    .text("input_file_id", "the calls")
                    .text("completion_window", "`24h`")
                    .word(
                            "status",
                            "how far it has come",
                            "validating",
                            "failed",
                            "in_progress",
                            "finalizing",
                            "completed",
                            "expired",
                            "cancelling",
                            "cancelled")
                    .text("output_file_id", "the answers, once there are any")
                    .text("error_file_id", "the lines without an answer, once it is done")
                    .whole("created_at", "seconds since 1970")
                    .whole("expires_at", "what has no answer then is not asked any more")
                    .whole("failed_at", "seconds since 1970")
                    .whole("in_progress_at", "seconds since 1970")
                    .whole("finalizing_at", "seconds since 1970")
                    .whole("completed_at", "seconds since 1970")
                    .whole("expired_at", "seconds since 1970")
                    .whole("cancelling_at", "seconds since 1970")
                    .whole("cancelled_at", "seconds since 1970")
                    .nested("request_counts", COUNTS, "of lines")
                    .any("usage", "what the answers say was used, together")
                    .any("metadata", "as it was given")
                    .nullable(
                            "model",
                            "output_file_id",
                            "error_file_id",
                            "failed_at",
                            "in_progress_at",
                            "finalizing_at",
                            "completed_at",
                            "expired_at",
                            "cancelling_at",
                            "cancelled_at");
    private static final Shape BATCHES =
            Shape.object("BatchList")
                    .text("object", "`list`")
                    .listOf("data", BATCH, "batches of this key, newest first")
                    .text("first_id", "of the first batch, or null")
                    .text("last_id", "of the last batch, or null")
                    .flag("has_more", "whether more follow `last_id`")
                    .nullable("first_id", "last_id");
    private static final Shape BATCH_REQUEST =
            Shape.object("BatchRequest")
                    .text("input_file_id", "a file with the purpose `batch`")
                    .word(
                            "endpoint",
                            "the path that all lines ask",
                            "/v1/chat/completions",
                            "/v1/responses",
                            "/v1/embeddings",
                            "/v1/moderations")
                    .text("completion_window", "`24h`")
                    .any("metadata", "at most 16 strings by name")
                    .any("output_expires_after", "{anchor: `created_at`, seconds}")
                    .require("input_file_id", "endpoint", "completion_window");

    static final List<Foreign> ALL =
            List.of(
                    Foreign.post(
                            "/v1/files",
                            RouteDoc.of(
                                            "files",
                                            "Upload a file: `purpose` and `file` of a form; clients"
                                                    + " that send `anthropic-version` get"
                                                    + " Anthropic's shapes here and below")
                                    .takesType("multipart/form-data")
                                    .answers(200, FILE)),
                    Foreign.get(
                            "/v1/files",
                            RouteDoc.of("files", "Files of this key")
                                    .query("purpose", "only these")
                                    .queryWhole("limit", "at most 10000")
                                    .queryWord("order", "by age", "asc", "desc")
                                    .query("after", "the id of the last file of the page before")
                                    .query("after_id", "as `after`, for clients of Anthropic")
                                    .query("before_id", "for newer files, of clients of Anthropic")
                                    .answers(200, FILES)),
                    Foreign.get(
                            "/v1/files/{file_id}",
                            RouteDoc.of("files", "One file").answers(200, FILE)),
                    Foreign.delete(
                            "/v1/files/{file_id}",
                            RouteDoc.of("files", "Forget a file").answers(200, FILE_DELETED)),
                    Foreign.get(
                            "/v1/files/{file_id}/content",
                            RouteDoc.of("files", "What stands in a file")
                                    .answersType("application/octet-stream")),
                    Foreign.post(
                            "/v1/batches",
                            RouteDoc.of("batches", "Have the calls of a file run")
                                    .takes(BATCH_REQUEST)
                                    .answers(200, BATCH)),
                    Foreign.get(
                            "/v1/batches",
                            RouteDoc.of("batches", "Batches of this key")
                                    .queryWhole("limit", "at most 100, 20 where it is not given")
                                    .query("after", "the id of the last batch of the page before")
                                    .answers(200, BATCHES)),
                    Foreign.get(
                            "/v1/batches/{batch_id}",
                            RouteDoc.of("batches", "How far a batch has come").answers(200, BATCH)),
                    Foreign.post(
                            "/v1/batches/{batch_id}/cancel",
                            RouteDoc.of("batches", "Ask no more lines of a batch")
                                    .answers(200, BATCH)));

    private BatchRoutes() {}
}
