// Every mode of the playground: what is asked, what comes of it, what it costs, what is left, and
// the program text that does the same, which is run.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clients, complaints, Person } from './browser.mjs';
import { eventually } from './sluice.mjs';

const run = promisify(execFile);
const RUN_MILLIS = 60_000;
const ROUTE = (model) => new RegExp(`simulator/${model}`);
const PNG = [0x89, 0x50, 0x4e, 0x47];

export async function everyModality(browser, { ana, key, api }) {
  const maker = await Person.enter(browser, 'maker');
  await maker.context.addCookies(await ana.context.cookies());
  const desk = mkdtempSync(join(tmpdir(), 'sluice-snippets-'));
  try {
    symlinkSync(clients.nodeModules, join(desk, 'node_modules'));
    await talks(maker, desk, key);
    await calls(maker, desk, key);
    await paints(maker, desk, key, api);
    await films(maker, desk, key, api);
    await speaks(maker, desk, key);
    await listens(maker, desk, key);
    await saysWhatToDo(maker, api);
  } finally {
    rmSync(desk, { recursive: true, force: true });
    await maker.context.close();
  }
}

async function mode(person, name, models) {
  await person.page.getByRole('tab', { name, exact: true }).click();
  await person.settled();
  const offered = await person.page
    .getByRole('combobox', { name: 'Model', exact: true })
    .getByRole('option')
    .allTextContents();
  assert.deepEqual(offered.sort(), models.sort(), `what ${name} offers`);
}

/** Cost, route, time and what is left stand at the call. */
async function isTold(person, model, first, cost) {
  const log = person.page.getByRole('log').last();
  await log.getByText(ROUTE(model)).last().waitFor();
  await log.getByText(new RegExp(`^${first} \\d`)).last().waitFor();
  await log.getByText(new RegExp(`^cost ${cost}$`)).last().waitFor();
  await log.getByRole('link', { name: 'See the trace' }).last().waitFor();
  await person.sees(/\$[\d,.]+ left in the balance/);
}

/** Both themes, as they are with an answer: nothing for axe to complain about. */
async function looked(person, name) {
  for (const theme of ['light', 'dark']) {
    await person.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await person.page.waitForFunction(
      (wanted) => document.documentElement.dataset.theme === wanted,
      theme,
    );
    await person.shot(`playground-${name}-${theme}`);
    const found = await complaints(person);
    assert.deepEqual(found, [], `${name} (${theme})\n${found.join('\n')}`);
  }
  await person.page.emulateMedia({ colorScheme: null, reducedMotion: 'reduce' });
}

/**
 * What the page offers as program text, run as it is; answers what each printed.
 *
 * @param look after each of them
 */
async function snippets(person, desk, key, look = () => undefined) {
  await person.click('Copy as code');
  const dialog = person.page.getByRole('dialog');
  const printed = {};
  for (const [language, command] of [
    ['curl', ['sh']],
    ['Python', [clients.python]],
    ['Node', ['node']],
  ]) {
    await dialog.getByRole('tab', { name: language, exact: true }).click();
    const text = await dialog.getByRole('region', { name: 'Copy as code' }).textContent();
    const file = join(desk, { curl: 'call.sh', Python: 'call.py', Node: 'call.mjs' }[language]);
    writeFileSync(file, text);
    const { stdout } = await run(command[0], [file], {
      cwd: desk,
      timeout: RUN_MILLIS,
      env: { ...process.env, SLUICE_KEY: key },
    });
    printed[language] = stdout;
    look(language);
  }
  await person.page.keyboard.press('Escape');
  return printed;
}

/** Two models side by side. */
async function talks(maker, desk, key) {
  await maker.open('/playground');
  await mode(maker, 'Chat', ['sim-chat', 'sim-mini', 'sim-reasoner']);
  await maker.page.getByLabel('Compare two models side by side').check();
  await maker.fill('Message', 'Say something short.');
  await maker.click('Send');
  await eventually('both models answered', async () =>
    (await maker.page.getByRole('link', { name: 'See the trace' }).count()) === 2);
  await isTold(maker, 'sim-mini', 'first token', '\\$0\\.0\\d+');
  await looked(maker, 'chat');
  await maker.page.getByLabel('Compare two models side by side').uncheck();
  const printed = await snippets(maker, desk, key);
  assert.match(JSON.parse(printed.curl).choices[0].message.content, /\w/);
  assert.match(printed.Python, /\w/);
  assert.match(printed.Node, /\w/);
}

/** A function is defined, called, played, and the model goes on. */
async function calls(maker, desk, key) {
  await mode(maker, 'Tools', ['sim-chat', 'sim-mini', 'sim-reasoner']);
  await maker.fill('Functions', '{');
  await maker.sees('This is no JSON.');
  const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  await maker.fill('Functions', JSON.stringify({ name: 'look_outside', parameters: city }));
  await maker.fill('Message', 'What is the weather in Paris?');
  const printed = await snippets(maker, desk, key);
  for (const text of Object.values(printed)) {
    assert.match(text, /look_outside/);
  }
  await maker.page.keyboard.press('Escape');
  await maker.click('Send');
  await maker.sees('Called by the model');
  await maker.page.getByRole('region', { name: 'Arguments' }).getByText('Paris').waitFor();
  await maker.sees('The model waits for what its functions return.');
  await looked(maker, 'tools-asked');
  await maker.fill('Result of look_outside', '{"celsius": 21}');
  await maker.click('Give the result');
  await eventually('the model went on', async () =>
    (await maker.page.getByRole('link', { name: 'See the trace' }).count()) === 2);
  await isTold(maker, 'sim-chat', 'first token', '\\$0\\.0\\d+');
  await looked(maker, 'tools');
}

/** Pictures of a size and quality, which cost what was foretold. */
async function paints(maker, desk, key, api) {
  await mode(maker, 'Images', ['sim-image', 'sim-picture']);
  await maker.choose('Model', 'sim-picture');
  await maker.choose('Size', '1024x1024');
  await maker.choose('Quality', 'hd');
  await maker.choose('Pictures', '2');
  await maker.fill('What should be on the picture?', 'A gate at dawn');
  await maker.sees('at most $0.16, probably $0.16');
  const printed = await snippets(maker, desk, key);
  assert.deepEqual([...readFileSync(join(desk, 'picture.png')).subarray(0, 4)], PNG);
  for (const language of ['Python', 'Node']) {
    assert.match(printed[language], /picture-2\.png/);
  }
  await maker.click('Make it');
  const pictures = maker.page.getByRole('img', { name: /Picture \d of “A gate at dawn”/ });
  await eventually('two pictures are drawn', async () =>
    (await pictures.evaluateAll((all) => all.filter((one) => one.naturalWidth > 0).length)) === 2);
  await isTold(maker, 'sim-picture', 'first byte', '\\$0\\.16');
  await looked(maker, 'images');
  const [newest] = (await api.get('requests?limit=1')).data;
  assert.equal(newest.cost_usd, '0.16', 'the books say what the page says');
}

/** A job is begun, waited for and played; one that fails says why. */
async function films(maker, desk, key, api) {
  await mode(maker, 'Video', ['sim-video']);
  await maker.fill('What should happen in the video?', 'A boat [[sim takes=100]]');
  // what is not said would be held at the dearest: the page says a size and a length
  await maker.sees('at most $0.40, probably $0.40');
  await maker.choose('Length in seconds', '8');
  await maker.sees('at most $0.80, probably $0.80');
  await maker.choose('Length in seconds', '4');
  const printed = await snippets(maker, desk, key, (language) => {
    const film = join(desk, 'video.mp4');
    assert.equal(readFileSync(film).subarray(4, 8).toString(), 'ftyp', `the file of ${language}`);
    rmSync(film);
  });
  assert.match(printed.curl, /"status": *"completed"/);
  for (const language of ['Python', 'Node']) {
    assert.match(printed[language], /completed video\.mp4/);
  }
  await maker.fill('What should happen in the video?', 'A boat [[sim takes=6000]]');
  await maker.click('Make it');
  await maker.page.getByRole('progressbar', { name: 'Being made' }).waitFor();
  await maker.page.getByRole('button', { name: 'Stop waiting' }).waitFor();
  await looked(maker, 'video-making');
  const player = maker.page.getByLabel(/^Video of “A boat/);
  await eventually('the video can be played', () =>
    player.evaluate((film) => film.readyState >= 1 && film.videoWidth > film.videoHeight
      && Math.round(film.duration) === 4), 20_000);
  await player.evaluate((film) => {
    film.muted = true;
    return film.play();
  });
  await eventually('it plays', () => player.evaluate((film) => film.currentTime > 0.3));
  await isTold(maker, 'sim-video', 'accepted after', '\\$0\\.40');
  const saved = maker.page.waitForEvent('download');
  await maker.page.getByRole('link', { name: 'Save', exact: true }).last().click();
  assert.match((await saved).suggestedFilename(), /^video_\w+\.mp4$/);
  await looked(maker, 'video');
  const [newest] = (await api.get('requests?limit=1')).data;
  assert.equal(newest.cost_usd, '0.4', 'the books say what the page says');
  await maker.fill(
    'What should happen in the video?',
    'A boat [[sim takes=100 fails=moderation_blocked]]',
  );
  await maker.click('Make it');
  const refusal = maker.page.getByRole('alert').last();
  await refusal.getByText(/moderation_blocked/).waitFor();
  await refusal.getByText(/it costs nothing/).waitFor();
  await maker.page.getByRole('log').last().getByText(/^cost \$0(\.0+)?$/).last().waitFor();
  await leavesAndComesBack(maker);
}

/** A job goes on without who began it; it is found again. */
async function leavesAndComesBack(maker) {
  await maker.fill('What should happen in the video?', 'A boat [[sim takes=12000]]');
  await maker.click('Make it');
  await maker.page.getByRole('progressbar', { name: 'Being made' }).waitFor();
  await maker.click('Stop waiting');
  await maker.sees(/the job goes on/);
  await maker.click('Wait again');
  const films = maker.page.getByLabel(/^Video of “/);
  await eventually('it came after all', async () =>
    (await films.count()) === 2, 30_000);
  await maker.open('/playground?mode=video');
  const before = maker.page.getByRole('region', { name: 'What you began before' });
  await before.getByRole('button', { name: /failed/ }).waitFor();
  await looked(maker, 'video-earlier');
  await before.getByRole('button', { name: /made$/ }).first().click();
  await eventually('it is here again', () =>
    films.first().evaluate((film) => film.videoWidth > film.videoHeight));
}

/** A text is read aloud. */
async function speaks(maker, desk, key) {
  await mode(maker, 'Speech', ['sim-speech']);
  await maker.fill('Text to be read aloud', 'Every call is in the books.');
  await maker.choose('Format', 'wav');
  await snippets(maker, desk, key);
  assert.equal(readFileSync(join(desk, 'speech.wav')).subarray(0, 4).toString(), 'RIFF');
  await maker.click('Speak');
  const player = maker.page.getByLabel('What sim-speech said');
  await eventually('the sound can be played', () =>
    player.evaluate((sound) => sound.readyState >= 1 && sound.duration > 1));
  // 27 characters at $15 for a million
  await isTold(maker, 'sim-speech', 'first byte', '\\$0\\.000405');
  await looked(maker, 'speech');
}

/** Sound is written down: what was spoken here, and a file. */
async function listens(maker, desk, key) {
  await mode(maker, 'Transcription', ['sim-whisper']);
  await maker.click('Take the last speech');
  await maker.sees(/speech\.wav, /);
  await maker.sees(/at most \$0\.0/);
  await maker.click('Write it down');
  await isTold(maker, 'sim-whisper', 'first byte', '\\$0\\.000\\d+');
  // another one, from the machine
  const sound = join(desk, 'speech.wav');
  assert.ok(statSync(sound).size > 44);
  await maker.page.getByLabel('Sound file').setInputFiles(sound);
  const printed = await snippets(maker, desk, key);
  assert.match(JSON.parse(printed.curl).text, /\w/);
  assert.match(printed.Python, /\w/);
  assert.match(printed.Node, /\w/);
  await maker.click('Write it down');
  await eventually('it was written down too', async () =>
    (await maker.page.getByRole('link', { name: 'See the trace' }).count()) === 2);
  const text = await maker.page.getByRole('log').textContent();
  assert.ok(text.includes(JSON.parse(printed.curl).text), `the text of the sound in ${text}`);
  await looked(maker, 'transcription');
}

/** A refusal says what to do, and leads there. */
async function saysWhatToDo(maker, api) {
  const quota = await api.post('quotas', {
    name: 'no-pictures', unit: 'images', limit: '1', window: { calendar: 'day' }, at_limit: 'block',
  });
  await mode(maker, 'Images', ['sim-image', 'sim-picture']);
  await maker.choose('Pictures', '2');
  await maker.fill('What should be on the picture?', 'One too many');
  await maker.sees(/would be refused now/);
  await maker.click('Make it');
  const refusal = maker.page.getByRole('alert').last();
  await refusal.getByText(/no-pictures/).waitFor();
  await refusal.getByText(/A quota has no room for this call/).waitFor();
  await looked(maker, 'refused');
  await refusal.getByRole('link', { name: 'See the quota and who can raise it' }).click();
  await maker.page.waitForURL(/\/quotas/);
  await maker.settled();
  await maker.sees('no-pictures');
  await maker.sees(/pictures per day/);
  await api.call('DELETE', `quotas/${quota.id}`);
  await maker.open('/playground?mode=images&model=sim-picture');
  await maker.choose('Quality', 'low');
  await maker.fill('What should be on the picture?', 'Too coarse');
  await maker.click('Make it');
  await maker.sees(/its parameters may not fit the model/);
}
