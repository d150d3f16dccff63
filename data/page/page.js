'use strict';
// The page of `colorizer app`. Text from outside is only ever set as textContent.

const $ = (id) => document.getElementById(id);
const photos = [];
let current = null;
let limits = null;
let last = { model: '', saturation: 1, size: '' };

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A message stays for as long as it takes to read it. What is seen elsewhere on the page already is only for the ear.
let spoken = 0;
function say(words, seen = false) {
  $('status').classList.toggle('heard', seen);
  $('status').textContent = words;
  clearTimeout(spoken);
  spoken = setTimeout(() => { $('status').textContent = ''; }, 4000 + 80 * words.length);
}

const megabytes = (bytes) => `${Math.round(bytes / 1e6)}\u00a0MB`;

class Problem extends Error {
  constructor(words, code) { super(words); this.code = code; }
}

// --- talking to the server -------------------------------------------------

async function problemOf(answer) {
  try {
    const { detail, code } = await answer.json();
    return new Problem(detail, code);
  } catch {
    return new Problem(`The server answered ${answer.status}. Try again.`, 'failed');
  }
}

// Asks again where the server is busy.
async function ask(address, options = {}, busy = () => {}) {
  for (;;) {
    let answer;
    try {
      answer = await fetch(address, options);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new Problem('The server does not answer. Is it still running?', 'offline');
    }
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    if (answer.status !== 503 || problem.code === 'stopping') throw problem;
    busy(problem.message);
    await pause(1000 * Number(answer.headers.get('Retry-After') || 2));
  }
}

const json = async (...args) => (await ask(...args)).json();
const posted = (body) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

function upload(file, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file, file.name || 'photo.png');
    request.open('POST', '/api/photos');
    request.responseType = 'json';
    request.upload.onprogress = (e) => { if (e.lengthComputable) progress(e.loaded / e.total); };
    request.onerror = () => failed(new Problem('The upload broke off. Is the server still running?', 'offline'));
    request.onload = () => {
      const said = request.response || {};
      if (request.status === 201) return done(said);
      const problem = new Problem(said.detail || `The server answered ${request.status}. Try again.`, said.code);
      problem.wait = request.status === 503 && said.code !== 'stopping' ? Number(request.getResponseHeader('Retry-After') || 2) : 0;
      failed(problem);
    };
    request.send(form);
  });
}

async function patientUpload(photo) {
  for (;;) {
    try {
      return await upload(photo.file, (share) => wait(photo, `Uploading, ${Math.round(100 * share)} %`));
    } catch (problem) {
      if (!problem.wait) throw problem;
      wait(photo, problem.message);
      await pause(1000 * problem.wait);
    }
  }
}

const heard = (words) => say(words, true);

const place = (ahead) => (ahead === 0 ? 'Next in line' : ahead === 1 ? '1 other is ahead' : `${ahead} others are ahead`);

async function finished(address, tell) {
  for (let ms = 150; ; ms = Math.min(1000, ms * 1.3)) {
    const state = await json(address);
    if (state.state === 'done') return state;
    if (state.state === 'failed') throw new Problem(state.error.detail, state.error.code);
    tell(state.state === 'working' ? '' : place(state.ahead));
    await pause(ms);
  }
}

// --- photographs -----------------------------------------------------------

function wait(photo, words) {
  const told = photo.words === words || words.endsWith('%');
  photo.words = words;
  if (photo !== current) return;
  showWait();
  if (!told) heard(words);
}

function fail(photo, problem) {
  photo.state = 'failed';
  photo.words = problem.message;
  draw(photo);
  if (photo === current) show(photo);
  say(`${photo.name}: ${problem.message}`, photo === current);
}

function newPhoto(name, begin) {
  const photo = { name, begin, state: 'new', words: 'Waiting for its turn', notes: [], wish: { ...last }, after: '', painted: '' };
  photos.push(photo);
  const item = document.createElement('li');
  photo.button = document.createElement('button');
  photo.button.type = 'button';
  photo.button.textContent = '…';
  photo.button.addEventListener('click', () => show(photo));
  item.append(photo.button);
  $('photos').append(item);
  $('work').hidden = false;
  document.body.classList.add('busy');
  draw(photo);
  return photo;
}

// Two at a time, so that other visitors are not kept waiting.
const line = [];
let running = 0;
async function pump() {
  while (running < 2 && line.length) {
    const photo = line.shift();
    running += 1;
    bring(photo).catch((problem) => { if (!photo.removed) fail(photo, problem); }).finally(() => { running -= 1; pump(); });
  }
}

async function bring(photo) {
  if (photo.removed) return;
  const { id } = await photo.begin(photo);
  photo.id = id;
  photo.file = null;
  if (photo.removed) {
    await forget(photo);
    return;
  }
  const state = await finished(`/api/photos/${id}`, (words) => wait(photo, words || 'Reading the photograph'));
  Object.assign(photo, { width: state.width, height: state.height, notes: state.notes, state: 'ready' });
  await paint(photo);
  if (!photo.removed) say(`${photo.name} is colored.`, photo === current);
}

function add(files) {
  const wrong = [];
  const taken = [...files].filter((file) => {
    if (limits && file.size > limits.max_bytes) {
      wrong.push(`${file.name} has ${megabytes(file.size)}, and the limit here is ${megabytes(limits.max_bytes)}.`);
      return false;
    }
    return true;
  });
  const added = taken.map((file) => {
    const photo = newPhoto(file.name || 'photo.png', patientUpload);
    photo.file = file;
    return photo;
  });
  say(wrong.join(' ') || (added.length > 1 ? `${added.length} photographs added.` : ''));
  if (added.length) show(added[0]);
  line.push(...added);
  pump();
}

function addExample(name) {
  const photo = newPhoto(`${name}.jpg`, () => json(`/api/examples/${name}`, { method: 'POST' }, (words) => wait(photo, words)));
  show(photo);
  line.push(photo);
  pump();
}

const query = (wish) => {
  const q = new URLSearchParams({ saturation: wish.saturation });
  if (wish.model) q.set('model', wish.model);
  if (wish.size) q.set('size', wish.size);
  return q.toString();
};

// One request at a time for each photograph: while it runs, only the newest wish is kept.
async function paint(photo) {
  if (photo.painting) return;
  photo.painting = true;
  document.body.classList.toggle('painting', photo === current);
  try {
    while (photo.painted !== query(photo.wish) && !photo.removed) {
      const asked = query(photo.wish);
      const answer = await ask(`/api/photos/${photo.id}/after.jpg?${asked}`, {}, (words) => { if (photo === current) say(words); });
      const old = photo.after;
      photo.after = URL.createObjectURL(await answer.blob());
      photo.painted = asked;
      draw(photo);
      if (photo === current) showPictures(photo);
      if (old) setTimeout(() => URL.revokeObjectURL(old), 5000);
    }
  } finally {
    photo.painting = false;
    document.body.classList.remove('painting');
  }
}

// --- what is seen ----------------------------------------------------------

function draw(photo) {
  const state = photo.state === 'failed' ? 'could not be colored' : photo.after ? 'colored' : 'on its way';
  photo.button.setAttribute('aria-label', `${photo.name}, ${state}`);
  photo.button.title = photo.name;
  photo.button.classList.toggle('failed', photo.state === 'failed');
  photo.button.setAttribute('aria-current', String(photo === current));
  if (photo.after) {
    const picture = photo.button.querySelector('img') || document.createElement('img');
    picture.alt = '';
    picture.src = photo.after;
    if (!picture.isConnected) photo.button.replaceChildren(picture);
  } else {
    photo.button.textContent = photo.state === 'failed' ? '!' : '…';
  }
  const done = photos.filter((p) => p.after && p.state !== 'failed').length;
  $('download-all').hidden = done < 2;
  $('download-all').textContent = `Download all ${done} (zip)`;
  $('same').hidden = photos.length < 2;
}

// A button that is really disabled would lose the focus of whoever has just pressed it.
const enabled = (id) => $(id).getAttribute('aria-disabled') !== 'true';
const enable = (id, yes) => $(id).setAttribute('aria-disabled', String(!yes));

function showWait() {
  const photo = current;
  const shown = photo.after && photo.state !== 'failed';
  $('wait').textContent = shown ? '' : photo.words;
  $('wait').classList.toggle('failed', photo.state === 'failed');
  $('compare').hidden = !shown;
  enable('download', shown && !photo.downloading);
  for (const id of ['saturation', 'model', 'size']) $(id).disabled = photo.state === 'failed';
}

function showPictures(photo) {
  const before = `/api/photos/${photo.id}/before.jpg`;
  if (!$('before').src.endsWith(before)) $('before').src = before;
  $('before').alt = `${photo.name}, before`;
  $('after').src = photo.after;
  $('after').alt = `${photo.name}, colored`;
  const both = document.querySelector('.both');
  both.style.setProperty('--ratio', photo.width / photo.height);
  both.style.setProperty('--wide', `${photo.width}px`);
  $('caption').textContent = `${photo.name}, ${photo.width} × ${photo.height}`;
  $('download-help').textContent = `full resolution, ${photo.width} × ${photo.height}`;
  $('notes').replaceChildren(...photo.notes.map((words) => {
    const item = document.createElement('li');
    item.textContent = words;
    return item;
  }));
  showWait();
}

function show(photo) {
  const before = current;
  current = photo;
  for (const other of [before, photo]) if (other && !other.removed) draw(other);
  $('saturation').value = photo.wish.saturation;
  $('strength').textContent = Number(photo.wish.saturation).toFixed(2);
  $('model').value = photo.wish.model || $('model').options[0]?.value || '';
  $('size').value = photo.wish.size;
  sizes();
  $('notes').replaceChildren();
  $('download-help').textContent = '';
  if (photo.after) showPictures(photo);
  showWait();
}

function split(share) {
  const value = Math.max(0, Math.min(100, share));
  $('split').value = value;
  $('split').setAttribute('aria-valuetext', `${Math.round(value)} percent before`);
  document.querySelector('.both').style.setProperty('--x', `${value}%`);
}

function sizes() {
  const model = limits?.models.find((m) => m.name === $('model').value);
  if (model) $('size').options[0].textContent = `as trained (${model.size})`;
}

// --- downloads -------------------------------------------------------------

function fetchFile(ticket, name) {
  const link = document.createElement('a');
  link.href = `/api/results/${ticket}/file`;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

async function result(photo, tell) {
  const wish = { saturation: Number(photo.wish.saturation), model: photo.wish.model || null, size: Number(photo.wish.size) || null };
  const { ticket } = await json(`/api/photos/${photo.id}/results`, posted(wish), tell);
  return finished(`/api/results/${ticket}`, (words) => tell(words || 'Coloring at full resolution'));
}

async function download() {
  const photo = current;
  if (!enabled('download')) return;
  photo.downloading = true;
  showWait();
  try {
    const made = await result(photo, (words) => say(`${photo.name}: ${words} …`));
    photo.notes = made.notes;
    if (photo === current) showPictures(photo);
    fetchFile(made.ticket, made.name);
    say(`${made.name} is ready.`);
  } catch (problem) {
    say(`${photo.name}: ${problem.message}`);
  } finally {
    photo.downloading = false;
    showWait();
  }
}

const ZIP = 500; // photographs in one, as in the API

async function downloadAll() {
  if (!enabled('download-all')) return;
  const ready = photos.filter((p) => p.after && p.state !== 'failed');
  const tickets = [];
  const failed = [];
  enable('download-all', false);
  try {
    for (const [n, photo] of ready.entries()) {
      try {
        tickets.push((await result(photo, (words) => say(`${n + 1} of ${ready.length}: ${words} …`))).ticket);
      } catch (problem) {
        failed.push(`${photo.name}: ${problem.message}`);
      }
    }
    for (let n = 0; n < tickets.length; n += ZIP) {
      const { ticket } = await json('/api/zips', posted({ results: tickets.slice(n, n + ZIP) }), say);
      const made = await finished(`/api/results/${ticket}`, () => say('Packing …'));
      fetchFile(ticket, made.name);
    }
    say([`${tickets.length} photographs are packed.`, ...failed].join(' '));
  } catch (problem) {
    say(problem.message);
  } finally {
    enable('download-all', true);
  }
}

const left = () => (limits.keep_s < 120 ? `${Math.round(limits.keep_s)} seconds` : `${Math.round(limits.keep_s / 60)} minutes`);

// A photograph that was removed while it was on its way is deleted when it has arrived.
async function forget(photo) {
  try {
    const answer = await fetch(`/api/photos/${photo.id}`, { method: 'DELETE' });
    if (!answer.ok && answer.status !== 404) throw await problemOf(answer);
    say(`${photo.name} is removed, here and on the server.`);
  } catch {
    say(`${photo.name} is removed here. The server did not confirm it, and deletes it ${left()} after the upload.`);
  }
}

function remove() {
  const photo = current;
  const at = photos.indexOf(photo);
  photo.removed = true;
  photos.splice(at, 1);
  photo.button.parentElement.remove();
  if (photo.after) URL.revokeObjectURL(photo.after);
  $('before').removeAttribute('src'); // it may still be loading, and the server is about to delete it
  if (photo.id) forget(photo);
  else say(`${photo.name} is removed.`);
  current = null;
  if (photos.length) {
    show(photos[Math.min(at, photos.length - 1)]);
    current.button.focus();
  } else {
    $('work').hidden = true;
    document.body.classList.remove('busy');
    $('file').focus();
  }
}

// --- what the visitor does -------------------------------------------------

function wished() {
  current.wish = last = { saturation: $('saturation').value, model: $('model').value, size: $('size').value };
  $('strength').textContent = Number(last.saturation).toFixed(2);
  sizes();
  if (current.state === 'ready') {
    const photo = current;
    paint(photo).catch((problem) => say(`${photo.name}: ${problem.message}`));
  }
}

function listen() {
  $('file').addEventListener('change', () => { add($('file').files); $('file').value = ''; });
  $('controls').addEventListener('submit', (e) => e.preventDefault());
  for (const id of ['saturation', 'model', 'size']) $(id).addEventListener('input', wished);
  $('download').addEventListener('click', download);
  $('download-all').addEventListener('click', downloadAll);
  $('remove').addEventListener('click', remove);
  $('same').addEventListener('click', () => {
    for (const photo of photos) {
      photo.wish = { ...current.wish };
      if (photo.state === 'ready') paint(photo).catch((problem) => say(problem.message));
    }
    say('All photographs are colored in this way.');
  });
  $('split').addEventListener('input', () => split(Number($('split').value)));
  const both = document.querySelector('.both');
  const move = (e) => { const box = both.getBoundingClientRect(); split(100 * (e.clientX - box.left) / box.width); };
  both.addEventListener('pointerdown', (e) => { both.setPointerCapture(e.pointerId); move(e); $('split').focus({ preventScroll: true }); e.preventDefault(); });
  both.addEventListener('pointermove', (e) => { if (both.hasPointerCapture(e.pointerId)) move(e); });

  // Browsers repeat dragover while something is held over the page. Not all tell when it is taken away again.
  let over = 0;
  const away = () => { clearTimeout(over); document.body.classList.remove('over'); };
  addEventListener('dragover', (e) => {
    e.preventDefault();
    away();
    if (!e.dataTransfer?.types.includes('Files')) return;
    document.body.classList.add('over');
    over = setTimeout(away, 800);
  });
  addEventListener('drop', (e) => {
    e.preventDefault();
    away();
    take(e.dataTransfer, 'dropped');
  });
  addEventListener('paste', (e) => take(e.clipboardData, 'pasted'));
}

function take(data, how) {
  if (data?.files.length) add(data.files);
  else if (data?.getData('text')) say(`What was ${how} is text, not a photograph. Addresses are not fetched: save the photograph first, and add the file.`);
}

async function begin() {
  listen();
  split(50);
  limits = await json('/api/settings');
  const labels = { lively: 'lively: stronger colors', faithful: 'faithful: truer, paler', 'photos-l1': 'photos-l1: from the course' };
  $('model').replaceChildren(...limits.models.map(({ name }) => new Option(labels[name] || name, name)));
  $('size').replaceChildren(new Option('as trained', ''), ...limits.sizes.map((size) => new Option(`${size} pixels`, size)));
  $('limits').textContent = `JPEG, PNG, TIFF, WebP and others, up to ${megabytes(limits.max_bytes)} and ${Math.round(limits.max_pixels / 1e6)}\u00a0million pixels`;
  $('kept').textContent = `Photographs stay on this server, and are deleted after ${left()}, or when you remove them.`;
  sizes();
  const list = $('examples').querySelector('ul');
  for (const name of limits.examples) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    const picture = document.createElement('img');
    button.type = 'button';
    picture.src = `/api/examples/${name}.jpg`;
    picture.alt = `Old photograph: ${name.replaceAll('_', ' ')}`;
    picture.loading = 'lazy';
    button.append(picture);
    button.addEventListener('click', () => addExample(name));
    item.append(button);
    list.append(item);
  }
  $('examples').hidden = !limits.examples.length;
}

begin().catch((problem) => say(problem.message));
