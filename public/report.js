// What the connection doctor has found, to be taken along.

/** The button that copies it; nothing secret is in it. */
export function copying(report, status) {
  const mark = { good: 'good', bad: 'BAD', skipped: 'skipped' };
  const steps = report.map(({ name, state, words, cure }) => `${mark[state]}  ${name}: ${words}${cure ? ` → ${cure}` : ''}`);
  const text = [`The tavern, connection at ${new Date().toISOString()}`, `${location.origin} · ${status}`, navigator.userAgent, ...steps].join('\n');
  const button = element('button', 'button', 'Copy report');
  button.type = 'button';
  button.dataset.kind = 'quiet';
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      // A page without a clipboard: to be copied by hand.
      const field = element('textarea', 'field__control');
      field.readOnly = true;
      field.rows = 6;
      field.value = text;
      field.setAttribute('aria-label', 'Report');
      button.after(field);
      field.select();
    }
  });
  return button;
}

/** A new element with text in it. */
export function element(name, className, text = '') {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
