// Looks step by step for what is wrong with the connection, and names the cure in words.
//
// It is no part of the program whose connection it examines: it is loaded when somebody asks, and works with a
// browser's plain means on what the page was given.

import { copying, element } from './report.js';

const PATIENCE = 8_000;
const ANOTHER =
  'A proxy, a firewall or an extension stops WebSockets: try another network. In a project of your own, see that Realtime is on.';
const BY_MIGRATIONS = 'Apply the migrations to the project with `supabase db push`';

const Finding = class extends Error {
  constructor(words, cure, state = 'bad') {
    Object.assign(super(words), { cure, state });
  }
};
/** What only a member can find out, asked by a guest. */
const FOR_MEMBERS = new Finding('Not tried: it needs an open page and somebody who is signed in.', null, 'skipped');

/** Shows all findings inside `section`. */
export async function examine(section) {
  const place = section.querySelector('.doctor__findings');
  const button = section.querySelector('[data-doctor]');
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  const list = element('ol', 'doctor__steps');
  const verdict = element('p', 'doctor__verdict', 'Checking …');
  verdict.setAttribute('role', 'status');
  place.replaceChildren(verdict, list);

  const case_ = patient(section);
  const report = [];
  let ill = null;
  for (const { name, needs, check } of STEPS) {
    const line = element('li', 'doctor__step');
    line.append(element('strong', '', name), ' ');
    list.append(line);
    const before = report.find((step) => needs.includes(step.name) && step.state !== 'good');
    const words = before?.words === FOR_MEMBERS.message ? before.words : 'Not tried: it needs a step before it.';
    const step = before ? { state: 'skipped', words } : await attempt(check, case_);
    report.push({ name, ...step });
    line.dataset.state = step.state;
    line.append(element('span', 'doctor__words', step.words));
    if (step.cure) line.append(element('p', 'doctor__cure', step.cure));
    if (step.state === 'bad') ill ??= name;
  }
  case_.socket?.close();
  const rest = case_.closed ? 'The rest can be checked once the page opens: try again.' : 'Sign in to have the rest checked.';
  const well = case_.guest ? `All is well so far. ${rest}` : 'All is well.';
  verdict.textContent = ill ? `This step fails: “${ill}”.` : well;
  verdict.dataset.state = ill ? 'bad' : 'good';
  place.append(copying(report, section.dataset.status));
  button.removeAttribute('aria-busy');
}

async function attempt(check, case_) {
  try {
    return { state: 'good', words: await check(case_) };
  } catch ({ message, state = 'bad', cure = 'Copy the report and show it to whoever runs this tavern.' }) {
    return { state, words: message, cure };
  }
}

/** What the page knows of itself. */
function patient({ dataset }) {
  const { supabase_url = '', supabase_key = '' } = JSON.parse(window.tavernConfig ?? '{}');
  let session = null;
  try {
    session = JSON.parse(localStorage.getItem('tavern-session'));
  } catch {
    // The steps say that nobody is signed in.
  }
  const [tables, url] = [dataset.tables.split(' '), supabase_url.replace(/\/+$/, '')];
  return { url, key: supabase_key, session, tables, heard: dataset.heard, guest: dataset.guest, closed: dataset.closed, socket: null };
}

const STEPS = [
  { name: 'Address reachable', needs: [], check: address },
  { name: 'Key accepted', needs: ['Address reachable'], check: key },
  { name: 'Signed in', needs: ['Key accepted'], check: signedIn },
  { name: 'Clock', needs: [], check: clock },
  { name: 'Rows can be read', needs: ['Signed in'], check: rows },
  { name: 'WebSocket opens', needs: ['Key accepted'], check: webSocket },
  { name: 'Channel joined', needs: ['Signed in', 'WebSocket opens'], check: channel },
  { name: 'Tables published', needs: ['Channel joined'], check: published },
  { name: 'Last change', needs: [], check: lastChange },
];

async function call({ url, key }, path, token) {
  const headers = { apikey: key, ...(token && { authorization: `Bearer ${token}` }) };
  return fetch(url + path, { headers, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
}

async function address(case_) {
  if (!case_.url) throw new Finding('config.json could not be read.', 'Put supabase_url and supabase_key into it, then reload.');
  const begin = performance.now();
  try {
    await call(case_, '/auth/v1/health');
  } catch (error) {
    if (!navigator.onLine) throw new Finding('This device has no network.', 'Connect it, and all goes on by itself.');
    const what = error.name === 'TimeoutError' ? `${case_.url} does not answer.` : `${case_.url} cannot be reached.`;
    throw new Finding(
      what,
      'See that supabase_url in config.json is right, that the project is not paused, and that no firewall or extension stands between.',
    );
  }
  return `${case_.url} answered after ${Math.round(performance.now() - begin)} ms.`;
}

async function key(case_) {
  let status;
  for (const path of [`/rest/v1/${case_.tables[0]}?limit=0`, '/auth/v1/settings']) {
    const answer = await call(case_, path);
    status = answer.status;
    if (status !== 401 && status !== 403) continue;
    // A key that is known and may not read: nobody may, who is not signed in.
    const { code } = await answer.json().catch(() => ({}));
    if (code === '42501') continue;
    throw new Finding(
      'The project does not accept the key.',
      "Copy the publishable key from the project's API settings into supabase_key in config.json, then reload.",
    );
  }
  if (status !== 200) throw new Finding(`The project answered with status ${status}.`, 'See the status page of the project, and try again in a minute.');
  return 'The project accepts it.';
}

async function signedIn(case_) {
  if (case_.guest) throw FOR_MEMBERS;
  const again = 'Sign out and sign in again. What waits to be sent is kept.';
  if (!case_.session) throw new Finding('Nobody is signed in on this device.', again);
  const { status } = await call(case_, '/auth/v1/user', case_.session.access_token);
  if (status === 401 || status === 403) throw new Finding('The session has ended.', again);
  if (status !== 200) throw new Finding(`The project answered with status ${status}.`, 'Try again in a minute.');
  return 'The session is valid.';
}

async function clock({ guest, session }) {
  if (guest) throw FOR_MEMBERS;
  if (!session) return 'Cannot be told while nobody is signed in.';
  // When the token ends: as the server wrote it, and as this device has reckoned it.
  const [, claims] = session.access_token.split('.');
  const { exp } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
  const ahead = session.expires_at - exp;
  if (Math.abs(ahead) < 60) return 'This device and the server agree.';
  const minutes = Math.round(Math.abs(ahead) / 60);
  throw new Finding(
    `This device's clock was ${minutes} min ${ahead > 0 ? 'ahead of' : 'behind'} the server's when the session was last renewed.`,
    'Let the device set its clock by itself, then reload.',
  );
}

async function rows(case_) {
  const { session, tables } = case_;
  const [people] = tables;
  const answer = await call(case_, `/rest/v1/${people}?id=eq.${session.user.id}&select=id`, session.access_token);
  if (answer.status === 404) throw new Finding(`The project has no table ${people}.`, `${BY_MIGRATIONS}.`);
  if (!answer.ok) throw new Finding(`Reading ${people} was refused with status ${answer.status}.`, `${BY_MIGRATIONS}: they grant it.`);
  if ((await answer.json()).length === 0) {
    throw new Finding('The policies do not let me read my own profile, or there is none.', `${BY_MIGRATIONS}; if that changes nothing, register anew.`);
  }
  return 'My own profile can be read.';
}

async function webSocket(case_) {
  const socket = new WebSocket(
    `${case_.url.replace(/^http/, 'ws')}/realtime/v1/websocket?apikey=${encodeURIComponent(case_.key)}&vsn=1.0.0`,
  );
  Object.assign(case_, { socket, frames: [] });
  socket.addEventListener('message', ({ data }) => typeof data === 'string' && case_.frames.push(JSON.parse(data)));
  const opened = await soon((told) => {
    socket.addEventListener('open', () => told(true));
    socket.addEventListener('close', () => told(false));
  });
  if (opened) return 'It opens.';
  throw new Finding(opened === false ? 'The WebSocket was closed before it opened.' : 'The WebSocket does not open.', ANOTHER);
}

async function channel(case_) {
  const bindings = case_.tables.map((table) => ({ event: '*', schema: 'public', table }));
  const config = { broadcast: { ack: false, self: false }, presence: { key: '' }, postgres_changes: bindings, private: true };
  const payload = { config, access_token: case_.session.access_token };
  if (case_.socket.readyState === WebSocket.OPEN) case_.socket.send(JSON.stringify({ topic: 'realtime:tavern', event: 'phx_join', payload, ref: '1', join_ref: '1' }));
  const reply = await frame(case_, ({ event, ref }) => event === 'phx_reply' && ref === '1');
  if (reply?.payload.status === 'ok') return 'The server let me in.';
  if (!reply && case_.socket.readyState !== WebSocket.OPEN) {
    throw new Finding('The WebSocket was closed as soon as it was open.', ANOTHER);
  }
  const said = reply ? `The server refused: ${reply.payload.response?.reason ?? 'without a reason'}` : 'The server does not answer.';
  throw new Finding(said, `${BY_MIGRATIONS}: they let members join. If the server is busy, try again in a minute.`);
}

async function published(case_) {
  const news = await frame(case_, ({ event, payload }) => event === 'system' && payload.extension === 'postgres_changes');
  if (news?.payload.status === 'ok') return 'Changes of all tables flow.';
  throw new Finding(
    news ? `The server says: ${news.payload.message}` : 'The server does not say that changes flow.',
    `${BY_MIGRATIONS}: they add the tables to the publication supabase_realtime.`,
  );
}

async function lastChange({ guest, heard }) {
  if (guest) throw FOR_MEMBERS;
  return heard ? `At ${new Date(Number(heard)).toLocaleTimeString()}.` : 'None since the page was opened, which is no fault.';
}

/** A frame that has come or comes soon. */
function frame({ frames, socket }, fits) {
  return soon((told) => {
    const look = () => {
      const found = frames.find(fits);
      if (found) told(found);
    };
    socket.addEventListener('message', look);
    socket.addEventListener('close', () => told(null));
    look();
    if (socket.readyState !== WebSocket.OPEN) told(null);
  });
}

/** What is told within the time, or null. */
function soon(listen) {
  return new Promise((told) => {
    listen(told);
    setTimeout(() => told(null), PATIENCE);
  });
}
