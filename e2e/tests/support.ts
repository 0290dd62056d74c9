import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export const PASSWORD = 'demo-lantern-42';

/** Signs in as one of the demo's accounts; error responses of the server are reported here. */
export async function signIn(page: Page, account: string, password = PASSWORD) {
  await page.goto('/sign-in');
  await page.getByLabel('账号').fill(account);
  await page.getByLabel('密码', { exact: false }).first().fill(password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** No serious accessibility problems; no horizontal scrolling; no messages in the console. */
export async function sound(page: Page) {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  const serious = found.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
  expect(serious.map((one) => `${page.url()} ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(' ')}`)).toEqual([]);
  // A phone's window grows with a page that is too wide: what counts is the screen.
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, `${page.url()} scrolls sideways`).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
}

export async function dark(page: Page) {
  await page.evaluate(() => { document.documentElement.dataset.bsTheme = 'dark'; });
}
