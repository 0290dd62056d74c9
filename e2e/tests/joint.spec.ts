import { expect, test } from '@playwright/test';
import { signIn, sound } from './support';

const day = (ahead: number) => new Date(Date.now() + (8 + 24 * ahead) * 3600_000).toISOString().slice(0, 10);

test('a session is offered to those below and outside, and a unit answers and hands in its own list', async ({ page, browser }, info) => {
  const title = `联学 ${info.project.name} ${Date.now()}`;
  await signIn(page, 'secretary');
  await page.goto('/activities/new');
  await page.getByLabel('名称').fill(title);
  await page.locator('input[name=day]').fill(day(0));
  await page.getByRole('button', { name: '发通知' }).click();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await page.getByRole('link', { name: '邀请单位' }).first().click();
  await page.getByLabel('外单位').fill(`市图书馆 ${info.project.name}`);
  await page.getByRole('button', { name: '发出邀请' }).click();
  await expect(page.getByRole('link', { name: `市图书馆 ${info.project.name}` })).toBeVisible();
  await page.getByRole('button', { name: '全部下级' }).click();
  await expect(page.getByText('待答复').first()).toBeVisible();
  await sound(page);
  const call = page.url();

  // The host answers for the organisation, which has no account.
  await page.getByRole('link', { name: `市图书馆 ${info.project.name}` }).click();
  await page.getByRole('button', { name: '参加', exact: true }).click();
  await page.locator('input[name=guests]').fill('12');
  await page.getByRole('button', { name: '保存来宾人数' }).click();
  await expect(page.getByText('来宾人数已保存')).toBeVisible();

  const context = await browser.newContext({ viewport: page.viewportSize(), locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const leader = await context.newPage();
  await signIn(leader, 'leader');
  await leader.goto('/joint');
  await leader.getByRole('link', { name: title }).first().click();
  await leader.getByRole('button', { name: '参加', exact: true }).click();
  await expect(leader.getByText('已答复：参加')).toBeVisible();
  await sound(leader);
  await leader.getByRole('link', { name: '本单位名单' }).click();
  await leader.getByRole('button', { name: '其余都到' }).click();
  await sound(leader);
  await leader.getByRole('button', { name: '交名单' }).click();
  await expect(leader.getByText('名单已交').first()).toBeVisible();
  await context.close();

  await page.goto(call);
  await expect(page.getByText('名单已交').first()).toBeVisible();
  await sound(page);
});

test('a speaker is entered, and a tour takes a stop a line', async ({ page }, info) => {
  const name = `宣讲人${info.project.name === 'desk' ? '甲' : '乙'}${Date.now() % 1000}`;
  await signIn(page, 'secretary');
  await page.goto('/speakers/new');
  await page.locator('input[name=name]').fill(name);
  await sound(page);
  await page.locator('main form button[type=submit]').last().click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page.goto('/speakers');
  await expect(page.getByRole('link', { name })).toBeVisible();
  await sound(page);
  await page.goto('/tours');
  await sound(page);
});
