import { expect, test, type Page } from '@playwright/test';
import { signIn, sound } from './support';

/** A text of some two hundred pages: chapters with articles. */
function law(title: string): string {
  const says = '办理下列事项，应当先弄清情况，听取意见，作出安排，写明由谁办理、何时办结，并留下记录。';
  const chapters = Array.from({ length: 40 }, (_, chapter) => {
    const articles = Array.from({ length: 10 }, (_, place) => `**第${chapter * 10 + place + 1}条**　${says.repeat(7)}`);
    return `## 第${chapter + 1}章\n\n${articles.join('\n\n')}`;
  });
  return `# ${title}\n\n${chapters.join('\n\n')}\n`;
}

async function another(page: Page, account: string): Promise<Page> {
  const context = await page.context().browser()!.newContext({ viewport: page.viewportSize(), locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const other = await context.newPage();
  await signIn(other, account);
  return other;
}

test('a law of two hundred pages opens at once, and the place in it survives closing', async ({ page }, info) => {
  const title = `办事规程 ${info.project.name} ${Date.now()}`;
  await signIn(page, 'secretary');
  await page.goto('/materials/new');
  await page.locator('input[type=file]').setInputFiles({ name: '规程.md', mimeType: 'text/markdown', buffer: Buffer.from(law(title)) });
  await page.getByLabel('名称').fill(title);
  await page.getByRole('button', { name: '放上资料' }).click();
  await expect(page.getByText('资料已放上')).toBeVisible();
  await sound(page);

  const reader = await another(page, 'member');
  await reader.goto('/materials');
  await reader.getByRole('link', { name: title, exact: true }).click();
  const wire = await reader.context().newCDPSession(reader);
  let bytes = 0;
  wire.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
  await wire.send('Network.enable');
  await reader.getByRole('link', { name: '开始读' }).click();
  await expect(reader.getByText('第1条').first()).toBeVisible();
  // The whole has over 300,000 characters; what is loaded first is a small part of it.
  expect(await reader.locator('[data-section]').count()).toBeLessThan(12);
  expect(bytes).toBeLessThan(200 * 1024);
  await sound(reader);

  // Read on to a later chapter, and close the page.
  for (let step = 0; step < 60 && !(await reader.locator('[data-section="6"]').count()); step += 1) {
    await reader.mouse.wheel(0, 4_000);
    await reader.waitForTimeout(100);
  }
  const later = reader.locator('[data-section="6"]');
  await later.scrollIntoViewIfNeeded();
  await later.evaluate((section) => section.scrollIntoView({ block: 'start' }));
  await reader.waitForTimeout(2_500);
  await reader.context().close();

  const again = await another(page, 'member');
  await again.goto('/materials');
  await again.getByRole('link', { name: title, exact: true }).click();
  await again.getByRole('link', { name: '接着读' }).click();
  await expect(again.getByText('从上次读到的地方继续')).toBeVisible();
  expect(await again.locator('[data-section]').first().getAttribute('data-section')).not.toBe('1');
  await again.context().close();

  // Nobody else has a position in it.
  await page.goto('/materials');
  await page.getByRole('link', { name: title, exact: true }).click();
  await expect(page.getByRole('link', { name: '开始读' })).toBeVisible();
});

test('one tap says that an item is finished, another takes it back', async ({ page }) => {
  await signIn(page, 'member');
  await page.goto('/plans');
  const item = page.locator('li', { hasText: '调研怎么做' });
  await item.getByRole('button', { name: '学完了' }).click();
  await expect(item.getByRole('button', { name: '学完了' })).toHaveCount(0);
  await page.goto('/my/hours');
  await expect(page.getByText('调研怎么做').first()).toBeVisible();
  await sound(page);
  await page.goto('/plans');
  await page.getByRole('link', { name: /学习计划/ }).last().click();
  const there = page.locator('li', { hasText: '调研怎么做' });
  await there.locator('button[value=not]').click();
  await page.goto('/my/hours');
  await expect(page.getByText('调研怎么做')).toHaveCount(0);
});

test('a note is written, handed in, commented and recommended', async ({ page }, info) => {
  const title = `学习心得 ${info.project.name} ${Date.now()}`;
  await signIn(page, 'member');
  await page.goto('/notes/new');
  await page.getByLabel('题目').fill(title);
  await page.getByLabel('正文').fill('第一点，先弄清情况。\n\n第二点，写明谁来办。');
  await sound(page);
  await page.getByRole('button', { name: '存为草稿' }).click();
  await expect(page.getByText('草稿存好了')).toBeVisible();
  const address = page.url();
  const leader = await another(page, 'leader');
  expect((await leader.goto(address))?.status()).toBe(404);

  await page.getByRole('button', { name: '上交' }).click();
  await expect(page.getByText('心得交了')).toBeVisible();
  await leader.goto(address);
  await leader.getByLabel('写点评').fill('第二点写得实在');
  await leader.getByRole('button', { name: '点评' }).click();
  await expect(leader.getByText('第二点写得实在')).toBeVisible();
  await leader.getByRole('button', { name: '推荐', exact: true }).click();
  await expect(leader.getByText('已推荐').first()).toBeVisible();
  await sound(leader);
  await leader.context().close();

  await page.reload();
  await expect(page.getByText('第二点写得实在')).toBeVisible();
  await expect(page.getByRole('button', { name: '收回修改' })).toHaveCount(0);
  await sound(page);
});

test('a result of another platform is handed in with a proof and attested', async ({ page }, info) => {
  // Each size uses a month of its own: a person has only one result for a platform and month.
  const month = info.project.name === 'desk' ? '2026-03' : '2026-04';
  await signIn(page, 'member');
  await page.goto('/external/new');
  await page.locator('select[name=platform]').selectOption('daxuexi');
  await page.locator('input[name=month]').fill(month);
  await page.locator('input[name=points]').fill('1,203');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await expect(page.getByText('1,203').first()).toBeVisible();
  const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 80 } });
  await page.locator('input[type=file]').setInputFiles({ name: '截图.png', mimeType: 'image/png', buffer: picture });
  await page.getByRole('button', { name: '上传' }).click();
  await expect(page.getByText('上传了 1 个文件')).toBeVisible();
  await expect(page.getByRole('img', { name: '截图.png' })).toBeVisible();
  await sound(page);
  const address = page.url();

  const leader = await another(page, 'leader');
  await leader.goto(address);
  await expect(leader.getByRole('img', { name: '截图.png' })).toBeVisible();
  await leader.getByRole('button', { name: '证明', exact: true }).click();
  await expect(leader.getByText('已证明').first()).toBeVisible();
  await leader.context().close();
  await page.reload();
  await expect(page.getByRole('button', { name: '上传' })).toHaveCount(0);
});

test('what is short by the rules is told with names, and narrowed', async ({ page }) => {
  await signIn(page, 'secretary');
  await page.goto('/watch');
  await expect(page.getByRole('heading', { name: '要补的' })).toBeVisible();
  await expect(page.getByText('至少要').or(page.getByText('学时落后')).first()).toBeVisible();
  await sound(page);
  await page.locator('select[name=kind]').selectOption('sessions');
  await expect(page).toHaveURL(/kind=sessions/);
  await expect(page.getByText('学时落后')).toHaveCount(0);
});
