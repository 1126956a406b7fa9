/// What Sluice is sent and sends in OpenAI's dialects, beside OpenAI's own specification.
@NullMarked
package dev.sluice.app.shapes;

import org.jspecify.annotations.NullMarked;
