// Opens the page: at once the shape that fits, the program while it is still on its way, and connections to
// nothing but the project that config.json names.

(() => {
  'use strict';
  const { js, wasm } = document.currentScript.dataset;
  const root = document.documentElement;

  // The browser's own bars in the colour of the page: the first colour is the light one, the second the dark.
  window.tavernPaintFrame = () => {
    const { theme } = root.dataset;
    document.querySelectorAll('meta[name="theme-color"]').forEach((meta, at) => {
      const name = ['light', 'dark'][at];
      meta.media = theme ? (theme === name ? 'all' : 'not all') : `(prefers-color-scheme: ${name})`;
    });
  };

  root.dataset.opening = 'guest';
  // The answer to signing in, while it is waited for; and whether the program runs.
  let asked;
  let started = false;
  // Until when the program is kept from starting, and whether something was asked that only the program can do.
  let kept = 0;
  let wanted = false;
  try {
    // Before anything is painted.
    const theme = localStorage.getItem('tavern-theme');
    if (theme) root.dataset.theme = theme;
    window.tavernPaintFrame();
    if (localStorage.getItem('tavern-session')) root.dataset.opening = 'member';
  } catch {
    // A browser that stores nothing knows nobody.
  }

  // What the link of a mail brings is for the program alone, not for the address and the history.
  const link = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (link.access_token || link.error_code) {
    window.tavernLink = JSON.stringify(link);
    history.replaceState(null, '', location.pathname + location.search);
    if (link.access_token) root.dataset.opening = 'member';
  }

  // The framework clones markup of ours from templates; nothing else may become markup or code.
  if (window.trustedTypes) {
    const dangerous = /<\/?(?:script|iframe|object|embed|base|meta|link)|[\s\/"']on\w+\s*=|javascript:/i;
    trustedTypes.createPolicy('default', {
      createHTML: (html) => (dangerous.test(html) ? null : html),
      createScriptURL: (url) => (url === 'worker.js' ? url : null),
    });
  }

  // Policies add up: this one only takes away from what index.html allows.
  const configured = fetch('config.json', { cache: 'no-cache' })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .then((text) => {
      const { origin } = new URL(JSON.parse(text).supabase_url);
      const policy = document.createElement('meta');
      policy.httpEquiv = 'Content-Security-Policy';
      policy.content = `connect-src 'self' ${origin} ${origin.replace(/^http/, 'ws')}`;
      document.head.append(policy);
      window.tavernConfig = text;
    })
    // The program reads it again, and says what is wrong with it.
    .catch(() => {});

  const parsed = new Promise((ready) => addEventListener('DOMContentLoaded', ready, { once: true }));
  const compiled = WebAssembly.compileStreaming(fetch(wasm)).catch(async () =>
    // A server that does not know the type.
    WebAssembly.compile(await (await fetch(wasm)).arrayBuffer()),
  );
  Promise.all([import(js), compiled, configured, parsed])
    .then(async ([{ default: start }, module_or_path]) => {
      await pause();
      await asked;
      started = true;
      new MutationObserver(takeOver).observe(document.body, { childList: true });
      return start({ module_or_path });
    })
    .catch((error) => {
      console.error(error);
      const words = document.querySelector('.opening__words');
      words.textContent = 'The tavern could not be opened. Check the network, then load the page again.';
      root.dataset.opening = 'words';
    });

  // While the program starts, nothing else can be done for a tenth of a second: a guest sees the form before, whose
  // browser may fill it in and send it at once, and is not held up between two keys.
  async function pause() {
    if (root.dataset.opening !== 'guest') return;
    const later = (milliseconds) => new Promise((due) => setTimeout(due, milliseconds));
    // A page that nobody sees paints nothing.
    await Promise.race([new Promise(requestAnimationFrame), later(200)]);
    keep(50);
    while (!wanted && performance.now() < kept) await later(20);
  }

  function keep(milliseconds) {
    kept = Math.max(kept, performance.now() + milliseconds);
  }

  // Whoever was quicker than the program has their words kept, and the cursor where it was.
  let sent = '';
  const onSubmit = (event) => {
    event.preventDefault();
    wanted = true;
    sent = event.target.getAttribute('aria-label');
    if (sent === 'Sign in') signIn(event.target);
  };
  addEventListener('submit', onSubmit, { capture: true });
  addEventListener('input', ({ isTrusted }) => {
    keep(300);
    if (!isTrusted || !window.tavernRefused) return;
    // Something else is being typed now, which nobody has sent.
    delete window.tavernRefused;
    sent = '';
  });
  let forgotten = false;

  addEventListener('click', ({ target }) => {
    forgotten ||= Boolean(target.closest?.('.opening [type=button]'));
    wanted ||= forgotten;
    const button = target.closest?.('[data-doctor]');
    if (!button) return;
    const place = button.parentElement;
    import('./doctor.js')
      .then(({ examine }) => examine(place))
      .catch(() => {
        place.lastElementChild.textContent = 'The check could not be loaded: the page itself cannot be reached. Check the network.';
      });
  });

  // Whoever signs in does not wait for the program: it begins with the session, or asks again and says what is wrong.
  function signIn(form) {
    const [email, password] = [...form.querySelectorAll('input')].map(({ value }) => value);
    if (started || asked || !email.includes('@') || !password) return;
    delete window.tavernRefused;
    const button = form.querySelector('[type=submit]');
    button.setAttribute('aria-busy', 'true');
    asked = configured
      .then(async () => {
        const { supabase_url, supabase_key } = JSON.parse(window.tavernConfig);
        const answer = await fetch(`${supabase_url.replace(/\/+$/, '')}/auth/v1/token?grant_type=password`, {
          method: 'POST',
          headers: { apikey: supabase_key, 'content-type': 'application/json' },
          body: JSON.stringify({ email: email.trim(), password }),
          // The program, once it is there, is not kept from starting by a server that says nothing.
          signal: AbortSignal.timeout(5_000),
        });
        if (!answer.ok) {
          // The program says what is wrong with it, and asks no second time.
          const typed = [...form.querySelectorAll('input')].map(({ value }) => value);
          const asIs = typed[0] === email && typed[1] === password;
          if (asIs && answer.status < 500) window.tavernRefused = `${answer.status} ${await answer.text()}`;
          return;
        }
        const session = await answer.json();
        session.expires_at = Math.floor(Date.now() / 1000) + session.expires_in;
        localStorage.setItem('tavern-session', JSON.stringify(session));
        sent = '';
        root.dataset.opening = 'member';
      })
      .catch(() => {})
      .finally(() => {
        asked = undefined;
        button.removeAttribute('aria-busy');
      });
  }

  // Only where the page has its policy: what trunk serves while developing must never be an old copy.
  if (navigator.serviceWorker && document.querySelector('meta[http-equiv="Content-Security-Policy"]')) {
    navigator.serviceWorker.addEventListener('message', ({ data }) => data === 'newer' && announce());
    // A tab that stays open for days loads nothing by itself: it looks when it is looked at, once an hour.
    const hour = 3_600_000;
    let looked = Date.now();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || Date.now() - looked < hour) return;
      looked = Date.now();
      navigator.serviceWorker.controller?.postMessage('look');
    });
    addEventListener('load', () => {
      // A browser that refuses it has the page without its own copy of it.
      navigator.serviceWorker.register('worker.js').catch(() => {});
    });
  }

  // It waits until the person wants it: nobody's words are lost to a newer page.
  function announce() {
    if (document.querySelector('.newer')) return;
    const news = document.createElement('p');
    news.className = 'newer';
    news.setAttribute('role', 'status');
    const take = document.createElement('button');
    take.type = 'button';
    take.className = 'button';
    take.textContent = 'Reload';
    take.addEventListener('click', () => location.reload());
    const later = document.createElement('button');
    later.type = 'button';
    later.className = 'button';
    later.dataset.kind = 'quiet';
    later.textContent = 'Later';
    later.addEventListener('click', () => news.remove());
    document.body.append(news);
    news.append('There is a newer version of the tavern. ', take, later);
  }

  function takeOver(_, observer) {
    const opening = document.querySelector('.opening');
    if (!document.querySelector('body > :is(.shell, .welcome)')) return;
    observer.disconnect();
    removeEventListener('submit', onSubmit, { capture: true });
    const focused = document.activeElement;
    const selection = focused.selectionEnd;
    const typed = [...opening.querySelectorAll('input')];
    opening.remove();
    for (const old of typed) {
      const field = document.getElementById(old.id.replace('opening-', ''));
      if (!field) continue;
      if (old.value) {
        field.value = old.value;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }
      if (old === focused) {
        field.focus();
        if (field.type !== 'email') field.setSelectionRange(selection, selection);
      }
    }
    if (sent) document.querySelector(`form[aria-label="${sent}"]`)?.requestSubmit();
    if (forgotten) document.querySelector('form[aria-label="Sign in"] [type=button]')?.click();
    delete root.dataset.opening;
  }
})();
