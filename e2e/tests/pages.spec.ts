import { expect, test } from '@playwright/test';
import { dark, signIn, sound } from './support';

// Every page with an address of its own, for those who may see it: accessible in both themes, without messages in the console.
const PAGES: Record<string, string[]> = {
  admin: ['/', '/search?q=学习', '/activities', '/activities?state=waiting', '/activities/calendar', '/activities/new', '/units', '/units/choose', '/groups', '/groups/new', '/people', '/people/doubles', '/people/new', '/posts', '/posts/new', '/posts/1', '/themes', '/duties', '/duties/asked', '/imports', '/imports/new', '/registers', '/metrics', '/metrics/activities.person_times', '/reports', '/reports/new', '/reports/preview?template=annual', '/reports/1', '/accounts', '/accounts/new', '/accounts/2', '/settings', '/settings/types', '/settings/platforms', '/settings/fields', '/settings/honours', '/hours', '/watch', '/joint', '/speakers', '/speakers/new', '/tours', '/tours/new', '/notes', '/materials', '/materials/new', '/materials/1', '/materials/1/read', '/plans', '/plans/new', '/plans/1', '/external', '/external/classes', '/external/goals', '/settings/levels', '/log', '/account', '/no-such-page'],
  secretary: ['/', '/duties', '/duties/asked', '/hours', '/watch', '/notes', '/external', '/external/new', '/external/classes/new', '/materials', '/plans', '/metrics', '/reports', '/units', '/people', '/groups', '/activities', '/registers', '/my'],
  leader: ['/', '/duties', '/joint', '/speakers', '/hours', '/watch', '/notes', '/external', '/plans', '/activities', '/activities/new', '/groups', '/people', '/check-in', '/my'],
  member: ['/', '/notes', '/notes/new', '/external', '/external/new', '/materials', '/materials/1/read', '/plans', '/my/hours', '/account', '/activities', '/activities/calendar', '/groups', '/my', '/check-in'],
  reader: ['/', '/units', '/groups', '/activities', '/metrics/activities.person_times', '/reports'],
};

for (const [account, paths] of Object.entries(PAGES)) {
  test(`the pages of ${account} are sound in both themes`, async ({ page }) => {
    // Many pages, each opened twice.
    test.setTimeout(1_800_000);
    const minded: string[] = [];
    page.on('console', (message) => { if (message.type() === 'error' && !message.text().includes('404')) minded.push(`${page.url()} ${message.text()}`); });
    page.on('pageerror', (fault) => minded.push(`${page.url()} ${fault}`));
    await signIn(page, account);
    for (const path of paths) {
      await page.goto(path);
      await sound(page);
      await dark(page);
      await sound(page);
    }
    // One of each kind that a list links to, with the pages it links to.
    const further: Record<string, string[]> = { '/activities': ['/edit', '/attendance', '/board', '/notice'], '/units': [], '/groups': [], '/people': ['/edit', '/merge'], '/imports': [] };
    for (const [list, more] of Object.entries(account === 'admin' ? further : {})) {
      await page.goto(list);
      const first = page.locator('td.c1 a, .tree a.n').first();
      if (!(await first.count())) continue;
      const one = (await first.getAttribute('href')) ?? list;
      for (const path of ['', ...more]) {
        await page.goto(one + path);
        await sound(page);
        await dark(page);
        await sound(page);
      }
    }
    expect(minded).toEqual([]);
  });
}

test('the sign-in page is sound and speaks English on demand', async ({ page }) => {
  await page.goto('/sign-in');
  await sound(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await sound(page);
});

test('a first visit stays under 200 KB', async ({ page }) => {
  const wire = await page.context().newCDPSession(page);
  let bytes = 0;
  wire.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
  await wire.send('Network.enable');
  await signIn(page, 'member');
  await page.waitForLoadState('networkidle');
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(200 * 1024);
});
