// The same call as program text, to take away. The key comes from the environment, so that what
// was copied runs as it is; the walks run every one of them.
import type { Body } from './body';
import { ENDPOINTS, type Mode } from './modes';

export const LANGUAGES = ['curl', 'python', 'node'] as const;
export type CodeLanguage = (typeof LANGUAGES)[number];

/** Where the pictures or the sound of an answer go, and where the sound of a question is. */
interface Files {
  spoken: string;
  heard: string;
}

const SOUND_FORMATS = ['mp3', 'wav', 'opus', 'flac', 'aac', 'pcm'];

/** In single quotes the shell reads nothing but the single quote itself. */
function shell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function curlForm(body: Body, heard: string): string[] {
  // curl itself reads names of files in double quotes
  const name = heard.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return [
    ...Object.entries(body).map(
      ([field, value]) => `  --form-string ${shell(`${field}=${String(value)}`)} \\`,
    ),
    `  -F ${shell(`file=@"${name}"`)}`,
  ];
}

/** The first picture of an answer as a file, with what every machine has. */
const FIRST_PICTURE = [
  `  | tee pictures.json \\`,
  `  | grep -o '"b64_json": *"[^"]*"' | head -n 1 | cut -d '"' -f 4 | base64 -d > picture.png`,
];

/** Asks until the job is over, then fetches what it made; a refusal ends the asking too. */
function waitForVideo(address: string): string[] {
  const one = `${shell(`${address}/`)}"$id"`;
  const key = '-H "Authorization: Bearer $SLUICE_KEY"';
  return [
    `id=$(grep -o '"id": *"video_[^"]*"' video.json | head -n 1 | cut -d '"' -f 4)`,
    `while grep -Eq '"status": *"(queued|in_progress)"' video.json; do`,
    '  sleep 2',
    `  curl -sS ${one} ${key} -o video.json`,
    'done',
    'cat video.json',
    `curl -sS -f ${one}/content ${key} -o video.mp4`,
  ];
}

function curl(mode: Mode, baseUrl: string, body: Body, { spoken, heard }: Files): string {
  const bare = baseUrl + ENDPOINTS[mode].path.replace('/v1', '');
  const begin = beginOf(bare);
  if (mode === 'transcription') {
    return [...begin, ...curlForm(body, heard)].join('\n');
  }
  const json = `  -d ${shell(JSON.stringify(body, null, 2))}`;
  const then = {
    images: [`${json} \\`, ...FIRST_PICTURE],
    video: [`${json} \\`, '  -o video.json', ...waitForVideo(bare)],
    speech: [`${json} \\`, `  -o ${spoken}`],
    chat: [json],
    tools: [json],
  }[mode];
  return [...begin, JSON_TYPE, ...then].join('\n');
}

const JSON_TYPE = `  -H 'Content-Type: application/json' \\`;

function beginOf(address: string): string[] {
  return [
    `# export SLUICE_KEY=sk-sluice-...`,
    `curl -sS ${shell(address)} \\`,
    `  -H "Authorization: Bearer $SLUICE_KEY" \\`,
  ];
}

/** A call of any endpoint that takes and answers JSON. */
export function curlOf(address: string, body: Body): string {
  return [...beginOf(address), JSON_TYPE, `  -d ${shell(JSON.stringify(body, null, 2))}`].join('\n');
}

/** JSON strings are Python strings too; only the three names differ. */
function pythonValue(value: unknown, indent: string): string {
  const inner = `${indent}    `;
  if (value === null) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => `${inner}${pythonValue(item, inner)},\n`);
    return `[\n${items.join('')}${indent}]`;
  }
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(
      ([name, item]) => `${JSON.stringify(name)}: ${pythonValue(item, inner)}`,
    );
    return `{${pairs.join(', ')}}`;
  }
  return JSON.stringify(value);
}

function pythonFields(body: Body): string {
  return Object.entries(body)
    .map(([name, value]) => `    ${name}=${pythonValue(value, '    ')},\n`)
    .join('');
}

function python(mode: Mode, baseUrl: string, body: Body, { spoken, heard }: Files): string {
  const fields = pythonFields(body);
  const parts: Record<Mode, string[]> = {
    chat: [
      `answer = client.chat.completions.create(\n${fields})`,
      'print(answer.choices[0].message.content)',
    ],
    tools: [
      `answer = client.chat.completions.create(\n${fields})`,
      'message = answer.choices[0].message',
      'print(message.tool_calls or message.content)',
    ],
    images: [
      `answer = client.images.generate(\n${fields})`,
      'for number, picture in enumerate(answer.data, 1):',
      '    if picture.b64_json:',
      '        with open(f"picture-{number}.png", "wb") as out:',
      '            out.write(base64.b64decode(picture.b64_json))',
      '    print(picture.url or f"picture-{number}.png")',
    ],
    video: [
      `video = client.videos.create_and_poll(\n${fields})`,
      'if video.status == "completed":',
      '    client.videos.download_content(video.id).write_to_file("video.mp4")',
      'print(video.status, video.error.message if video.error else "video.mp4")',
    ],
    speech: [
      `with client.audio.speech.with_streaming_response.create(\n${fields}) as answer:`,
      `    answer.stream_to_file("${spoken}")`,
    ],
    transcription: [
      `with open(${JSON.stringify(heard)}, "rb") as sound:`,
      `    answer = client.audio.transcriptions.create(\n` +
        `${fields.replace(/^/gm, '    ').trimEnd()}\n        file=sound,\n    )`,
      'print(getattr(answer, "text", answer))',
    ],
  };
  return [
    ...(mode === 'images' ? ['import base64'] : []),
    'import os',
    '',
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=os.environ["SLUICE_KEY"])`,
    '',
    ...parts[mode],
  ].join('\n');
}

function node(mode: Mode, baseUrl: string, body: Body, { spoken, heard }: Files): string {
  const json = JSON.stringify(body, null, 2);
  const parts: Record<Mode, string[]> = {
    chat: [
      `const answer = await client.chat.completions.create(${json});`,
      'console.log(answer.choices[0].message.content);',
    ],
    tools: [
      `const answer = await client.chat.completions.create(${json});`,
      'const { message } = answer.choices[0];',
      'console.log(message.tool_calls ?? message.content);',
    ],
    images: [
      `const answer = await client.images.generate(${json});`,
      'answer.data.forEach((picture, index) => {',
      '  if (picture.b64_json) {',
      '    writeFileSync(`picture-${index + 1}.png`, Buffer.from(picture.b64_json, "base64"));',
      '  }',
      '  console.log(picture.url ?? `picture-${index + 1}.png`);',
      '});',
    ],
    video: [
      `let video = await client.videos.create(${json});`,
      'while (video.status === "queued" || video.status === "in_progress") {',
      '  await new Promise((done) => setTimeout(done, 2_000));',
      '  video = await client.videos.retrieve(video.id);',
      '}',
      'if (video.status === "completed") {',
      '  const content = await client.videos.downloadContent(video.id);',
      '  writeFileSync("video.mp4", Buffer.from(await content.arrayBuffer()));',
      '}',
      'console.log(video.status, video.error?.message ?? "video.mp4");',
    ],
    speech: [
      `const answer = await client.audio.speech.create(${json});`,
      `writeFileSync("${spoken}", Buffer.from(await answer.arrayBuffer()));`,
    ],
    transcription: [
      `const answer = await client.audio.transcriptions.create({`,
      `  ...${json.replaceAll('\n', '\n  ')},`,
      `  file: createReadStream(${JSON.stringify(heard)}),`,
      `});`,
      'console.log(answer.text ?? answer);',
    ],
  };
  const files: Partial<Record<Mode, string>> = {
    images: 'writeFileSync',
    video: 'writeFileSync',
    speech: 'writeFileSync',
    transcription: 'createReadStream',
  };
  return [
    ...(files[mode] === undefined ? [] : [`import { ${files[mode]} } from "node:fs";`]),
    'import OpenAI from "openai";',
    '',
    `const client = new OpenAI({`,
    `  baseURL: ${JSON.stringify(baseUrl)},`,
    `  apiKey: process.env.SLUICE_KEY,`,
    `});`,
    '',
    ...parts[mode],
  ].join('\n');
}

/** @param heard the file whose sound is to be written down */
export function codeOf(
  language: CodeLanguage,
  mode: Mode,
  baseUrl: string,
  body: Body,
  heard = 'speech.wav',
): string {
  const format = SOUND_FORMATS.find((one) => one === body.response_format) ?? 'mp3';
  const files = { spoken: `speech.${format}`, heard };
  return { curl, python, node }[language](mode, baseUrl, body, files);
}
