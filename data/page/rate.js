'use strict';
// The page of `colorizer rate`. It knows two random names at a time, and never which picture is which.

const $ = (id) => document.getElementById(id);
const sides = ['left', 'right'];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const GUARD = 350; // ms: the second click of a double click must not meet the next pair
let study = null;
let trial = null;
let open = false; // may a choice be made?
let hiding = 0;

async function ask(address, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Error('The server does not answer. Your choices so far are kept.');
  }
  if (answer.ok) return answer;
  let detail = `The server answered ${answer.status}.`;
  try { detail = (await answer.json()).detail; } catch { /* no JSON */ }
  throw new Error(detail);
}

const json = async (...args) => (await ask(...args)).json();

// What fails can be tried again: asking and voting twice do no harm.
async function careful(work) {
  $('trouble').hidden = true;
  try {
    await work();
  } catch (problem) {
    $('trouble').firstElementChild.textContent = problem.message;
    $('trouble').hidden = false;
    $('again').onclick = () => careful(work);
  }
}

function show(section) {
  for (const id of ['welcome', 'trial', 'thanks']) $(id).hidden = id !== section;
}

// --- one pair --------------------------------------------------------------

async function load(address) {
  const picture = new Image();
  picture.src = URL.createObjectURL(await (await ask(address)).blob());
  await picture.decode();
  return picture;
}

// Wide pictures on a narrow screen stand above each other, so that each is as large as can be.
function arrange() {
  const image = $('left').querySelector('img');
  if (!image.naturalWidth) return;
  const stacked = innerWidth < 760 && image.naturalWidth > 0.9 * image.naturalHeight;
  $('pair').classList.toggle('stacked', stacked);
  const names = stacked ? ['upper picture', 'lower picture'] : ['left picture', 'right picture'];
  sides.forEach((side, n) => $(side).setAttribute('aria-label', names[n]));
  const time = trial && trial.seconds !== null ? ' The pictures disappear after a while. Choose at any time.' : '';
  const wide = matchMedia('(hover: hover)').matches;
  $('hint').textContent = (wide ? 'Click on one, or press 1 or 2, ← or →.' : 'Tap on one.') + time;
}

function put(pictures) {
  sides.forEach((side, n) => {
    const old = $(side).querySelector('img');
    URL.revokeObjectURL(old.src);
    pictures[n].alt = '';
    pictures[n].draggable = false;
    old.replaceWith(pictures[n]);
    $(side).classList.remove('chosen');
  });
  $('pair').style.setProperty('--ratio', pictures[0].naturalWidth / pictures[0].naturalHeight);
  $('pair').style.setProperty('--wide', pictures[0].naturalWidth);
  $('pair').classList.remove('gone');
}

function hideLater(seconds) {
  clearTimeout(hiding);
  if (seconds === null) return;
  hiding = setTimeout(() => $('pair').classList.add('gone'), 1000 * seconds);
  if (seconds === 0) $('pair').classList.add('gone');
}

async function next() {
  const state = await json('/api/trial');
  if (state.trial === null) {
    $('sum').textContent = `You have compared ${state.total} pairs of pictures. That helps.`;
    show('thanks');
    $('thanks-title').focus();
    return;
  }
  const pictures = await Promise.all([load(state.left), load(state.right)]);
  trial = state;
  show('trial');
  put(pictures); // both at once: neither comes first
  arrange();
  $('count').textContent = `${state.number} of ${state.total}`;
  $('progress').max = state.total;
  $('progress').value = state.number - 1;
  $('spoken').textContent = `Pair ${state.number} of ${state.total}`;
  hideLater(state.seconds);
  await pause(GUARD);
  open = true;
  $('pair').classList.add('open');
}

function choose(side) {
  if (!open) return;
  open = false;
  $('pair').classList.remove('open');
  $(side).classList.add('chosen');
  document.activeElement?.blur();
  const { trial: name } = trial;
  careful(async () => {
    await json('/api/votes', { trial: name, side });
    await next();
  });
}

// --- what the rater does ---------------------------------------------------

const KEYS = { ArrowLeft: 'left', 1: 'left', ArrowRight: 'right', 2: 'right', ArrowUp: 'left', ArrowDown: 'right' };

function listen() {
  $('begin').addEventListener('click', () => careful(async () => {
    await json('/api/raters', {});
    await next();
  }));
  for (const side of sides) $(side).addEventListener('click', () => choose(side));
  addEventListener('keydown', (e) => {
    const upright = e.key === 'ArrowUp' || e.key === 'ArrowDown';
    if (e.repeat || e.ctrlKey || e.metaKey || e.altKey || $('trial').hidden || !KEYS[e.key]) return;
    if (upright && !$('pair').classList.contains('stacked')) return;
    e.preventDefault();
    choose(KEYS[e.key]);
  });
  addEventListener('resize', arrange);
}

async function start() {
  study = await json('/api/study');
  const real = study.question === 'real';
  $('title').textContent = real ? 'Which one is real?' : 'Which one is better?';
  document.title = `Colorizer: ${$('title').textContent.toLowerCase()}`;
  $('question').textContent = real ? 'Which one is the real photo?' : 'Which one is colored better?';
  $('what').textContent = real
    ? `You will see ${study.total} pairs of pictures. One of each pair is a real photo, the other was colored by a computer. Choose the real one.`
    : `You will see ${study.total} pairs of pictures. Both show the same photo, in different colors. Choose the one that looks better to you.`;
  $('time').hidden = !study.seconds;
  if (study.seconds) $('time').textContent = `Each pair is shown for ${study.seconds} ${study.seconds === 1 ? 'second' : 'seconds'}. You can take your time to choose.`;
  if (study.begun) await next();
  else {
    show('welcome');
    $('begin').focus();
  }
}

listen();
careful(start);
