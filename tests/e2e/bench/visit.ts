// Runs in a page before anything of its own: somebody who types and presses the moment they can.

export interface Seen {
  /** The form for signing in has been laid out with its styles, in the frame that paints it first. */
  typable: number;
  /** What was typed and pressed then leaves the page. */
  usable: number;
  /** The page's program has drawn the form; until then, one that stands in index.html was shown. */
  running: number;
  /** The largest paint. */
  largest: number;
  /** How far things moved, as the browser counts it. */
  shift: number;
}

/** Looks for the form without asking again and again, which would slow the page down. */
export function visit([email, password]: [string, string]): void {
  const seen: Seen = { typable: 0, usable: 0, running: 0, largest: 0, shift: 0 };
  Object.assign(globalThis, { seen });
  const watch = (type: string, see: (entry: any) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true });
  watch('largest-contentful-paint', ({ startTime }) => (seen.largest = startTime));
  watch('layout-shift', ({ value }) => (seen.shift += value));
  watch('resource', ({ name, startTime }) => {
    if (name.includes('/auth/v1/token')) seen.usable ||= startTime;
  });

  const field = (type: string) => document.querySelector<HTMLInputElement>(`form input[type=${type}]`);
  const type = (into: string, words: string) => {
    const found = field(into)!;
    found.focus();
    // Past what a framework has put in its place.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(found, words);
    found.dispatchEvent(new InputEvent('input', { bubbles: true }));
  };
  // As a person does: one thing after the other.
  const later = () => new Promise((task) => setTimeout(task));
  const signIn = async () => {
    await later();
    type('email', email);
    await later();
    type('password', password);
    await later();
    field('password')!.form!.querySelector<HTMLElement>('[type=submit]')!.click();
  };

  let watched: Element | null = null;
  const painted = new IntersectionObserver((entries) => {
    if (seen.typable || !entries.some(({ isIntersecting }) => isIntersecting)) return;
    seen.typable = performance.now();
    painted.disconnect();
    void signIn();
  });
  const changed = new MutationObserver(() => {
    if (document.querySelector('form:not(.opening form)')) {
      seen.running = performance.now();
      changed.disconnect();
    }
    if (seen.typable) return;
    const now = field('password');
    if (!now || now === watched) return;
    painted.disconnect();
    painted.observe((watched = now));
  });
  changed.observe(document, { childList: true, subtree: true });
}
