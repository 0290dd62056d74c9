import { expect, test, type Page } from '@playwright/test';
import { dark, signIn, sound } from './support';

/** A day some days from today in the federation's zone. */
const soon = (days: number) => new Date(Date.now() + 8 * 3600_000 + days * 86_400_000).toISOString().slice(0, 10);

/** The key of a unit, as a field with a picker submits it. */
async function unitOf(page: Page, name: string) {
  const found = await page.request.get(`/units/pick?q=${encodeURIComponent(name)}`);
  const html = await found.text();
  const one = [...html.matchAll(/data-value="(\d+)" data-text="([^"]*)"/g)].find(([, , text]) => text === name);
  return one?.[1] ?? '';
}

async function post(page: Page, path: string, form: Record<string, string>) {
  return page.request.post(path, { form, headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
}

/** A district of 80 streets under the demo's city, created once for both sizes; returns its name. */
async function eighty(page: Page) {
  const top = await unitOf(page, '青蓝市');
  const name = '八十街区';
  let district = await unitOf(page, name);
  if (!district) {
    expect((await post(page, `/units/${top}/units`, { name, level: 'district' })).status()).toBe(303);
    district = await unitOf(page, name);
    for (let number = 1; number <= 80; number += 1) {
      const made = await post(page, `/units/${district}/units`, { name: `第${number}街道`, level: 'street' });
      expect(made.status()).toBe(303);
    }
  }
  return name;
}

// A screenshot of each page, if a folder for them is given.
const shot = async (page: Page, name: string) => { if (process.env.QINGLAN_SHOTS) await page.screenshot({ path: `${process.env.QINGLAN_SHOTS}/${name}.png`, fullPage: true }); };

test('a notice is answered by eighty streets while the sender watches', async ({ page, browser }, info) => {
  test.setTimeout(240_000);
  await signIn(page, 'admin');
  const sender = await eighty(page);

  // The sender drafts, previews, sends.
  const title = `关于报送总结的通知 ${info.project.name} ${Date.now()}`;
  await page.goto('/notices?box=sent');
  await sound(page);
  await page.getByRole('link', { name: '起草通知' }).first().click();
  await page.getByLabel('标题').fill(title);
  await page.getByLabel('时限').fill(soon(7));
  await page.getByRole('textbox', { name: '来文单位' }).fill(sender);
  await page.getByRole('option', { name: sender }).first().click();
  await page.getByLabel('发给').selectOption('children');
  await page.getByRole('textbox', { name: '正文和附件' }).fill('请各街道报送总结。');
  await page.getByRole('textbox', { name: /^办理要求/ }).first().fill('报送总结');
  await sound(page);
  await dark(page);
  await sound(page);
  await shot(page, `${info.project.name}-form`);
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByRole('button', { name: '下发给 80 个单位' })).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: '下发给 80 个单位' }).click();
  await expect(page.locator('[data-units]')).toHaveText('80');
  await expect(page.locator('[data-units-done]')).toHaveText('0');
  await sound(page);

  await shot(page, `${info.project.name}-sent`);
  // The page stays open; a reload would be noticed here.
  await page.evaluate(() => { (window as unknown as { kept: boolean }).kept = true; });
  const scrolled = await page.evaluate(() => { window.scrollTo(0, 300); return window.scrollY; });
  const duties = await page.locator('#board a[href^="/notices/duties/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(duties.length).toBe(80);

  // One unit answers on its own page, the others with the same form in another window.
  const context = await browser.newContext({ baseURL: process.env.QINGLAN_URL, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' });
  const answering = await context.newPage();
  await signIn(answering, 'admin');
  await answering.goto(duties[0]);
  await answering.getByLabel('上报内容').fill('第一家：已完成。');
  await sound(answering);
  await answering.getByRole('button', { name: '上报' }).click();
  await expect(answering.getByText('已上报')).toBeVisible();
  for (const duty of duties.slice(1, 40)) expect((await post(answering, `${duty}/answer`, { text: '已完成。', version: '1' })).status()).toBe(303);
  await expect(page.locator('[data-units-done]')).toHaveText('40', { timeout: 25_000 });
  for (const duty of duties.slice(40)) expect((await post(answering, `${duty}/answer`, { text: '已完成。', version: '1' })).status()).toBe(303);
  await expect(page.locator('[data-units-done]')).toHaveText('80', { timeout: 25_000 });
  await expect(page.locator('#board').getByText('第一家：已完成。')).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBe(true);
  expect(await page.evaluate(() => window.scrollY)).toBe(scrolled);
  await sound(page);
  await context.close();
});

test('a street finds what it owes on its home page, and answers there', async ({ page, browser }, info) => {
  await signIn(page, 'secretary');
  const owed = page.getByRole('link', { name: /关于开展专题研讨的通知/ });
  await expect(owed).toBeVisible();
  await owed.click();
  await expect(page.getByRole('heading', { name: '本单位要办的' })).toBeVisible();
  await sound(page);
  await dark(page);
  await sound(page);
  await shot(page, `${info.project.name}-owed`);
  // The activity's form is filled with the data of the notice.
  await page.getByRole('link', { name: '安排活动' }).click();
  await expect(page.getByLabel('依据文号')).toHaveValue(/青妇组/);
  await expect(page.getByLabel('名称')).toHaveValue('关于开展专题研讨的通知');

  // A notice is withdrawn after an answer came: the answer stays, and the reason is shown.
  const sender = await browser.newContext({ ...info.project.use, baseURL: process.env.QINGLAN_URL, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' });
  const admin = await sender.newPage();
  await signIn(admin, 'admin');
  const title = `关于报送名单的通知 ${info.project.name} ${Date.now()}`;
  const unit = await unitOf(admin, '澄江区');
  const made = await post(admin, '/notices', { title, unit_id: unit, due_on: soon(5), recipients: 'level:street', kind_1: 'return', wanted_1: '报送名单' });
  const notice = made.headers().location;
  expect((await post(admin, `${notice}/send`, { version: '1' })).status()).toBe(303);
  await page.goto('/notices');
  await sound(page);
  await shot(page, `${info.project.name}-list`);
  await page.getByRole('link', { name: title }).click();
  await page.getByLabel('上报内容').fill('名单三人，没有变动。');
  await page.getByRole('button', { name: '上报' }).click();
  await expect(page.getByText('已上报')).toBeVisible();
  await admin.goto(notice);
  await admin.getByLabel('撤回原因').fill('要求有误，另发');
  await admin.getByRole('button', { name: '撤回', exact: true }).click();
  await expect(admin.getByText('已撤回，各单位已办的都保留')).toBeVisible();
  await expect(admin.locator('#board').getByText('名单三人，没有变动。')).toBeVisible();
  await page.reload();
  await expect(page.getByText('要求有误，另发')).toBeVisible();
  await expect(page.getByText('名单三人，没有变动。')).toBeVisible();
  await sound(page);
  await sender.close();
});
