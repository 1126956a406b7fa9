// The same call as program text, to take away.

export const LANGUAGES = ['curl', 'python', 'node'] as const;
export type CodeLanguage = (typeof LANGUAGES)[number];

type Body = Record<string, unknown>;

function curl(baseUrl: string, body: Body): string {
  // in single quotes the shell reads nothing but the single quote itself
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return [
    `export SLUICE_KEY=sk-sluice-...`,
    ``,
    `curl -sS '${baseUrl}/chat/completions' \\`,
    `  -H "Authorization: Bearer $SLUICE_KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${json}'`,
  ].join('\n');
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

function python(baseUrl: string, body: Body): string {
  const fields = Object.entries(body).map(
    ([name, value]) => `    ${name}=${pythonValue(value, '    ')},\n`,
  );
  return [
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key="sk-sluice-...")`,
    '',
    `answer = client.chat.completions.create(\n${fields.join('')})`,
    'print(answer.choices[0].message.content)',
  ].join('\n');
}

function node(baseUrl: string, body: Body): string {
  return [
    'import OpenAI from "openai";',
    '',
    `const client = new OpenAI({ baseURL: ${JSON.stringify(baseUrl)}, apiKey: "sk-sluice-..." });`,
    '',
    `const answer = await client.chat.completions.create(${JSON.stringify(body, null, 2)});`,
    'console.log(answer.choices[0].message.content);',
  ].join('\n');
}

export function codeOf(language: CodeLanguage, baseUrl: string, body: Body): string {
  return { curl, python, node }[language](baseUrl, body);
}
