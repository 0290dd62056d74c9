import { expect, test, type Page } from '@playwright/test';
import { dark, signIn, sound } from './support';

// A screenshot of each page, if a folder for them is given.
const shot = async (page: Page, name: string) => { if (process.env.QINGLAN_SHOTS) await page.screenshot({ path: `${process.env.QINGLAN_SHOTS}/${name}.png`, fullPage: true }); };

test('a theme is added, chosen for a session, and leads to it', async ({ page }, info) => {
  test.setTimeout(180_000);
  const size = info.project.name;
  await signIn(page, 'admin');
  await page.goto('/themes');
  await sound(page);
  await shot(page, `${size}-themes`);
  await page.getByRole('link', { name: '新建专题' }).first().click();
  await sound(page);
  const name = `学思践悟 ${size}`;
  await page.getByLabel('专题名称').fill(name);
  await page.locator('#f-unit').fill('青蓝市');
  await page.getByRole('option', { name: '青蓝市' }).first().click();
  await page.getByRole('button', { name: '保存专题' }).click();
  await expect(page.getByText('专题已建好')).toBeVisible();
  await expect(page.getByText('这个专题还没有数字')).toBeVisible();
  await sound(page);

  await page.goto('/activities/new');
  await page.locator('#f-title').fill('专题学习');
  await page.locator('#f-host').fill('青蓝市');
  await page.getByRole('option', { name: '青蓝市' }).first().click();
  await page.locator('#f-theme').selectOption({ label: name });
  await shot(page, `${size}-activity-with-theme`);
  await page.locator('main button[name=as][value=announced]').click();
  await expect(page.getByRole('heading', { name: '专题学习' })).toBeVisible();
  await page.getByRole('link', { name }).first().click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: '活动', exact: true }).click();
  await expect(page.getByRole('link', { name: '专题学习' })).toBeVisible();
  await page.goBack();
  await sound(page);
  await dark(page);
  await sound(page);
  await shot(page, `${size}-theme`);
});

test('a member reads the own growth record and writes about the year', async ({ page }, info) => {
  test.setTimeout(180_000);
  const size = info.project.name;
  await signIn(page, 'member');
  await page.goto('/my');
  await page.getByRole('link', { name: '成长档案' }).first().click();
  await expect(page.getByRole('heading', { name: /的成长档案/ })).toBeVisible();
  await sound(page);
  await shot(page, `${size}-growth`);
  await page.getByRole('navigation', { name: '年份' }).getByRole('link').nth(1).click();
  await page.getByLabel(/我想说/).fill('这一年，走进社区的日子最多。');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(page.getByText('已保存')).toBeVisible();
  await sound(page);
  await dark(page);
  await sound(page);
  await shot(page, `${size}-growth-year`);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'PDF' }).click()]);
  expect(file.suggestedFilename()).toContain('成长档案');
});
