// What `cargo xtask bench` measures in the released page: as the stories are run, with no story beside it.

import config from '../playwright.config';

export default {
  ...config,
  testDir: '.',
  outputDir: '../results',
  // Whoever records a page slows it down.
  use: { ...config.use, trace: 'off' as const, screenshot: 'off' as const },
};
