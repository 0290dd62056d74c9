import { defineConfig } from '@playwright/test';

// Debian's browser; the servers with their federations come from bin/e2e, which runs the two sizes beside each other.
const browser = { launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] } };

export default defineConfig({
  testDir: 'tests',
  outputDir: 'results',
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: { baseURL: process.env.QINGLAN_URL, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...browser, trace: 'off', contextOptions: { reducedMotion: 'reduce' } },
  projects: [
    { name: 'desk', use: { viewport: { width: 1440, height: 900 } } },
    { name: 'phone', use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ],
});
