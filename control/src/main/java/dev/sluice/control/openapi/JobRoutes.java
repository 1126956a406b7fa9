package dev.sluice.control.openapi;

import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Shape;
import java.util.List;

/// Jobs that make videos.
final class JobRoutes {

    private static final Shape REQUEST =
            Shape.object("VideoRequest")
                    .text("model", "a public name")
                    .text("prompt", "what to show")
                    .text("seconds", "how long, as a text: `8`")
                    .text("size", "pixels, `1280x720`")
                    .text("resolution", "lines, `720p`, where the provider counts in them")
                    .text("aspect_ratio", "`16:9`, where no size is given")
                    .any("input_reference", "a file of a form, or {image_url}: the first picture")
                    .require("model", "prompt")
                    .others();
    private static final Shape GENERATION_REQUEST =
            Shape.object("VideoGenerationRequest")
                    .text("model", "a public name")
                    .text("prompt", "what to show")
                    .whole("duration", "in seconds")
                    .whole("width", "in pixels, with `height`")
                    .whole("height", "in pixels, with `width`")
                    .text("image", "the first picture: its URL, or its bytes in base 64")
                    .require("model", "prompt")
                    .others();
    private static final Shape REMIX =
            Shape.object("VideoRemixRequest")
                    .text("prompt", "what to change")
                    .require("prompt")
                    .others();
    private static final Shape ERROR =
            Shape.object("VideoError").text("code", "the provider's").text("message", "why");
    private static final Shape VIDEO =
            Shape.object("Video")
                    .text("id", "video_…")
                    .text("object", "`video`")
                    .text("status", "`queued`, `in_progress`, `completed` or `failed`")
                    .text("model", "the public name")
                    .whole("progress", "per cent")
                    .whole("created_at", "seconds since 1970")
                    .whole("completed_at", "seconds since 1970, at its end")
                    .whole("expires_at", "seconds since 1970, where the provider says it")
                    .text("prompt", "told once, when the job begins; it is not kept")
                    .text("remixed_from_video_id", "the video this is another version of")
                    .text("seconds", "how long it is")
                    .text("size", "in pixels")
                    .nested("error", ERROR, "of a job that failed")
                    .nullable("completed_at", "expires_at", "prompt")
                    .nullable("remixed_from_video_id", "error")
                    .others();
    private static final Shape GENERATION =
            Shape.object("VideoGeneration")
                    .text("task_id", "video_…")
                    .text("status", "`queued`, `in_progress`, `completed` or `failed`")
                    .text("url", "where a finished video is, with the same key")
                    .text("format", "`mp4`")
                    .any("metadata", "{duration, width, height}")
                    .nested("error", ERROR, "of a job that failed")
                    .others();
    private static final Shape VIDEOS = page("VideoList", VIDEO, "jobs of this key");
    private static final Shape DELETED =
            Shape.object("VideoDeleted")
                    .text("id", "of the video")
                    .text("object", "`video.deleted`")
                    .flag("deleted", "true");

    static final List<Foreign> ALL =
            List.of(
                    Foreign.post(
                            "/v1/videos",
                            RouteDoc.of("models", "Begin a job that makes a video")
                                    .takes(REQUEST)
                                    .takesType("multipart/form-data")
                                    .answers(200, VIDEO)),
                    Foreign.get(
                            "/v1/videos",
                            paged(RouteDoc.of("models", "Jobs of this key"))
                                    .queryWord("order", "by age", "asc", "desc")
                                    .answers(200, VIDEOS)),
                    Foreign.get(
                            "/v1/videos/{video_id}",
                            RouteDoc.of("models", "How far a job is")
                                    .answers(200, VIDEO)
                                    .fails(404)),
                    Foreign.delete(
                            "/v1/videos/{video_id}",
                            RouteDoc.of("models", "Delete a video that is finished")
                                    .answers(200, DELETED)
                                    .fails(404)
                                    .fails(409)),
                    Foreign.get(
                            "/v1/videos/{video_id}/content",
                            RouteDoc.of(
                                            "models",
                                            "The video itself; ranges as the provider has them")
                                    .queryWord(
                                            "variant",
                                            "where the provider has others",
                                            "video",
                                            "thumbnail",
                                            "spritesheet")
                                    .answersType("video/mp4")
                                    .fails(404)
                                    .fails(409)),
                    Foreign.post(
                            "/v1/videos/{video_id}/remix",
                            RouteDoc.of("models", "Begin another version of a video")
                                    .takes(REMIX)
                                    .answers(200, VIDEO)
                                    .fails(404)
                                    .fails(409)),
                    Foreign.post(
                            "/v1/video/generations",
                            RouteDoc.of("models", "The same as /v1/videos, in other words")
                                    .takes(GENERATION_REQUEST)
                                    .answers(200, GENERATION)),
                    Foreign.get(
                            "/v1/video/generations/{video_id}",
                            RouteDoc.of("models", "The same as /v1/videos/{video_id}")
                                    .answers(200, GENERATION)
                                    .fails(404)));

    private JobRoutes() {}

    /// A list of jobs.
    static Shape page(String name, Shape job, String which) {
        return Shape.object(name)
                .text("object", "`list`")
                .listOf("data", job, which)
                .text("first_id", "of the first one")
                .text("last_id", "of the last one")
                .flag("has_more", "whether more follow `last_id`");
    }

    /// What asks for a part of a list.
    static RouteDoc paged(RouteDoc doc) {
        return doc.query("limit", "how many, 1 to 100; usual 20")
                .query("after", "the last id of the page before");
    }
}
