import { expect, test, type Page } from '@playwright/test';
import { signIn, sound } from './support';

/** Today in the federation's zone. */
const today = () => new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10);

async function announce(page: Page, title: string) {
  await page.goto('/activities/new');
  await page.getByLabel('名称').fill(title);
  await page.getByLabel('地点').fill('三楼会议室');
  await page.getByRole('button', { name: '发通知' }).click();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
}

test('a leader enters a session, takes the roll with keys, and confirms it', async ({ page }, info) => {
  const title = `集中学习 ${info.project.name} ${Date.now()}`;
  await signIn(page, 'leader');
  await announce(page, title);
  await page.getByRole('link', { name: '登记考勤' }).click();
  const people = page.locator('.att button');
  await expect(people.first()).toBeVisible();
  const count = await people.count();
  expect(count).toBeGreaterThan(2);
  await expect(page.locator('[data-count=open]')).toHaveText(String(count));
  await people.first().focus();
  await page.keyboard.press('2');
  await page.keyboard.press('3');
  await expect(page.locator('[data-count=late]')).toHaveText('1');
  await expect(page.locator('[data-count=leave]')).toHaveText('1');
  await sound(page);

  // Confirming with some people unmarked asks a question; nothing is assumed and nothing is lost.
  await page.getByRole('button', { name: '确认名单' }).click();
  await expect(page.getByText(`还有 ${count - 2} 人未登记`)).toBeVisible();
  await expect(page.locator('[data-count=late]')).toHaveText('1');
  await page.getByRole('button', { name: '其余都到' }).click();
  await page.getByRole('button', { name: '确认名单' }).click();
  await expect(page.getByText('已举办').first()).toBeVisible();
  await expect(page.locator('[data-count=present]')).toHaveText(String(count - 1));

  // What was confirmed is a figure with its rows.
  await page.goto('/activities');
  await expect(page.getByRole('link', { name: title })).toBeVisible();
});

test('a member checks in by the code on the board', async ({ page, browser }, info) => {
  const title = `读书分享 ${info.project.name} ${Date.now()}`;
  await signIn(page, 'leader');
  await announce(page, title);
  await page.getByRole('link', { name: '签到码' }).click();
  await page.getByRole('button', { name: '开放签到' }).click();
  await expect(page.locator('svg.qr')).toBeVisible();
  const board = page.url();
  const address = await page.evaluate(() => document.querySelector('svg.qr')?.getAttribute('data-address') ?? '');
  expect(address).toContain('/check-in/');

  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
  const member = await phone.newPage();
  // Not signed in yet: the code may change while the user signs in.
  await member.goto(address);
  await member.getByLabel('账号').fill('member');
  await member.getByLabel('密码').fill('demo-lantern-42');
  await member.getByRole('button', { name: '登录' }).click();
  await expect(member.getByRole('heading', { name: '确认是你，就签到' })).toBeVisible();
  await sound(member);
  await member.getByRole('button', { name: '签到', exact: true }).click();
  await expect(member.getByRole('heading', { name: '已签到' })).toBeVisible();
  // Once more is harmless.
  await member.goto(address);
  await member.getByRole('button', { name: '签到', exact: true }).click();
  await expect(member.getByText('你已经签过到了')).toBeVisible();
  await member.goto(`${new URL(address).origin}/check-in/1.2.xyz`);
  await expect(member.getByText('这个码认不出')).toBeVisible();
  await phone.close();

  await page.goto(board.replace(/board.*/, 'attendance'));
  await expect(page.locator('[data-count=present]')).toHaveText('1');
});

test('two people edit one activity: the second is told, and what was typed stays', async ({ page, browser }, info) => {
  const title = `专题研讨 ${info.project.name} ${Date.now()}`;
  await signIn(page, 'leader');
  await announce(page, title);
  const edit = `${page.url()}/edit`;
  await page.goto(edit);
  const other = await browser.newContext({ locale: 'zh-CN' });
  const second = await other.newPage();
  await signIn(second, 'secretary');
  await second.goto(edit);
  await second.getByLabel('地点').fill('社区书屋');
  await second.getByRole('button', { name: '保存活动' }).click();
  await expect(second.getByText('活动已保存')).toBeVisible();
  await page.getByLabel('地点').fill('<b>二楼</b>');
  await page.getByRole('button', { name: '保存活动' }).click();
  await expect(page.getByText('刚被改过')).toBeVisible();
  await expect(page.getByLabel('地点')).toHaveValue('<b>二楼</b>');
  await other.close();
});

test('a draft is kept for the one who typed it, and gone once it is sent', async ({ page }, info) => {
  const title = `草稿 ${info.project.name} ${Date.now()}`;
  await signIn(page, 'leader');
  await page.goto('/activities/new');
  await page.getByLabel('名称').fill(title);
  await page.goto('/');
  await page.goto('/activities/new');
  await page.getByRole('button', { name: '接着写' }).click();
  await expect(page.getByLabel('名称')).toHaveValue(title);
  // Another user who signs in here is not offered it.
  await page.goto('/account');
  await page.getByRole('button', { name: '退出', exact: true }).click();
  await signIn(page, 'secretary');
  await page.goto('/activities/new');
  await expect(page.locator('[data-draft-note]')).toBeHidden();
  await page.getByLabel('名称').fill(title);
  await page.getByRole('button', { name: '发通知' }).click();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await page.goto('/activities/new');
  await expect(page.locator('[data-draft-note]')).toBeHidden();
});

test('the tree of units is walked with arrows, and its links are there without script', async ({ page, browser }) => {
  await signIn(page, 'admin');
  await page.goto('/units');
  const tree = page.getByRole('tree');
  const first = tree.locator('a.n').first();
  await expect(first).toHaveAttribute('tabindex', '0');
  await first.focus();
  await page.keyboard.press('End');
  const last = await page.evaluate(() => document.activeElement?.textContent?.trim());
  await page.keyboard.press('Home');
  await expect(first).toBeFocused();
  expect(last).not.toBe((await first.textContent())?.trim());
  const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN', storageState: await page.context().storageState() });
  const bare = await plain.newPage();
  await bare.goto('/units');
  expect(await bare.locator('.tree a.n[tabindex="-1"]').count()).toBe(0);
  await plain.close();
});

test('marks stay when a list is pasted and when one leaves without saving', async ({ page }, info) => {
  const title = `互动党课 ${info.project.name} ${Date.now()}`;
  await signIn(page, 'leader');
  await announce(page, title);
  await page.getByRole('link', { name: '登记考勤' }).click();
  const roll = page.url();
  const people = page.locator('.att button');
  const names = await page.locator('.att [data-person]').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.name));
  await people.nth(0).click();
  await people.nth(1).click();
  await people.nth(1).click();
  await page.getByRole('button', { name: '粘贴接龙' }).click();
  await page.locator('textarea[name=paste]').fill(`11月25日互动党课\n1. ${names[2]} 请假`);
  await page.getByRole('button', { name: '识别' }).click();
  await expect(page.getByRole('heading', { name: '认出的（1）' })).toBeVisible();
  await expect(page.getByText('11月25日互动党课', { exact: true })).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: '标到考勤' }).click();
  await expect(page.getByText('已标上 1 人')).toBeVisible();
  await expect(page.locator('[data-count=present]')).toHaveText('2');
  await expect(page.locator('[data-count=late]')).toHaveText('1');
  await expect(page.locator('[data-count=leave]')).toHaveText('1');
  await sound(page);
  await people.nth(3).click();
  await page.goto('/');
  await expect(async () => {
    await page.goto(roll);
    await expect(page.locator('[data-count=present]')).toHaveText('3', { timeout: 1000 });
  }).toPass();
});

test('what is searched is answered', async ({ page }) => {
  await signIn(page, 'secretary');
  await page.goto('/search?q=学习');
  await expect(page.getByRole('heading', { name: '活动' })).toBeVisible();
  await sound(page);
  await page.getByRole('searchbox', { name: /搜索/ }).last().fill('没有这样的东西');
  await page.keyboard.press('Enter');
  await expect(page.getByText('没有找到“没有这样的东西”')).toBeVisible();
});
