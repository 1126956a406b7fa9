// Texts of others: names, tags, customers, what models say. None of them ever runs.
import assert from 'node:assert/strict';
import { Person } from './browser.mjs';
import { paths } from './people.mjs';
import { chat } from './sluice.mjs';

const AT_ONCE = 8;
const RUN = 'sluiceRan(1)';
const SHAPES = [
  `<script>${RUN}</script>`,
  `"><script>${RUN}</script>`,
  `'><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `<<script>script>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`,
  `"><img src=x onerror=${RUN}>`,
  `<img src=x onerror="${RUN}"`,
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<body onload=${RUN}>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<iframe src="javascript:parent.${RUN}">`,
  `<a href="javascript:${RUN}">x</a>`,
  `javascript:${RUN}`,
  `[x](javascript:${RUN})`,
  `![x](x" onerror="${RUN})`,
  `<details open ontoggle=${RUN}>`,
  `<video><source onerror=${RUN}>`,
  `<audio src=x onerror=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<select autofocus onfocus=${RUN}>`,
  `<marquee onstart=${RUN}>`,
  `<math><mtext></p><img src=x onerror=${RUN}>`,
  `<object data="javascript:${RUN}">`,
  `<embed src="javascript:${RUN}">`,
  `<form action="javascript:${RUN}"><button>`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<base href="javascript:/a/+${RUN}//">`,
  `<style>@import 'javascript:${RUN}'</style>`,
  `<div style="background:url(javascript:${RUN})">`,
  '{{constructor.constructor("' + RUN + '")()}}',
  '${' + RUN + '}',
  `#{${RUN}}`,
  `';${RUN};//`,
  `"-${RUN}-"`,
  `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`,
];
/** Where each of them is put: 40 shapes in three kinds of places. */
export const PAYLOADS = SHAPES.length * 3;

export async function textsOfOthers(browser, { ana, api }) {
  assert.equal(PAYLOADS, 120);
  const team = (await api.get('teams')).data[0].id;
  // headers take no byte outside ASCII; names take all of it
  const { key } = await api.post('keys', {
    label: 'attacked', team, owner: 'user:eve', environment: 'development', purpose: SHAPES[0],
  });
  const made = [];
  for (let from = 0; from < SHAPES.length; from += AT_ONCE) {
    const some = SHAPES.slice(from, from + AT_ONCE);
    made.push(...(await Promise.all(some.map((shape) => put(api, key, shape)))));
  }
  const reader = await Person.enter(browser, 'reader');
  await reader.context.addCookies(await ana.context.cookies());
  await reader.open('/');
  for (const path of await paths(reader)) {
    await reader.open(path);
  }
  await reader.open('/usage?group=customer');
  await reader.open('/usage?group=workflow');
  await reader.open('/teams');
  const calls = (await api.get('requests?limit=40')).data;
  for (const call of calls.slice(0, 4)) {
    await reader.open(`/requests?open=${call.request_id}`);
  }
  assert.ok(made.filter(Boolean).length > SHAPES.length / 2, 'most names were taken');
  await talk(reader);
  assert.deepEqual(Person.everybody.flatMap((one) => one.ran), []);
  await reader.context.close();
}

/** A model that says such things, in the playground. */
async function talk(reader) {
  await reader.open('/playground');
  const box = reader.page.getByLabel('Message').last();
  for (const shape of SHAPES.slice(0, 4)) {
    await box.fill(shape);
    await box.press('Enter');
    // a model of that name is in a list, and what a closed list holds is not seen
    await reader.page.getByText(shape.slice(0, 24)).filter({ visible: true }).first().waitFor();
  }
}

/** As a name, a customer, a workflow, a tag and what a model is asked; what is refused cannot hurt. */
async function put(api, key, shape) {
  const named = await api.post('teams', { name: shape }).then(() => true, () => false);
  await chat(key, 'sim-mini', shape, {
    'x-sluice-customer': shape,
    'x-sluice-workflow': shape,
    'x-sluice-tags': `tag=${shape.replaceAll(',', ' ')}`,
  });
  return named;
}
